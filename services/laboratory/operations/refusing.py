"""What the refusal of a sample leaves behind: no line, no slot and no charge for it (domain.md F05 rule 4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select

from services.billing.models import LineKind, Order
from services.billing.operations import quotations
from services.billing.operations.orders import adjust
from services.core import clock
from services.core.messages import N_
from services.core.work import Work
from services.laboratory.models.commissions import Commission
from services.laboratory.models.lines import LineState, TestLine
from services.laboratory.models.samples import Sample
from services.laboratory.operations.altering import write_charges
from services.laboratory.operations.planning import release_lines
from services.laboratory.operations.steps import step_line
from services.laboratory.queries.surveys import ChargedModule, charge_of, charged_for, charges_of, extras_of
from services.laboratory.rules.charging import price

UNTESTED = (LineState.PENDING, LineState.SCHEDULED)


def drop_sample(work: Work, commission: Commission, sample: Sample) -> None:
    """Cancel the lines of a refused sample; their slots are free, and the order owes what is left by the agreed terms."""
    statement = select(TestLine).where(TestLine.sample_id == sample.id, TestLine.state.in_(UNTESTED))
    lines = work.session.scalars(statement.order_by(TestLine.id).with_for_update()).all()
    for line in lines:
        step_line(work, line, "cancel", reason="sample_refused")
    release_lines(work, lines, reason="sample_refused")
    before = charges_of(work.session, commission.id)
    dropped = charged_for(work.session, lines)
    after = [replace(one, quantity=one.quantity - dropped[one.module.id]) for one in before]
    left = [one for one in after if one.quantity > 0]
    write_charges(work, commission, left)
    if left:  # with nothing left the whole order is void, and its owner is told so elsewhere
        _lower(work, commission, before, left, sample)


def _lower(
    work: Work,
    commission: Commission,
    before: Sequence[ChargedModule],
    left: Sequence[ChargedModule],
    sample: Sample,
) -> None:
    """Take off the order what the dropped tests cost by the terms of the accepted quotation."""
    quotation = quotations.accepted(work.session, commission.no or "")
    if commission.order_id is None or quotation is None:
        return
    day, agreed = clock.local_day(quotation.offered_at), quotation.terms
    extras = extras_of(commission, before)

    def due_fen(charged: Sequence[ChargedModule]) -> int:
        charges = [charge_of(one, day, agreed.get("price_versions", {})) for one in charged]
        member = bool(agreed.get("is_member"))
        return price(charges, extras=extras, urgency=commission.urgency, is_member=member).due_fen

    order = work.session.get_one(Order, commission.order_id, with_for_update=True)
    less_fen = due_fen(left) - due_fen(before)
    label = N_("Sample refused: its tests are not charged")
    adjust(work, order, kind=LineKind.ADJUSTMENT, label=label, amount_fen=min(less_fen, 0), reason=sample.no or "")
