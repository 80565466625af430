"""What follows when client and laboratory agree: payment, samples, or testing with the samples that are there already."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.billing.models import Order
from services.core.calendar import working_days
from services.core.messages import N_
from services.core.settings import setting
from services.core.work import Work
from services.laboratory.models.commissions import Commission, CommissionEvent, CommissionState, ContractReview
from services.laboratory.models.lines import TestLine
from services.laboratory.models.samples import Sample, SampleState
from services.laboratory.operations.planning import promise_again
from services.laboratory.operations.replanning import catch_up, tell_nothing_free
from services.laboratory.operations.steps import stands_still, step, tell_client
from services.laboratory.ordering_errors import NothingFree

GONE = frozenset({SampleState.REFUSED, SampleState.RETURNED, SampleState.DISPOSED, SampleState.WITHDRAWN})


def agree(work: Work, commission: Commission, name: str, *, reason: str = "", **facts: Any) -> None:
    """Take the named step (approve, accept, keep, pay) to where the agreement leads; samples get their last day.

    Where all samples are there already the laboratory's clock starts. What a firm accepts without a contract review
    (an order a clerk entered for it) is reviewed now, before anything is agreed (domain.md F05 rule 1).
    """
    if name == "accept" and not _is_reviewed(work.session, commission):
        step(work, commission, name, CommissionState.IN_REVIEW, reason=reason, **facts)
        return
    stood_still = stands_still(commission)
    step(work, commission, name, after_agreement(work, commission), reason=reason, **facts)
    if stood_still and not stands_still(commission):
        catch_up(work, commission)  # the slots may have passed meanwhile
    if commission.state is not CommissionState.SAMPLE_IN and commission.samples_due_on is None:
        days = int(setting(work.session, "laboratory.sample_days"))
        commission.samples_due_on = working_days(work.session, work.today, days).after(work.today, days).day
    start_clock_if_ready(work, commission)


def _is_reviewed(session: Session, commission: Commission) -> bool:
    reviews = select(ContractReview.id).where(ContractReview.commission_id == commission.id)
    return session.scalars(reviews.limit(1)).first() is not None


def start_clock_if_ready(work: Work, commission: Commission) -> None:
    """Let the days count once everything is agreed, paid and here: the report is promised anew, by this hour.

    Where no instrument is free within half a year the date stays, and the laboratory is told.
    """
    if commission.state is not CommissionState.SAMPLE_IN or commission.clock_started_at is not None:
        return
    commission.clock_started_at, commission.stopped_days = work.now, 0  # what stood still before does not count
    try:
        promise_again(work, commission)
    except NothingFree:
        tell_nothing_free(work, commission)
    message = N_("All samples of %(no)s are here. The report is promised for %(promised_on)s.")
    promised = commission.promised_on.isoformat() if commission.promised_on else ""
    tell_client(work, commission, "samples_received", message, promised_on=promised)


def agree_editions(work: Work, commission: Commission, terms: Mapping[str, Any]) -> None:
    """Let the lines be tested by the editions that the accepted quotation names; others keep theirs."""
    agreed = {int(item_id): int(method_id) for item_id, method_id in terms.get("methods", {}).items()}
    lines = select(TestLine).where(TestLine.commission_id == commission.id, TestLine.item_id.in_(agreed))
    for line in work.session.scalars(lines.order_by(TestLine.id)):
        line.method_id = agreed[line.item_id]


def after_agreement(work: Work, commission: Commission) -> CommissionState:
    """Return where a commission goes once everything is agreed."""
    if commission.is_prepaid and not is_settled(commission.order):
        return CommissionState.AWAIT_PAYMENT
    work.session.flush()  # the samples are read as they stand in this work
    statement = select(Sample.state).where(Sample.commission_id == commission.id, Sample.parent_id.is_(None))
    states = set(work.session.scalars(statement)) - GONE
    waiting = not states or states & {SampleState.EXPECTED, SampleState.DEVIATING}
    return CommissionState.AWAIT_SAMPLE if waiting else CommissionState.SAMPLE_IN


def was_agreed(session: Session, commission: Commission) -> bool:
    """Tell whether client and laboratory have agreed before, so that what they agreed holds until they change it."""
    agreed = select(CommissionEvent.id).where(
        CommissionEvent.commission_id == commission.id, CommissionEvent.kind.in_(["approve", "accept"])
    )
    return session.scalars(agreed.limit(1)).first() is not None


def is_settled(order: Order | None) -> bool:
    """Tell whether nothing has to be paid before the work begins: paid, free, or on account."""
    return order is None or order.on_account or order.balance_fen <= 0
