"""Group purchases: each firm's quantity once, until the day, and the sum without names."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from services.board.errors import NotGathering, NotVerified, ParticularWrong
from services.board.models.posts import Contribution, PostType, Visibility
from services.board.operations.contributing import contribute, take_back
from services.board.queries.posts import contributions_of, gathered
from services.board.queries.visibility import reader_of
from services.core import clock
from services.core.errors import NotAllowed, NotFound
from tests.factories.board import make_post

MEMBERS_ONLY = {"type": PostType.COOPERATION, "visibility": Visibility.MEMBERS}


@pytest.fixture
def today():
    return clock.local_day(clock.now())


@pytest.fixture
def purchase(session, board, today):
    until = today + timedelta(days=20)
    return make_post(session, board.association, board.association, gathers_until=until, **MEMBERS_ONLY)


def test_a_firm_says_what_it_needs_and_says_it_anew(work_as, board, purchase, session, today):
    contribute(work_as(board.member.actor), purchase.id, 8000)
    contribute(work_as(board.other_member.actor), purchase.id, 5000)
    contribute(work_as(board.member.actor), purchase.id, 9000, text="冬季")

    seen = gathered(session, purchase, reader_of(session, board.member.actor, today))
    assert (seen.total_milli, seen.firms, seen.own.quantity_milli, seen.own.note) == (14000, 2, 9000, "冬季")
    assert [one.quantity_milli for one in contributions_of(session, purchase)] == [5000, 9000]

    take_back(work_as(board.member.actor), purchase.id)

    assert gathered(session, purchase, reader_of(session, board.member.actor, today)).total_milli == 5000
    with pytest.raises(NotFound):
        take_back(work_as(board.member.actor), purchase.id)


def test_only_readers_that_are_verified_add(work_as, board, purchase, session, today):
    public = make_post(session, board.member, board.association, gathers_until=today)

    with pytest.raises(NotFound):
        contribute(work_as(board.stranger.actor), purchase.id, 1000)
    with pytest.raises(NotVerified):
        contribute(work_as(board.unverified.actor), public.id, 1000)
    with pytest.raises(NotAllowed):
        contribute(work_as(board.visitor), public.id, 1000)
    assert contribute(work_as(board.stranger.actor), public.id, 1000).quantity_milli == 1000


@pytest.mark.parametrize("quantity", [0, -1, 10**13])
def test_an_impossible_quantity_is_refused(work_as, board, purchase, quantity):
    with pytest.raises(ParticularWrong):
        contribute(work_as(board.member.actor), purchase.id, quantity)


@pytest.mark.parametrize("days", [None, -1])
def test_nothing_is_added_to_other_posts_or_after_the_day(work_as, board, session, today, days):
    until = None if days is None else today + timedelta(days=days)
    post = make_post(session, board.member, board.association, gathers_until=until)

    for act in (lambda work: contribute(work, post.id, 1000), lambda work: take_back(work, post.id)):
        with pytest.raises(NotGathering):
            act(work_as(board.other_member.actor))


@pytest.mark.race
def test_the_same_firm_adding_at_once_is_counted_once(session, board, purchase, race):
    post_id = purchase.id
    session.commit()

    outcome = race(*[(board.member.actor, lambda work: contribute(work, post_id, 1000))] * 4)

    assert outcome == ["done"] * 4
    assert [one.quantity_milli for one in session.scalars(select(Contribution))] == [1000]
