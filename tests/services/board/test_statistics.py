"""Figures of the board: by kind, month and amount, with too small cells left out."""

from datetime import date, timedelta

import pytest

from services.board.models.interests import AmountBand, Deal, Interest, InterestState
from services.board.models.posts import PostType
from services.board.queries.statistics import Cell, statistics_of
from services.core import clock
from tests.factories.board import make_firm, make_post

TODAY = date(2026, 11, 25)


@pytest.fixture
def firms(session, board):
    return [make_firm(session, board.cluster) for _ in range(5)]


def publish(session, board, firm, day, minute=600, **over):
    at = clock.at(day, minute)
    return make_post(session, firm, board.association, published_at=at, **over)


@pytest.mark.parametrize(("cell", "shown"), [(Cell(0, 0), 0), (Cell(9, 4), None), (Cell(5, 5), 5)])
def test_a_cell_of_fewer_than_five_firms_is_not_shown(cell, shown):
    assert cell.shown == shown


def test_months_are_those_of_the_centres_and_a_year_counts(session, board, firms):
    for firm in firms:
        publish(session, board, firm, date(2026, 11, 1), minute=0)
        publish(session, board, firm, date(2025, 12, 1), minute=0, type=PostType.STOCK)
        publish(session, board, firm, date(2025, 11, 30), minute=1439)

    figures = statistics_of(session, TODAY)

    months = dict(figures.months)
    assert len(months) == 12
    assert (months[date(2026, 11, 1)], months[date(2025, 12, 1)]) == (Cell(5, 5), Cell(5, 5))
    assert figures.types == {PostType.PURCHASE: Cell(5, 5), PostType.STOCK: Cell(5, 5)}


def test_an_association_sees_its_own(session, board, firms):
    publish(session, board, firms[0], TODAY)
    make_post(session, board.outsider, None, published_at=clock.at(TODAY, 1))

    ours = statistics_of(session, TODAY, association_id=board.association.organisation.id)

    assert ours.types == {PostType.PURCHASE: Cell(1, 1)}
    assert statistics_of(session, TODAY).types == {PostType.PURCHASE: Cell(2, 2)}


def test_deals_and_answers_are_counted(session, board, firms):
    states = [InterestState.DEALT] * 4 + [InterestState.UNANSWERED, InterestState.SUBMITTED]
    for number, (firm, state) in enumerate(zip([*firms, firms[0]], states, strict=True)):
        interest = _interest(session, board, publish(session, board, firm, TODAY), state, number)
        if state is InterestState.DEALT:
            session.add(
                Deal(
                    interest_id=interest.id,
                    band=AmountBand.TO_10K,
                    recorded_at=clock.at(TODAY, 600),
                    recorded_by_id=firm.person.id,
                )
            )
    session.flush()

    figures = statistics_of(session, TODAY)

    assert figures.bands[AmountBand.TO_10K] == Cell(4, 4)
    assert figures.bands[AmountBand.MORE] == Cell()
    assert (figures.received, figures.answered, figures.answer_percent) == (Cell(5, 5), 4, 80)


def _interest(session, board, post, state, number):
    at = clock.at(TODAY, 600)
    is_answered = state is InterestState.DEALT
    interest = Interest(
        no=f"YX-20261125-{number:04d}",
        post_id=post.id,
        organisation_id=board.stranger.organisation.id,
        sent_by_id=board.stranger.person.id,
        wish="合作",
        abilities="有",
        contact_name="王示例",
        contact_phone="13800000001",
        state=state,
        state_at=at,
        sent_at=at,
        answered_at=at if is_answered else None,
        answer_due_on=TODAY + timedelta(days=5),
        closes_on=TODAY + timedelta(days=10),
    )
    session.add(interest)
    session.flush()
    return interest
