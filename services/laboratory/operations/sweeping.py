"""What the worker does by the clock, and when money arrives: quotations lapse, unsent orders close, delivered ones too."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement, select

from services.billing.models import Quotation, QuotationState
from services.billing.operations import quotations
from services.core import clock
from services.core.calendar import working_days
from services.core.messages import N_
from services.core.permissions import Permission
from services.core.settings import setting
from services.core.work import Work
from services.laboratory.models.commissions import Commission, CommissionEvent, CommissionState
from services.laboratory.models.reports import Objection, Report, ReportState
from services.laboratory.models.samples import Sample, SampleState
from services.laboratory.operations.agreeing import agree, is_settled, was_agreed
from services.laboratory.operations.ending import give_up
from services.laboratory.operations.steps import note, step, tell_client, tell_staff
from services.laboratory.rules.states import COMMISSION_STEPS, OPEN_OBJECTIONS

MOST = 200


def _locked(work: Work, *conditions: ColumnElement[bool]) -> Sequence[Commission]:
    statement = select(Commission).where(*conditions).order_by(Commission.id).limit(MOST).with_for_update(of=Commission)
    return work.session.scalars(statement).all()


def follow_payment(work: Work, *, order_id: int) -> None:
    """What waited for the money of an order goes on, once it is paid or on account (``order.settled``)."""
    waiting = _locked(work, Commission.order_id == order_id, Commission.state == CommissionState.AWAIT_PAYMENT)
    for commission in waiting:
        if is_settled(commission.order):
            agree(work, commission, "pay")
            tell_client(work, commission, "commission_paid", N_("The payment for %(no)s has been recorded."))


def lapse_quotations(work: Work) -> int:
    """Let every quotation lapse whose last day is over; what was agreed before it goes on as it was. Return how many."""
    overdue = (
        select(Quotation.subject_no)
        .where(Quotation.state == QuotationState.OFFERED, Quotation.valid_until < work.today)
        .order_by(Quotation.id)
        .limit(MOST)
    )
    waiting = _locked(work, Commission.state == CommissionState.QUOTED, Commission.no.in_(overdue))
    for commission in waiting:
        lapsed = quotations.latest(work.session, commission.no or "")
        if lapsed is None or lapsed.state is not QuotationState.OFFERED or lapsed.valid_until >= work.today:
            continue
        quotations.lapse(work, lapsed)
        if was_agreed(work.session, commission):
            agree(work, commission, "keep")
        else:
            step(work, commission, "lapse")
            give_up(work, commission, reason="lapsed")
        tell_client(work, commission, "commission_lapsed", N_("The quotation for %(no)s has lapsed unanswered."))
    return len(waiting)


def expire_unsent(work: Work) -> int:
    """Close every commission, paid or not, whose samples have not come by their last day; return how many.

    The client is reminded one working day before, once. Where some of the samples came, a clerk decides.
    """
    arrived = select(Sample.commission_id).where(Sample.state != SampleState.EXPECTED)
    nothing_came = (Commission.state.in_(sorted(COMMISSION_STEPS["expire"][0])), Commission.id.not_in(arrived))
    tomorrow = working_days(work.session, work.today, 1).after(work.today, 1).day
    reminded = select(CommissionEvent.commission_id).where(CommissionEvent.kind == "remind_samples")
    almost = Commission.samples_due_on.between(work.today, tomorrow)
    for commission in _locked(work, *nothing_came, almost, Commission.id.not_in(reminded)):
        note(work, commission, "remind_samples")
        message = N_("Please send the samples of %(no)s; their last day is %(day)s.")
        tell_client(work, commission, "commission_samples_due", message, day=commission.samples_due_on)
    overdue = _locked(work, *nothing_came, Commission.samples_due_on < work.today)
    for commission in overdue:
        step(work, commission, "expire")
        give_up(work, commission, reason="expired")
        tell_client(work, commission, "commission_expired", N_("Commission %(no)s was closed: no samples came."))
        message = N_("Commission %(no)s was closed: no samples came.")
        tell_staff(work, commission, message, permission=Permission.COMMISSION_REVIEW)
    return len(overdue)


def close_delivered(work: Work) -> int:
    """Archive what was delivered once the days for objections are over and none is open; return how many."""
    days = int(setting(work.session, "laboratory.objection_days"))
    until = clock.at(work.today - timedelta(days=days), 0)
    issued = select(Report.commission_id).where(Report.state == ReportState.ISSUED, Report.issued_at < until)
    disputed = select(Objection.commission_id).where(Objection.state.in_(sorted(OPEN_OBJECTIONS)))
    finished = _locked(
        work,
        Commission.state == CommissionState.DELIVERED,
        Commission.id.in_(issued),
        Commission.id.not_in(disputed),
    )
    for commission in finished:
        step(work, commission, "close")
    return len(finished)
