"""A published post is changed, renewed, closed, and ends with a deal."""

from datetime import timedelta

import pytest

from services.board.errors import RenewalEarly, RenewalOver, RenewedOften
from services.board.models.posts import PostState
from services.board.operations import posts
from services.core.errors import WrongState
from services.core.work import Work
from tests.factories.board import make_post, wish


@pytest.fixture
def mine(work_as, board) -> Work:
    """The work of a member."""
    return work_as(board.member.actor)


def test_a_published_post_that_is_changed_is_reviewed_again(mine, board, session):
    post = make_post(session, board.member, board.association)
    until = post.valid_until

    posts.edit_published(mine, post.id, wish(title="求购高硼硅玻璃棒Φ6–Φ30mm"), version=1)

    assert (post.state, post.title, post.version) == (PostState.SUBMITTED, "求购高硼硅玻璃棒Φ6–Φ30mm", 2)
    assert post.valid_until == until
    with pytest.raises(WrongState):
        posts.edit_published(mine, post.id, wish())


def test_a_pre_approved_firm_changes_its_post_at_once(mine, board, session):
    made = [make_post(session, board.member, board.association) for _ in range(4)]

    posts.edit_published(mine, made[0].id, wish())

    assert (made[0].state, made[0].accepted_at) == (PostState.PUBLISHED, None)


def test_an_expired_post_is_renewed_twice(mine, board, session):
    end = mine.today - timedelta(days=30)
    post = make_post(session, board.member, board.association, state=PostState.EXPIRED, valid_until=end)

    posts.renew(mine, post.id)

    assert (post.state, post.renewals, post.valid_until) == (PostState.PUBLISHED, 1, mine.today + timedelta(days=60))
    with pytest.raises(RenewalEarly):
        posts.renew(mine, post.id)
    post.renewals, post.valid_until = 2, mine.today
    with pytest.raises(RenewedOften):
        posts.renew(mine, post.id)


def test_what_expired_long_ago_is_not_renewed(mine, board, session):
    end = mine.today - timedelta(days=31)
    post = make_post(session, board.member, board.association, state=PostState.EXPIRED, valid_until=end)

    with pytest.raises(RenewalOver):
        posts.renew(mine, post.id)


def test_days_that_have_passed_do_not_hinder_renewal(mine, board, session):
    past = mine.today - timedelta(days=3)
    post = make_post(
        session, board.member, board.association, state=PostState.EXPIRED, valid_until=past, wanted_on=past
    )

    assert posts.renew(mine, post.id).state is PostState.PUBLISHED


def test_closing_and_discarding(mine, board, session):
    open_post = make_post(session, board.member, board.association)
    draft = posts.save_draft(mine, wish())

    posts.close(mine, open_post.id, reason="已找到")
    posts.discard(mine, draft.id)

    assert (open_post.state, open_post.state_reason) == (PostState.CLOSED, "已找到")
    assert (draft.state, draft.no is None) == (PostState.CLOSED, False)
    for again in (posts.close, posts.discard, posts.renew, posts.submit):
        with pytest.raises(WrongState):
            again(mine, open_post.id)


def test_a_deal_ends_the_post_once(work, board, session):
    post = make_post(session, board.member, board.association)

    posts.record_deal(work, post.id)

    assert post.state is PostState.DEALT
    with pytest.raises(WrongState):
        posts.record_deal(work, post.id)
