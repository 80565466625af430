"""Deals: their band, the exact amount when both give the same, the end of the post, mutual rating."""

import pytest
from sqlalchemy import select

from services.board.interest_errors import AlreadyRated, AmountGiven, AmountKept, AmountOutsideBand
from services.board.models.interests import AmountBand, Deal, DealRating, InterestState
from services.board.models.posts import PostState
from services.board.operations import deals
from services.board.rules.answering import band_of
from services.core.errors import NotFound, RulesBroken, WrongState
from tests.factories.board import make_board, make_post
from tests.factories.interests import letters, make_interest, work_of

S = InterestState
B = AmountBand


@pytest.fixture
def board(session):
    return make_board(session)


@pytest.fixture
def interest(session, board):
    post = make_post(session, board.member, board.association)
    return make_interest(session, post, board.stranger, state=S.NEGOTIATING)


def recorded(session, board, interest, **over):
    return deals.record_deal(work_of(session, board.member), interest.id, **{"band": B.TO_50K} | over)


@pytest.mark.parametrize(
    ("fen", "band"),
    [
        (1, B.TO_10K),
        (1_000_000, B.TO_10K),
        (1_000_001, B.TO_50K),
        (5_000_000, B.TO_50K),
        (10_000_000, B.TO_100K),
        (50_000_000, B.TO_500K),
        (100_000_000, B.TO_1M),
        (100_000_001, B.MORE),
    ],
)
def test_the_bands(fen, band):
    assert band_of(fen) is band


def test_a_deal_is_recorded_with_its_band_and_the_other_side_is_told(session, board, interest):
    deal = recorded(session, board, interest)

    assert (deal.band, deal.amount_fen, deal.proposed_fen) == (B.TO_50K, None, None)
    assert interest.state is S.DEALT
    assert interest.post.state is PostState.PUBLISHED
    assert letters(session) == [("mail.deal_recorded", board.stranger.person.id)]


def test_the_poster_may_let_its_post_end_with_the_deal(session, board, interest):
    recorded(session, board, interest, closes_post=True)

    assert interest.post.state is PostState.DEALT


def test_the_sender_does_not_end_the_post_of_another(session, board, interest):
    deals.record_deal(work_of(session, board.stranger), interest.id, band=B.UNTOLD, closes_post=True)

    assert interest.post.state is PostState.PUBLISHED


def test_one_deal_comes_of_an_interest(session, board, interest):
    recorded(session, board, interest)
    with pytest.raises(WrongState):
        recorded(session, board, interest)
    assert len(session.scalars(select(Deal)).all()) == 1


@pytest.mark.parametrize("state", [S.SUBMITTED, S.SEEN, S.DECLINED, S.WITHDRAWN, S.UNANSWERED])
def test_no_deal_without_acceptance(session, board, interest, state):
    interest.state = state
    with pytest.raises(WrongState):
        recorded(session, board, interest)


def test_deals_of_others_do_not_exist(session, board, interest):
    for firm in (board.outsider, board.association):
        with pytest.raises(NotFound):
            deals.record_deal(work_of(session, firm), interest.id, band=B.UNTOLD)
    recorded(session, board, interest)
    for firm in (board.outsider, board.association):
        with pytest.raises(NotFound):
            deals.give_amount(work_of(session, firm), interest.id, amount_fen=2_000_000)
        with pytest.raises(NotFound):
            deals.rate(work_of(session, firm), interest.id, stars=5)


def test_the_amount_is_kept_when_both_give_the_same(session, board, interest):
    deal = recorded(session, board, interest, amount_fen=2_000_000)
    assert deal.amount_fen is None
    with pytest.raises(AmountGiven):
        deals.give_amount(work_of(session, board.member), interest.id, amount_fen=2_000_000)

    assert deals.give_amount(work_of(session, board.stranger), interest.id, amount_fen=2_000_000)

    assert (deal.amount_fen, deal.proposed_fen) == (2_000_000, None)
    with pytest.raises(AmountKept):
        deals.give_amount(work_of(session, board.stranger), interest.id, amount_fen=2_000_000)


def test_two_different_amounts_are_both_forgotten(session, board, interest):
    deal = recorded(session, board, interest, amount_fen=2_000_000)

    assert not deals.give_amount(work_of(session, board.stranger), interest.id, amount_fen=3_000_000)

    assert (deal.amount_fen, deal.proposed_fen) == (None, None)
    assert not deal.poster_gives_amount
    assert not deal.sender_gives_amount
    assert not deals.give_amount(work_of(session, board.member), interest.id, amount_fen=3_000_000)


def test_the_amount_lies_in_the_band(session, board, interest):
    with pytest.raises(AmountOutsideBand):
        recorded(session, board, interest, amount_fen=999)
    deal = recorded(session, board, interest)
    with pytest.raises(AmountOutsideBand):
        deals.give_amount(work_of(session, board.stranger), interest.id, amount_fen=999)
    assert deal.proposed_fen is None


def test_each_side_rates_the_other_once(session, board, interest):
    recorded(session, board, interest)
    deals.rate(work_of(session, board.member), interest.id, stars=5, text="交货及时")
    with pytest.raises(AlreadyRated):
        deals.rate(work_of(session, board.member), interest.id, stars=1)
    deals.rate(work_of(session, board.stranger), interest.id, stars=4)

    kept = session.execute(select(DealRating.by_organisation_id, DealRating.about_organisation_id, DealRating.stars))
    mine, theirs = board.member.organisation.id, board.stranger.organisation.id
    assert sorted(kept.all()) == sorted([(mine, theirs, 5), (theirs, mine, 4)])


def test_there_is_nothing_to_rate_before_the_deal(session, board, interest):
    with pytest.raises(NotFound):
        deals.rate(work_of(session, board.member), interest.id, stars=5)


def test_a_rating_carries_no_contact_data(session, board, interest):
    recorded(session, board, interest)
    with pytest.raises(RulesBroken):
        deals.rate(work_of(session, board.member), interest.id, stars=5, text="找我 138 0000 0001")
