"""What the end of a commission without a report leaves behind: no reservation, no open line, no debt but what is due."""

from __future__ import annotations

from sqlalchemy import Select, select

from services.billing.models import QuotationState
from services.billing.operations import quotations
from services.core.work import Work
from services.laboratory.models.commissions import Commission
from services.laboratory.models.lines import TestLine
from services.laboratory.operations.occupying import finish
from services.laboratory.operations.planning import release
from services.laboratory.operations.retention import put_away
from services.laboratory.operations.steps import step_line
from services.laboratory.rules.states import LINE_STEPS


def give_up(work: Work, commission: Commission, *, reason: str, fee_fen: int = 0) -> None:
    """Nothing of a commission is waited for any more, and it owes no more than ``fee_fen``.

    Its instruments are free, its unfinished lines cancelled, its samples withdrawn or put away, its open quotation gone.
    """
    release(work, commission, reason=reason)
    for line in work.session.scalars(_open_lines(commission)).all():
        step_line(work, line, "cancel", reason=reason)
        finish(work, line)
    put_away(work, commission)
    last = quotations.latest(work.session, commission.no or "")
    if last is not None and last.state is QuotationState.OFFERED:
        quotations.lapse(work, last)
    quotations.void(work, commission.order_id, fee_fen=fee_fen, reason=reason[:200])


def _open_lines(commission: Commission) -> Select[TestLine]:
    open_states = sorted(LINE_STEPS["cancel"][0])
    return (
        select(TestLine)
        .where(TestLine.commission_id == commission.id, TestLine.state.in_(open_states))
        .order_by(TestLine.id)
        .with_for_update()
    )
