"""What can happen to an order: opened from a quote, adjusted, paid, refunded."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import CursorResult, update

from services.billing.errors import (
    MoreThanOwed,
    MoreThanPaid,
    NoAccount,
    NotAnAmount,
    NotReceivedYet,
    NotRefundedYet,
    ReasonNeeded,
)
from services.billing.models import LineKind, Order, OrderLine, Payment, PaymentMethod, Refund
from services.billing.operations.accounts import keep_account
from services.billing.operations.invoices import tell_too_much
from services.catalogue.rules import Quote
from services.core.errors import ChangedMeanwhile, NotFound
from services.core.messages import N_
from services.core.money import yuan_text
from services.core.numbering import next_in
from services.core.permissions import Permission
from services.core.work import Work


def open_order(work: Work, quote: Quote, *, organisation_id: int, provider_id: int, title: str) -> Order:
    """Open the order of an agreed quote; its price is copied here and never looked up again."""
    order = Order(
        organisation_id=organisation_id,
        provider_id=provider_id,
        title=title,
        due_fen=quote.due_fen,
        paid_fen=0,
        refunded_fen=0,
        created_at=work.now,
        lines=[
            OrderLine(kind=LineKind(step.kind.value), label=step.label, facts=step.facts, amount_fen=step.amount_fen)
            for step in quote.steps
        ],
    )
    work.session.add(order)
    return order


def adjust(
    work: Work,
    order: Order,
    *,
    kind: LineKind,
    label: str,
    amount_fen: int,
    reason: str,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Add a line (negative to lower the price) with its reason; the order owes the new sum afterwards.

    Where nothing is left to pay then, what waited for the money goes on. Of an order on account, a higher price is held to
    the limit: raises NoAccount without an open account, AboveLimit when it has no room for it.
    """
    amount_fen = max(amount_fen, -order.due_fen)
    if not amount_fen:
        return
    line = OrderLine(
        order_id=order.id, kind=kind, label=label, facts=dict(facts or {}), amount_fen=amount_fen, reason=reason
    )
    work.session.add(line)
    work.session.execute(update(Order).where(Order.id == order.id).values(due_fen=Order.due_fen + amount_fen))
    work.record("order.adjusted", order, amount_fen=amount_fen, reason=reason)
    follow_account(work, order, adds=amount_fen > 0)
    if amount_fen < 0:
        _tell_settled(work, order)
        tell_too_much(work, order)


def adjust_order(work: Work, order_id: int, *, was_fen: int, due_fen: int, reason: str) -> Order:
    """Let an order owe ``due_fen`` from now on, as staff have decided, with their reason.

    Raises ChangedMeanwhile when it no longer owes ``was_fen``; what was paid beyond the new price is a refund due.
    """
    order = _own(work, order_id)
    if not reason.strip():
        raise ReasonNeeded
    if order.due_fen != was_fen:
        raise ChangedMeanwhile
    label = N_("Price changed by the centre")
    adjust(work, order, kind=LineKind.ADJUSTMENT, label=label, amount_fen=due_fen - was_fen, reason=reason)
    return order


def record_payment(
    work: Work, order_id: int, *, amount_fen: int, method: PaymentMethod, received_on: date, reference: str = ""
) -> Payment:
    """Record money that arrived; the receipt takes the provider's next number of the year.

    Raises NotAnAmount, NotReceivedYet, or MoreThanOwed when more would be paid than is owed. Of an order that has lapsed
    unpaid, what it owed before is still taken: it shows as a refund due until what was ordered is given after all.
    """
    order = _own(work, order_id)
    if amount_fen <= 0:
        raise NotAnAmount
    if received_on > work.today:
        raise NotReceivedYet
    payable = Order.due_fen + Order.lapsed_fen - Order.paid_fen + Order.refunded_fen
    step = update(Order).where(Order.id == order_id, payable >= amount_fen)
    if not _changed(work, step.values(paid_fen=Order.paid_fen + amount_fen)):
        raise MoreThanOwed(balance=yuan_text(order.payable_fen))
    year = work.today.year
    receipt_no = f"SJ-{year}-{next_in(work.session, f'SJ-{order.provider_id}-{year}'):05d}"
    payment = Payment(
        order_id=order_id,
        provider_id=order.provider_id,
        receipt_no=receipt_no,
        method=method,
        amount_fen=amount_fen,
        received_on=received_on,
        reference=reference,
        recorded_at=work.now,
        recorded_by_id=work.actor.person_id,
    )
    work.session.add(payment)
    work.record("payment.recorded", payment, amount_fen=amount_fen, receipt_no=receipt_no, order_id=order_id)
    follow_account(work, order)
    _tell_settled(work, order)
    return payment


def put_on_account(work: Work, order_id: int, *, on_account: bool) -> None:
    """Let the client pay later with the monthly statement (记账), or take that back.

    Raises NoAccount without an open account of the firm (a person has none), AboveLimit when it has no room for what is
    open.
    """
    order = _own(work, order_id)
    if order.organisation_id is None:
        raise NoAccount
    order.on_account = on_account
    keep_account(work, order, adds=on_account)
    work.record("order.on_account", order, on_account=on_account)
    _tell_settled(work, order)


def record_refund(
    work: Work, order_id: int, *, amount_fen: int, method: PaymentMethod, refunded_on: date, reason: str
) -> Refund:
    """Record money given back, and why.

    Raises NotAnAmount, ReasonNeeded, NotRefundedYet, or MoreThanPaid when it exceeds what is left of the payments.
    """
    order = _own(work, order_id)
    if amount_fen <= 0:
        raise NotAnAmount
    if not reason.strip():
        raise ReasonNeeded
    if refunded_on > work.today:
        raise NotRefundedYet
    left = Order.paid_fen - Order.refunded_fen
    step = update(Order).where(Order.id == order_id, left >= amount_fen)
    if not _changed(work, step.values(refunded_fen=Order.refunded_fen + amount_fen)):
        raise MoreThanPaid(paid=yuan_text(order.paid_fen - order.refunded_fen))
    refund = Refund(
        order_id=order_id,
        amount_fen=amount_fen,
        method=method,
        reason=reason,
        refunded_on=refunded_on,
        recorded_at=work.now,
        recorded_by_id=work.actor.person_id,
    )
    work.session.add(refund)
    work.record("refund.recorded", refund, amount_fen=amount_fen, order_id=order_id, reason=reason)
    work.later("order.refunded", order_id=order_id)
    follow_account(work, order)
    return refund


def follow_account(work: Work, order: Order, *, adds: bool = False) -> None:
    """Let the account of an order that is on account say what is open now."""
    if order.on_account:
        work.session.refresh(order)
        keep_account(work, order, adds=adds)


def _tell_settled(work: Work, order: Order) -> None:
    """Let what waits for the money go on (``order.settled``), once all is paid or put on account."""
    work.session.flush()  # it is read again as the database has it
    work.session.refresh(order)
    if order.on_account or order.balance_fen <= 0:
        work.later("order.settled", order_id=order.id)


def _own(work: Work, order_id: int) -> Order:
    """Return the order of the actor's own provider, locked."""
    order = work.session.get(Order, order_id, with_for_update=True)
    if order is None:
        raise NotFound
    work.require(Permission.PAYMENT_RECORD, scope=order.provider_id)
    return order


def _changed(work: Work, step: object) -> bool:
    """Run a conditional update of one row and tell whether it took place."""
    result = work.session.execute(step)  # type: ignore[call-overload]
    assert isinstance(result, CursorResult)
    return result.rowcount == 1
