"""What came of an interest: the deal with its band, the exact amount when both sides give the same, mutual rating."""

from __future__ import annotations

from sqlalchemy import select

from services.board.interest_errors import AlreadyRated, AmountGiven, AmountKept, AmountOutsideBand
from services.board.models.interests import AmountBand, Deal, DealRating, Interest
from services.board.operations.interests import between
from services.board.operations.parties import say_to_other, tell_receiver, tell_sender
from services.board.operations.steps import locked_post, note_interest, step, step_interest
from services.board.operations.wording import refuse_contact_data
from services.board.rules.answering import PartyRole, band_of
from services.board.rules.states import POST_STEPS
from services.core.errors import NotFound
from services.core.insertion import insert_unless_taken
from services.core.messages import N_
from services.core.work import Work


def record_deal(
    work: Work, interest_id: int, *, band: AmountBand, amount_fen: int | None = None, closes_post: bool = False
) -> Deal:
    """Record on either side that a deal came about; the poster may let its post end with it.

    An exact amount is kept only when the other side gives the same one later.
    """
    interest, role = between(work, interest_id)
    _fits(band, amount_fen)
    step_interest(work, interest, "deal")
    deal = Deal(interest_id=interest.id, band=band, recorded_at=work.now, recorded_by_id=work.actor.person_id)
    if amount_fen is not None:
        _propose(deal, role, amount_fen)
    work.session.add(deal)
    work.record("deal.record", deal, no=interest.no, band=band)
    if closes_post and role is PartyRole.POSTER:
        post = locked_post(work, interest.post_id)
        if post.state in POST_STEPS["deal"][0]:
            step(work, post, "deal")
    message = N_("The other side has recorded a deal about “%(title)s”; please rate it.")
    if role is PartyRole.POSTER:
        tell_sender(work, interest, "deal_recorded", message)
    else:
        tell_receiver(work, interest, "deal_recorded", message)
    return deal


def give_amount(work: Work, interest_id: int, *, amount_fen: int) -> bool:
    """Give one side's exact amount; tell whether both are the same and it is kept.

    Two different amounts are both forgotten, and neither side learns the other's.
    """
    interest, role = between(work, interest_id)
    deal = _deal_of(work, interest)
    if deal.amount_fen is not None:
        raise AmountKept
    if _has_given(deal, role):
        raise AmountGiven
    _fits(deal.band, amount_fen)
    proposed = deal.proposed_fen
    _propose(deal, role, amount_fen)
    if proposed is not None and proposed == amount_fen:
        deal.amount_fen, deal.proposed_fen = amount_fen, None
    elif proposed is not None:
        deal.proposed_fen, deal.poster_gives_amount, deal.sender_gives_amount = None, False, False
    work.record("deal.amount", deal, no=interest.no, is_kept=deal.amount_fen is not None)
    return deal.amount_fen is not None


def rate(work: Work, interest_id: int, *, stars: int, text: str = "") -> None:
    """Rate the other side of a deal, once."""
    refuse_contact_data({"text": text})
    interest, role = between(work, interest_id)
    deal = _deal_of(work, interest)
    poster_id, sender_id = interest.post.organisation_id, interest.organisation_id
    mine, theirs = (poster_id, sender_id) if role is PartyRole.POSTER else (sender_id, poster_id)
    is_new = insert_unless_taken(
        work.session,
        DealRating,
        deal_id=deal.id,
        by_organisation_id=mine,
        about_organisation_id=theirs,
        person_id=work.actor.person_id,
        stars=stars,
        text=text,
        at=work.now,
    )
    if not is_new:
        raise AlreadyRated
    note_interest(work, interest, "rate")
    work.record("deal.rate", deal, no=interest.no, stars=stars)
    say_to_other(work, interest, role, N_("The other side has rated the deal about “%(title)s”."))


def _deal_of(work: Work, interest: Interest) -> Deal:
    """Return the deal of an interest, locked. Raises NotFound where there is none."""
    deal = work.session.scalars(select(Deal).where(Deal.interest_id == interest.id).with_for_update()).one_or_none()
    if deal is None:
        raise NotFound
    return deal


def _fits(band: AmountBand, amount_fen: int | None) -> None:
    if amount_fen is not None and band is not AmountBand.UNTOLD and band_of(amount_fen) is not band:
        raise AmountOutsideBand


def _has_given(deal: Deal, role: PartyRole) -> bool:
    return deal.poster_gives_amount if role is PartyRole.POSTER else deal.sender_gives_amount


def _propose(deal: Deal, role: PartyRole, amount_fen: int) -> None:
    deal.proposed_fen = amount_fen
    if role is PartyRole.POSTER:
        deal.poster_gives_amount = True
    else:
        deal.sender_gives_amount = True
