"""A firm writes, sends in, takes back, changes, renews and closes its posts."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from services.association.models.register import Member
from services.board.errors import (
    AnonymousNeedsAssociation,
    DuplicateOf,
    MembersOnly,
    NotVerified,
    PostingSuspended,
    TextRefused,
    TooManyPosts,
)
from services.board.models.posts import Direction, Post, PostEvent, PostState, PostType, Visibility
from services.board.models.reviews import PostingSuspension
from services.board.operations import posts
from services.board.rules.wishes import SpecWish
from services.catalogue.models import CenterType
from services.core.audit import AuditEntry
from services.core.errors import ChangedMeanwhile, NotAllowed, NotFound, RulesBroken, WrongState
from services.core.notices import Notification
from services.core.outbox import OutboxTask
from services.core.permissions import Role
from services.core.settings import Setting
from services.core.work import Work
from tests.factories.accounts import make_person
from tests.factories.board import make_firm, make_node, make_post, wish
from tests.factories.catalogue import make_provider
from tests.factories.organisations import make_member

MORE = {"specs": (SpecWish("外径", "6–22", "mm", "±0.1"),), "keywords": ("玻璃棒", "玻璃棒", " ")}


@pytest.fixture
def mine(work_as, board) -> Work:
    """The work of a member."""
    return work_as(board.member.actor)


def faults(caught) -> set[str]:
    return {error.field for error in caught.value.errors}


def submitted(work, **over) -> Post:
    return posts.submit(work, posts.save_draft(work, wish(**over)).id)


def test_a_draft_keeps_what_was_typed_and_has_no_number(mine, session, board):
    post = posts.save_draft(mine, wish(**MORE))

    assert (post.state, post.no, post.version) == (PostState.DRAFT, None, 1)
    assert post.keywords == ["玻璃棒"]
    assert [(row.position, row.name, row.tolerance) for row in post.specs] == [(1, "外径", "±0.1")]
    assert post.association_id == board.association.organisation.id
    assert session.scalars(select(AuditEntry.kind)).all() == ["post.drafted"]


def test_a_draft_is_changed_as_often_as_one_likes(mine):
    post = posts.save_draft(mine, wish(**MORE))

    posts.save_draft(mine, wish(title="急", body="", specs=(SpecWish("长度", "1500"),)), post.id, version=1)

    assert (post.title, post.version, [row.name for row in post.specs]) == ("急", 2, ["长度"])
    with pytest.raises(ChangedMeanwhile):
        posts.save_draft(mine, wish(), post.id, version=1)


def test_what_can_never_be_right_is_not_even_kept(mine):
    wrong = wish(
        title="长" * 41,
        type=PostType.SUPPLY,
        quantity_milli=0,
        price_from_fen=200,
        price_to_fen=100,
        validity_days=91,
        keywords=tuple("甲乙丙丁戊己庚辛壬"),
        specs=(SpecWish("外径", ""),),
        node_id=999,
        product_code="none",
    )

    with pytest.raises(RulesBroken) as caught:
        posts.save_draft(mine, wrong)

    expected = {"title", "direction", "quantity", "price_to", "validity_days", "keywords", "specs"}
    assert faults(caught) == expected | {"node_id", "product_code"}


def test_sending_in_gives_a_number_a_clock_and_tells_the_association(mine, session, board):
    post = submitted(mine)

    assert post.state is PostState.SUBMITTED
    assert post.no == f"GX-{mine.today:%Y%m%d}-0001"
    assert post.review_due_on > mine.today
    told = session.scalars(select(Notification)).one()
    assert (told.person_id, told.link) == (board.association.person.id, f"/board/desk/posts/{post.no}")
    assert session.scalars(select(PostEvent.kind)).all() == ["draft", "submit"]
    assert session.scalars(select(OutboxTask.task)).all() == ["search.refresh"]


def test_every_fault_of_a_post_is_told_at_once(mine, session):
    yesterday = mine.today - timedelta(days=1)
    post = posts.save_draft(
        mine,
        wish(
            title="求购",
            body="电话13800000001",
            wanted_on=yesterday,
            gathers_until=yesterday,
            visibility=Visibility.SELECTED,
            contact_name="",
            contact_phone="1380000000",
            keywords=("微信号abc",),
            specs=(SpecWish("QQ 12345678", "1"),),
        ),
    )

    with pytest.raises(RulesBroken) as caught:
        posts.submit(mine, post.id)

    expected = {"title", "body", "wanted_on", "gathers_until", "target_firms", "contact_name", "contact_phone"}
    assert faults(caught) == expected | {"keywords", "specs"}
    refused = [error for error in caught.value.errors if isinstance(error, TextRefused) and error.field == "body"]
    place = refused[0].findings[0]
    assert post.body[place.start : place.end] == place.shown == "13800000001"
    assert post.no is None


def test_recruitment_needs_place_hours_and_pay_and_chooses_nobody_by_sex_or_age(mine):
    said = wish(
        type=PostType.RECRUITMENT, body="招拉管工8名、质检2名，18-35岁，男性优先，缴社保，提供住宿，可先参加培训。"
    )
    post = posts.save_draft(mine, said)

    with pytest.raises(RulesBroken) as caught:
        posts.submit(mine, post.id)

    assert faults(caught) == {"place", "working_hours", "price_from", "body"}


def test_an_anonymous_post_does_not_name_its_firm(mine, board):
    post = posts.save_draft(mine, wish(visibility=Visibility.ANONYMOUS, place=board.member.organisation.address))

    with pytest.raises(RulesBroken) as caught:
        posts.submit(mine, post.id)

    assert faults(caught) == {"place"}


def test_an_anonymous_post_needs_an_association_in_front(work_as, board):
    work = work_as(board.outsider.actor)
    post = posts.save_draft(work, wish(visibility=Visibility.ANONYMOUS))

    with pytest.raises(RulesBroken) as caught:
        posts.submit(work, post.id)

    assert [type(error) for error in caught.value.errors] == [AnonymousNeedsAssociation]


def test_members_post_and_where_there_is_no_association_any_verified_firm(work_as, board, session):
    assert submitted(work_as(board.outsider.actor)).association_id is None
    assert submitted(work_as(board.association.actor)).association_id == board.association.organisation.id
    with pytest.raises(MembersOnly):
        submitted(work_as(board.stranger.actor))
    with pytest.raises(NotVerified):
        submitted(work_as(board.unverified.actor))

    session.add(Setting(name="board.posts_require_membership", value=False))
    session.flush()

    assert submitted(work_as(board.stranger.actor)).state is PostState.SUBMITTED


def test_a_membership_that_has_ended_or_not_begun_counts_for_nothing(work_as, board, session):
    work = work_as(board.member.actor)
    entry = _entry(session, board)
    entry.rights_until = work.today
    session.flush()
    assert submitted(work).state is PostState.SUBMITTED

    entry.rights_until = work.today - timedelta(days=1)
    session.flush()
    with pytest.raises(MembersOnly):
        submitted(work, title="求购另一种高硼硅料棒，长期用")


def _entry(session, board):
    return session.scalars(select(Member).where(Member.organisation_id == board.member.organisation.id)).one()


def test_a_suspended_firm_posts_nothing(mine, board, session):
    day = mine.today
    session.add(
        PostingSuspension(organisation_id=board.member.organisation.id, from_on=day, until_on=day, reason="两次举报")
    )
    session.flush()

    with pytest.raises(PostingSuspended):
        submitted(mine)


def test_ten_posts_a_day_are_enough(mine, board, session):
    session.add(Setting(name="board.posts_per_day", value=2))
    titles = ["求购高硼硅玻璃棒料", "求购五层瓦楞出口外箱", "求水晶压制模具两套"]
    for title in titles[:2]:
        submitted(mine, title=title)

    with pytest.raises(TooManyPosts):
        submitted(mine, title=titles[2])


def test_nearly_the_same_post_is_offered_for_renewal(mine, board):
    first = submitted(mine)
    again = posts.save_draft(mine, wish(title="急求高硼硅玻璃棒 Φ6-Φ22mm，月用8吨"))

    with pytest.raises(DuplicateOf) as caught:
        posts.submit(mine, again.id)

    assert (caught.value.post_id, caught.value.no) == (first.id, first.no)
    assert posts.submit(mine, again.id, knowingly=True).state is PostState.SUBMITTED


@pytest.mark.parametrize(
    "over",
    [
        {"title": "求购中性硼硅玻璃管Φ10–Φ40，月用30吨"},
        {"type": PostType.COOPERATION},
    ],
)
def test_another_thing_is_no_duplicate(mine, over):
    submitted(mine)
    assert submitted(mine, **over).state is PostState.SUBMITTED


def test_what_is_taken_back_is_a_draft_with_its_number(mine):
    post = submitted(mine)
    number = post.no

    posts.withdraw(mine, post.id)

    assert (post.state, post.no, post.review_due_on) == (PostState.DRAFT, number, None)
    with pytest.raises(WrongState):
        posts.withdraw(mine, post.id)
    assert posts.submit(mine, post.id).no == number


def test_after_three_accepted_posts_a_firm_is_published_at_once(mine, board, session):
    for _ in range(3):
        make_post(session, board.member, board.association)

    post = submitted(mine)

    assert (post.state, post.accepted_at) == (PostState.PUBLISHED, None)
    assert post.valid_until == mine.today + timedelta(days=60)
    assert post.review_due_on is not None
    assert set(session.scalars(select(OutboxTask.task))) == {"search.refresh", "board.match"}
    assert submitted(mine, title="灯饰玻璃球内置散热问题", visibility=Visibility.ANONYMOUS).state is PostState.SUBMITTED


OPERATIONS = [
    lambda work, post_id: posts.save_draft(work, wish(), post_id),
    posts.submit,
    posts.withdraw,
    lambda work, post_id: posts.edit_published(work, post_id, wish()),
    posts.renew,
    posts.close,
    posts.discard,
]


@pytest.mark.parametrize("operation", OPERATIONS)
def test_other_organisations_and_other_roles_do_nothing(work_as, board, session, operation):
    post = make_post(session, board.member, board.association, state=PostState.DRAFT)
    clerk = make_firm(session, board.cluster, Role.ANALYST)

    with pytest.raises(NotFound):
        operation(work_as(board.other_member.actor), post.id)
    with pytest.raises(NotFound):
        operation(work_as(board.association.actor), post.id)
    with pytest.raises(NotAllowed):
        operation(work_as(clerk.actor), post.id)
    with pytest.raises(NotFound):
        operation(work_as(board.member.actor), post.id + 1)


def test_a_visitor_keeps_no_draft(work_as, board):
    with pytest.raises(NotAllowed):
        posts.save_draft(work_as(board.visitor), wish())


def test_what_the_association_writes_for_a_firm_goes_nowhere_until_the_firm_sends_it_in(work_as, board, session):
    post = posts.enter_for(work_as(board.association.actor), board.member.organisation.id, wish())

    assert (post.state, post.entered_for, post.posted_by_id) == (
        PostState.DRAFT,
        True,
        board.association.person.id,
    )
    assert session.scalars(select(Notification.person_id)).all() == [board.member.person.id]
    with pytest.raises(NotFound):
        posts.submit(work_as(board.association.actor), post.id)
    posts.submit(work_as(board.member.actor), post.id)
    assert (post.state, post.posted_by_id) == (PostState.SUBMITTED, board.member.person.id)


def test_an_association_writes_for_firms_of_its_own_cluster_alone(work_as, board):
    with pytest.raises(NotFound):
        posts.enter_for(work_as(board.association.actor), board.outsider.organisation.id, wish())
    with pytest.raises(NotAllowed):
        posts.enter_for(work_as(board.member.actor), board.other_member.organisation.id, wish())


def test_selected_readers_are_kept_and_dropped_with_the_mode(mine, board, session):
    node = make_node(session, board.cluster)
    said = wish(visibility=Visibility.SELECTED, target_nodes=(node.id,), target_firms=(board.stranger.organisation.id,))
    post = posts.save_draft(mine, said)
    assert {(target.node_id, target.organisation_id) for target in post.targets} == {
        (node.id, None),
        (None, board.stranger.organisation.id),
    }

    posts.save_draft(mine, replace(said, visibility=Visibility.PUBLIC), post.id)

    assert post.targets == []


def test_a_technical_need_reaches_the_research_centres_of_the_cluster(mine, board, session):
    centre = make_provider(session, "研发中心", clusters=[board.cluster], center_type=CenterType.RD)
    person = make_person(session)
    make_member(session, person, centre.organisation, Role.PROVIDER_ADMIN)
    for _ in range(3):
        make_post(session, board.member, board.association)

    submitted(mine, type=PostType.TECHNOLOGY, direction=Direction.NEED, title="玻璃球内置LED散热与寿命")

    assert person.id in session.scalars(select(Notification.person_id)).all()


@pytest.mark.race
def test_of_the_same_post_sent_in_twice_at_once_one_counts(session, board, mine, race):
    post_id = posts.save_draft(mine, wish()).id
    session.commit()

    outcome = race(*[(board.member.actor, lambda work: posts.submit(work, post_id))] * 2)

    assert outcome == ["WrongState", "done"]


@pytest.mark.race
def test_the_limit_of_the_day_holds_when_many_are_sent_in_at_once(session, board, mine, race):
    session.add(Setting(name="board.posts_per_day", value=2))
    titles = ["求购高硼硅玻璃棒料", "求购五层瓦楞出口外箱", "求水晶压制模具两套", "求购天然气年度供应方案"]
    ids = [posts.save_draft(mine, wish(title=title)).id for title in titles]
    session.commit()

    outcome = race(*[(board.member.actor, lambda work, one=one: posts.submit(work, one)) for one in ids])

    assert outcome == ["TooManyPosts", "TooManyPosts", "done", "done"]
    assert session.scalar(select(func.count()).where(Post.state == PostState.SUBMITTED)) == 2
