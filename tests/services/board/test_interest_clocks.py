"""What time does to interests that nobody answers."""

from datetime import timedelta

import pytest

from services.board.models.interests import InterestState
from services.board.models.posts import Visibility
from services.board.operations import clocks
from services.core import clock
from services.core.actor import Actor
from services.core.work import Work
from tests.factories.board import make_board, make_post
from tests.factories.interests import letters, make_interest

S = InterestState
DAY = timedelta(days=1)


@pytest.fixture
def board(session):
    return make_board(session)


@pytest.fixture
def post(session, board):
    return make_post(session, board.member, board.association)


def worker(session):
    return Work(session, Actor.system("worker"), clock.now())


def due(session, post, firm, days, **over):
    today = clock.local_day(clock.now())
    return make_interest(session, post, firm, answer_due_on=today + days * DAY, closes_on=today + 7 * DAY, **over)


def test_poster_and_association_are_reminded_once_after_the_days_for_an_answer(session, board, post):
    late = due(session, post, board.stranger, -1)
    due(session, post, board.other_member, 0)

    assert clocks.remind_of_interests(worker(session)) == 1
    assert clocks.remind_of_interests(worker(session)) == 0

    assert late.reminded_at is not None
    assert letters(session) == [
        ("mail.interest_waits", board.member.person.id),
        ("mail.interest_late", board.association.person.id),
    ]


@pytest.mark.parametrize("state", [S.EXCHANGED, S.DECLINED, S.WITHDRAWN])
def test_what_is_answered_or_over_needs_no_reminder(session, board, post, state):
    interest = due(session, post, board.stranger, -9, state=state)
    interest.closes_on = interest.answer_due_on

    assert clocks.remind_of_interests(worker(session)) == 0
    assert clocks.close_unanswered(worker(session)) == 0


def test_an_interest_without_an_answer_ends_and_both_sides_are_told(session, board, post):
    today = clock.local_day(clock.now())
    over = make_interest(session, post, board.stranger, state=S.SEEN, closes_on=today - DAY)
    last_day = make_interest(session, post, board.other_member, closes_on=today)

    assert clocks.close_unanswered(worker(session)) == 1

    assert (over.state, last_day.state) == (S.UNANSWERED, S.SUBMITTED)
    assert letters(session) == [
        ("mail.interest_unanswered", board.stranger.person.id),
        ("mail.interest_lapsed", board.member.person.id),
    ]


def test_an_anonymous_firm_hears_nothing_of_what_was_not_passed_on(session, board):
    hidden = make_post(session, board.member, board.association, visibility=Visibility.ANONYMOUS)
    due(session, hidden, board.stranger, -1)
    gone = due(session, hidden, board.other_member, -9)
    gone.closes_on = gone.answer_due_on

    clocks.remind_of_interests(worker(session))
    clocks.close_unanswered(worker(session))

    assert board.member.person.id not in [person for _, person in letters(session)]
