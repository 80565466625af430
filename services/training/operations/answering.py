"""Answering the offer of a seat by the link in the letter, without signing in: who has the letter may answer it."""

from __future__ import annotations

from sqlalchemy import select

from services.accounts.rules import token_hash
from services.core.errors import NotFound
from services.core.work import Work
from services.training.errors import OfferOver
from services.training.models.registrations import Registration, SeatOffer
from services.training.operations.registering import give_back, take_up
from services.training.operations.steps import locked


def answer_by_link(work: Work, token: str, *, accepts: bool) -> Registration:
    """Take the seat behind the token of a letter, or give it back. OfferOver when that is no longer possible."""
    statement = select(SeatOffer.id, SeatOffer.registration_id).where(SeatOffer.token_hash == token_hash(token))
    found = work.session.execute(statement).one_or_none()
    if found is None:
        raise NotFound
    offer_id, registration_id = found
    registration = locked(work, registration_id)
    if work.session.get_one(SeatOffer, offer_id, populate_existing=True).result is not None:
        raise OfferOver
    if accepts:
        take_up(work, registration)
    else:
        give_back(work, registration)
    return registration
