"""What can happen to a quotation: offered in a new version, accepted, rejected, lapsed, and carried into its order.

Whoever calls has asked for the permission; a quotation belongs to what is ordered, and is read with it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session

from services.billing.errors import QuotationAnswered, QuotationExpired
from services.billing.models import LineKind, Order, OrderLine, Quotation, QuotationState
from services.billing.operations.orders import adjust
from services.catalogue.rules import Quote
from services.core.messages import N_
from services.core.work import Work


def lines_of(quote: Quote) -> list[dict[str, Any]]:
    """Return the steps of a price as a quotation keeps them."""
    return [
        {"kind": step.kind.value, "label": step.label, "facts": dict(step.facts), "amount_fen": step.amount_fen}
        for step in quote.steps
    ]


def offer(
    work: Work,
    *,
    subject_no: str,
    organisation_id: int,
    provider_id: int,
    title: str,
    lines: Sequence[Mapping[str, Any]],
    due_fen: int,
    terms: Mapping[str, Any],
    valid_until: date,
    note: str = "",
) -> Quotation:
    """Offer the next version of a price for ``subject_no``; a version that was still open is superseded by it."""
    assert due_fen == sum(int(line["amount_fen"]) for line in lines), "the lines are the price"
    last = latest(work.session, subject_no)
    if last is not None and last.state is QuotationState.OFFERED:
        _answer(work, last, QuotationState.SUPERSEDED)
    version = last.version + 1 if last else 1
    quotation = Quotation(
        no=f"{subject_no}-Q{version}",
        subject_no=subject_no,
        version=version,
        organisation_id=organisation_id,
        provider_id=provider_id,
        title=title,
        lines=[dict(line) for line in lines],
        due_fen=due_fen,
        terms=dict(terms),
        note=note,
        valid_until=valid_until,
        state=QuotationState.OFFERED,
        offered_at=work.now,
        offered_by_id=work.actor.person_id,
    )
    work.session.add(quotation)
    work.record("quotation.offered", quotation, no=quotation.no, due_fen=due_fen, valid_until=valid_until)
    return quotation


def accept(work: Work, quotation: Quotation) -> None:
    """Let an offered version hold from now on; the one that held before is superseded.

    Raises QuotationExpired after its last day, QuotationAnswered for the second answer.
    """
    if quotation.valid_until < work.today:
        raise QuotationExpired(valid_until=quotation.valid_until)
    held = accepted(work.session, quotation.subject_no)
    if held is not None and held.id != quotation.id:
        held.state = QuotationState.SUPERSEDED
        work.session.flush()  # one version is accepted at a time
    _answer(work, quotation, QuotationState.ACCEPTED)


def reject(work: Work, quotation: Quotation, *, reason: str = "") -> None:
    """Let an offered version be refused by the client. Raises QuotationAnswered for the second answer."""
    _answer(work, quotation, QuotationState.REJECTED, reason=reason)


def lapse(work: Work, quotation: Quotation) -> None:
    """Let an offered version lapse unanswered. Raises QuotationAnswered when it was answered."""
    _answer(work, quotation, QuotationState.LAPSED)


def bring_order(work: Work, quotation: Quotation, order_id: int | None, *, reason: str = "") -> Order:
    """Return the order of an accepted quotation: opened with its lines, or brought to its price with the reason."""
    if order_id is None:
        return _open(work, quotation)
    order = work.session.get_one(Order, order_id, with_for_update=True)
    label = N_("Price changed by agreement")
    why = reason or quotation.note[:200] or quotation.no
    difference = quotation.due_fen - order.due_fen
    adjust(work, order, kind=LineKind.ADJUSTMENT, label=label, amount_fen=difference, reason=why)
    return order


def void(work: Work, order_id: int | None, *, fee_fen: int = 0, reason: str) -> None:
    """Let an order owe nothing but ``fee_fen``; what was paid beyond shows as a refund due."""
    if order_id is None:
        return
    order = work.session.get_one(Order, order_id, with_for_update=True)
    label = N_("Cancelled: the price is dropped but for the fee")
    adjust(work, order, kind=LineKind.CANCELLATION, label=label, amount_fen=fee_fen - order.due_fen, reason=reason)


def latest(session: Session, subject_no: str) -> Quotation | None:
    """Return the newest version."""
    return session.scalars(_versions(subject_no).limit(1)).one_or_none()


def accepted(session: Session, subject_no: str) -> Quotation | None:
    """Return the version that holds."""
    held = select(Quotation).where(Quotation.subject_no == subject_no, Quotation.state == QuotationState.ACCEPTED)
    return session.scalars(held).one_or_none()


def versions(session: Session, subject_no: str) -> list[Quotation]:
    """Return every version, the newest first."""
    return list(session.scalars(_versions(subject_no).limit(100)))


def _versions(subject_no: str) -> Any:
    return select(Quotation).where(Quotation.subject_no == subject_no).order_by(Quotation.version.desc())


def _open(work: Work, quotation: Quotation) -> Order:
    order = Order(
        organisation_id=quotation.organisation_id,
        provider_id=quotation.provider_id,
        title=quotation.title,
        due_fen=quotation.due_fen,
        paid_fen=0,
        refunded_fen=0,
        on_account=False,
        created_at=work.now,
        lines=[
            OrderLine(
                kind=LineKind(line["kind"]),
                label=line["label"],
                facts=line["facts"],
                amount_fen=line["amount_fen"],
                reason=line.get("reason", ""),
            )
            for line in quotation.lines
        ],
    )
    work.session.add(order)
    return order


def _answer(work: Work, quotation: Quotation, state: QuotationState, *, reason: str = "") -> None:
    """Step an offered version once, whoever else answers at the same moment."""
    work.session.flush()  # a version offered in this work is stepped in the database too
    step = (
        update(Quotation)
        .where(Quotation.id == quotation.id, Quotation.state == QuotationState.OFFERED)
        .values(state=state, answered_at=work.now, answered_by_id=work.actor.person_id)
        .execution_options(synchronize_session=False)
    )
    result = work.session.execute(step)
    assert isinstance(result, CursorResult)
    if result.rowcount != 1:
        raise QuotationAnswered
    work.session.refresh(quotation)
    work.record(f"quotation.{state.value}", quotation, no=quotation.no, reason=reason)
