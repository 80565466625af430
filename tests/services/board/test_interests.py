"""Expressions of interest: who may send one, who answers, what each side learns and when."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from services.board.errors import OwnPost
from services.board.interest_errors import (
    AlreadyForwarded,
    InterestOpen,
    NotExchanged,
    PostNotOpen,
    ReasonMissing,
    SenderNotVerified,
    TooManyInterests,
)
from services.board.models.interests import ContactReveal, Interest, InterestEvent, InterestState
from services.board.models.posts import PostState, Visibility
from services.board.operations import interests
from services.core import clock
from services.core.actor import Actor
from services.core.calendar import working_days
from services.core.errors import NotAllowed, NotFound, RulesBroken, WrongState
from services.core.settings import Setting
from services.core.work import working
from tests.factories.board import make_board, make_firm, make_post
from tests.factories.interests import letters, make_interest, said, told, work_of

S = InterestState


@pytest.fixture
def board(session):
    return make_board(session)


@pytest.fixture
def post(session, board):
    return make_post(session, board.member, board.association)


@pytest.fixture
def hidden(session, board):
    return make_post(session, board.member, board.association, visibility=Visibility.ANONYMOUS)


def events(session, interest):
    statement = select(InterestEvent.kind).where(InterestEvent.interest_id == interest.id).order_by(InterestEvent.id)
    return list(session.scalars(statement))


def test_a_verified_firm_sends_an_interest_and_the_poster_is_told(session, board, post):
    work = work_of(session, board.stranger)

    interest = interests.send(work, post.id, said())

    calendar = working_days(session, work.today, 10)
    assert interest.state is S.SUBMITTED
    assert interest.no.startswith("YX-")
    assert interest.forwarded_at == work.now
    assert interest.answer_due_on == calendar.after(work.today, 5).day
    assert interest.closes_on == calendar.after(work.today, 10).day
    assert events(session, interest) == ["send"]
    assert len(told(session, board.member)) == 1
    assert letters(session) == [("mail.interest_received", board.member.person.id)]


def test_the_poster_gets_no_interest_from_itself_or_from_whoever_is_not_verified(session, board, post):
    with pytest.raises(OwnPost):
        interests.send(work_of(session, board.member), post.id, said())
    with pytest.raises(SenderNotVerified):
        interests.send(work_of(session, board.unverified), post.id, said())
    with pytest.raises(NotAllowed):
        interests.send(
            work_of(session, board.stranger).__class__(session, Actor.visitor(), clock.now()), post.id, said()
        )


def test_a_post_that_the_firm_may_not_read_does_not_exist_for_it(session, board):
    for_members = make_post(session, board.member, board.association, visibility=Visibility.MEMBERS)
    draft = make_post(session, board.member, board.association, state=PostState.DRAFT)

    for post in (for_members, draft):
        with pytest.raises(NotFound):
            interests.send(work_of(session, board.stranger), post.id, said())
    with pytest.raises(NotFound):
        interests.send(work_of(session, board.stranger), 10**6, said())
    interests.send(work_of(session, board.other_member), for_members.id, said())


def test_what_is_closed_or_past_its_day_takes_no_interest(session, board, post):
    yesterday = clock.local_day(clock.now()) - timedelta(days=1)
    past = make_post(session, board.member, board.association, valid_until=yesterday)

    with pytest.raises(NotFound):
        interests.send(work_of(session, board.stranger), past.id, said())
    with pytest.raises(PostNotOpen):
        interests.send(work_of(session, board.association), past.id, said())


def test_a_firm_has_one_open_interest_in_a_post(session, board, post):
    first = interests.send(work_of(session, board.stranger), post.id, said())
    with pytest.raises(InterestOpen) as refused:
        interests.send(work_of(session, board.stranger), post.id, said())
    assert refused.value.values == {"no": first.no}

    interests.withdraw(work_of(session, board.stranger), first.id)
    assert interests.send(work_of(session, board.stranger), post.id, said()).id != first.id


def test_a_firm_sends_so_many_interests_in_a_day(session, board):
    session.add(Setting(name="board.interests_per_day", value=2))
    posts = [make_post(session, board.member, board.association) for _ in range(3)]
    before = make_interest(session, posts[2], board.stranger, state=S.DECLINED)
    before.sent_at -= timedelta(days=1)
    for post in posts[:2]:
        interests.send(work_of(session, board.stranger), post.id, said())

    with pytest.raises(TooManyInterests):
        interests.send(work_of(session, board.stranger), posts[2].id, said())
    interests.send(work_of(session, board.other_member), posts[2].id, said())


@pytest.mark.parametrize("field", ["wish", "questions", "abilities"])
def test_contact_data_in_an_answer_is_refused_at_its_place(session, board, post, field):
    with pytest.raises(RulesBroken) as refused:
        interests.send(work_of(session, board.stranger), post.id, said(**{field: "请加微信 abc12345 联系"}))

    assert {error.field for error in refused.value.errors} == {field}
    assert session.scalar(select(func.count()).select_from(Interest)) == 0


def test_seen_accepted_in_talks(session, board, post):
    interest = interests.send(work_of(session, board.stranger), post.id, said())
    poster = work_of(session, board.member)

    interests.see(poster, interest.id)
    assert (interest.state, interest.seen_at) == (S.SEEN, poster.now)
    interests.see(poster, interest.id)
    interests.accept(poster, interest.id)
    assert (interest.state, interest.answered_at) == (S.EXCHANGED, poster.now)
    interests.negotiate(work_of(session, board.stranger), interest.id)

    assert interest.state is S.NEGOTIATING
    assert events(session, interest) == ["send", "see", "accept", "negotiate"]
    assert ("mail.interest_accepted", board.stranger.person.id) in letters(session)


def test_declined_with_a_reason(session, board, post):
    interest = make_interest(session, post, board.stranger)
    poster = work_of(session, board.member)
    with pytest.raises(ReasonMissing):
        interests.decline(poster, interest.id, reason=" ")

    interests.decline(poster, interest.id, reason="规格不符")

    assert (interest.state, interest.state_reason, interest.answered_at) == (S.DECLINED, "规格不符", poster.now)
    with pytest.raises(WrongState):
        interests.accept(poster, interest.id)


def test_nothing_came_of_it(session, board, post):
    interest = make_interest(session, post, board.stranger, state=S.NEGOTIATING)
    with pytest.raises(ReasonMissing):
        interests.fail(work_of(session, board.member), interest.id, reason="")

    interests.fail(work_of(session, board.stranger), interest.id, reason="价格谈不拢")

    assert interest.state is S.FAILED
    with pytest.raises(NotExchanged):
        interests.reveal(work_of(session, board.member), interest.id)


STEPS = {
    "see": interests.see,
    "accept": interests.accept,
    "decline": lambda work, number: interests.decline(work, number, reason="规格不符"),
    "negotiate": interests.negotiate,
    "fail": lambda work, number: interests.fail(work, number, reason="价格谈不拢"),
    "withdraw": interests.withdraw,
    "forward": interests.forward,
    "reveal": interests.reveal,
}
OF_POSTER = ("see", "accept", "decline")


@pytest.mark.parametrize("name", STEPS)
def test_an_interest_of_others_does_not_exist(session, board, post, name):
    interest = make_interest(session, post, board.stranger, state=S.SUBMITTED)
    for firm in (board.outsider, board.other_member):
        with pytest.raises(NotFound):
            STEPS[name](work_of(session, firm), interest.id)
    with pytest.raises(NotAllowed):
        STEPS[name](work_of(session, board.stranger).__class__(session, board.visitor, clock.now()), interest.id)


@pytest.mark.parametrize("name", OF_POSTER)
def test_the_sender_takes_no_step_of_the_poster(session, board, post, name):
    interest = make_interest(session, post, board.stranger)
    with pytest.raises(NotFound):
        STEPS[name](work_of(session, board.stranger), interest.id)


def test_the_poster_takes_no_interest_back(session, board, post):
    interest = make_interest(session, post, board.stranger)
    with pytest.raises(NotFound):
        interests.withdraw(work_of(session, board.member), interest.id)


@pytest.mark.parametrize("state", [S.DECLINED, S.DEALT, S.FAILED, S.UNANSWERED, S.WITHDRAWN])
@pytest.mark.parametrize("name", ["accept", "decline", "negotiate", "fail"])
def test_what_is_over_stays_over(session, board, post, state, name):
    interest = make_interest(session, post, board.stranger, state=state)
    with pytest.raises(WrongState):
        STEPS[name](work_of(session, board.member), interest.id)
    assert interest.state is state


def test_contacts_are_shown_after_acceptance_and_each_time_is_kept(session, board, post):
    interest = make_interest(session, post, board.stranger)
    for firm in (board.member, board.stranger):
        with pytest.raises(NotExchanged):
            interests.reveal(work_of(session, firm), interest.id)
    interests.accept(work_of(session, board.member), interest.id)

    poster = interests.reveal(work_of(session, board.stranger), interest.id)
    sender = interests.reveal(work_of(session, board.member), interest.id)
    interests.reveal(work_of(session, board.member), interest.id)

    assert (poster.firm, poster.phone) == (board.member.organisation.name, post.contact_phone)
    assert (sender.firm, sender.phone) == (board.stranger.organisation.name, "13900000002")
    kept = session.execute(select(ContactReveal.of_organisation_id, ContactReveal.to_organisation_id)).all()
    mine, theirs = board.member.organisation.id, board.stranger.organisation.id
    assert sorted(kept) == sorted([(mine, theirs), (theirs, mine), (theirs, mine)])


def test_the_secretariat_is_shown_no_contact_this_way(session, board, hidden):
    interest = make_interest(session, hidden, board.stranger, state=S.EXCHANGED)
    with pytest.raises(NotFound):
        interests.reveal(work_of(session, board.association), interest.id)


def test_an_interest_in_an_anonymous_post_reaches_its_firm_through_the_association(session, board, hidden):
    interest = interests.send(work_of(session, board.stranger), hidden.id, said())
    assert interest.forwarded_at is None
    assert told(session, board.member) == []
    assert len(told(session, board.association)) == 1
    for name in OF_POSTER:
        with pytest.raises(NotFound):
            STEPS[name](work_of(session, board.member), interest.id)

    interests.forward(work_of(session, board.association), interest.id)

    assert interest.forwarded_at is not None
    assert len(told(session, board.member)) == 1
    interests.accept(work_of(session, board.member), interest.id)
    assert interest.state is S.EXCHANGED
    with pytest.raises(AlreadyForwarded):
        interests.forward(work_of(session, board.association), interest.id)


def test_the_association_declines_only_what_it_has_not_passed_on(session, board, hidden):
    waiting = make_interest(session, hidden, board.stranger)
    passed_on = make_interest(session, hidden, board.outsider, forwarded_at=clock.now())

    interests.decline(work_of(session, board.association), waiting.id, reason="与信息无关")
    assert (waiting.state, waiting.answered_at) == (S.DECLINED, None)
    with pytest.raises(NotFound):
        interests.decline(work_of(session, board.association), passed_on.id, reason="与信息无关")
    with pytest.raises(WrongState):
        interests.forward(work_of(session, board.association), waiting.id)


def test_the_association_has_nothing_to_pass_on_where_the_firm_is_named(session, board, post):
    interest = make_interest(session, post, board.stranger)
    with pytest.raises(NotFound):
        interests.forward(work_of(session, board.association), interest.id)


def test_another_association_passes_nothing_on(session, board, hidden):
    interest = make_interest(session, hidden, board.stranger)
    other = make_board(session).association
    with pytest.raises(NotFound):
        interests.forward(work_of(session, other), interest.id)


def test_when_whoever_posted_has_left_the_colleagues_are_told(session, board, post):
    left = make_firm(session).person
    post.posted_by_id = left.id

    interests.send(work_of(session, board.stranger), post.id, said())

    assert letters(session) == [("mail.interest_received", board.member.person.id)]


def at_once(new_session, actors, act):
    """Let each actor do the same at one moment; return what came of it, sorted."""
    outcome, gate = [], threading.Barrier(len(actors))

    def run(actor):
        gate.wait()
        with new_session() as own:
            try:
                with working(own, actor) as work:
                    act(work)
                outcome.append("done")
            except (InterestOpen, WrongState) as refused:
                outcome.append(type(refused).__name__)

    threads = [threading.Thread(target=run, args=(actor,)) for actor in actors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcome)


@pytest.mark.race
def test_of_two_acceptances_at_once_one_counts(session, board, post, new_session):
    interest_id = make_interest(session, post, board.stranger).id
    session.commit()

    outcome = at_once(new_session, [board.member.actor] * 4, lambda work: interests.accept(work, interest_id))

    assert outcome == ["WrongState"] * 3 + ["done"]
    steps = session.scalars(select(InterestEvent.kind).where(InterestEvent.interest_id == interest_id)).all()
    assert steps == ["accept"]


@pytest.mark.race
def test_of_acceptance_and_withdrawal_at_once_one_counts(session, board, post, new_session):
    interest_id = make_interest(session, post, board.stranger).id
    session.commit()
    mine = board.member.organisation.id

    def act(work):
        if work.actor.organisation_id == mine:
            interests.accept(work, interest_id)
        else:
            interests.withdraw(work, interest_id)

    outcome = at_once(new_session, [board.member.actor, board.stranger.actor], act)

    assert outcome == ["WrongState", "done"]


@pytest.mark.race
def test_the_same_interest_sent_four_times_at_once_is_sent_once(session, board, post, new_session):
    post_id = post.id
    session.commit()

    outcome = at_once(new_session, [board.stranger.actor] * 4, lambda work: interests.send(work, post_id, said()))

    assert outcome == ["InterestOpen"] * 3 + ["done"]
    assert session.scalar(select(func.count()).select_from(Interest)) == 1
