"""Deals that came of an interest: recording one, the exact amount, mutual rating."""

from __future__ import annotations

from portal.access import holds
from portal.board import bp
from portal.board.interest_forms import AmountForm, DealForm, RatingForm
from portal.board.interests import with_form
from services.board.models.interests import AmountBand
from services.board.operations import deals
from services.core.messages import N_
from services.core.permissions import Permission
from services.core.work import Work


@bp.route("/board/interests/<no>/deal", methods=["POST"])
@holds(Permission.INTEREST_SEND)
def deal_record(no: str):
    """Record that a deal came about, with its band."""
    form = DealForm(mark="deal")

    def record(work: Work, interest_id: int) -> None:
        band = AmountBand(form.band.data)
        closes = bool(form.closes_post.data)
        deals.record_deal(work, interest_id, band=band, amount_fen=form.amount.data, closes_post=closes)

    return with_form(form, no, "deal", N_("The deal is recorded. Please rate the other side."), record)


@bp.route("/board/interests/<no>/amount", methods=["POST"])
@holds(Permission.INTEREST_SEND)
def deal_amount(no: str):
    """Give one's own exact amount of a deal."""
    form = AmountForm(mark="amount")

    def give(work: Work, interest_id: int) -> None:
        deals.give_amount(work, interest_id, amount_fen=form.amount.data or 0)

    return with_form(form, no, "amount", N_("Noted. The amount is kept when both sides give the same."), give)


@bp.route("/board/interests/<no>/rating", methods=["POST"])
@holds(Permission.INTEREST_SEND)
def deal_rate(no: str):
    """Rate the other side of a deal, once."""
    form = RatingForm(mark="rating")

    def rate(work: Work, interest_id: int) -> None:
        deals.rate(work, interest_id, stars=int(form.stars.data or 0), text=form.text.data or "")

    return with_form(form, no, "rating", N_("Thank you, your rating is kept."), rate)
