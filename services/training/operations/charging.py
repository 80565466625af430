"""The money of registrations: the fee is charged on an order, and what is owed no more is taken off it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.billing.models import LineKind, Order, OrderLine
from services.billing.operations import charges
from services.core.messages import N_
from services.core.money import percent_of
from services.core.settings import setting
from services.core.work import Work
from services.training.models.registrations import Registration, RegistrationState

S = RegistrationState


@dataclass(frozen=True)
class RefundTerms:
    """What a withdrawal costs: of the fee ``kept_fen`` stays owed, and of what was paid ``refund_fen`` comes back."""

    fee_fen: int
    kept_fen: int
    refund_fen: int


def bill(work: Work, registration: Registration) -> None:
    """Charge the fee of a registration: to the company that registers, else to the worker.

    What a company is charged for a class in one piece of work stands on one order, with a line for each trainee.
    """
    training_class = registration.training_class
    order = _order_of_this_work(work, registration) or charges.open_empty(
        work,
        provider_id=training_class.provider_id,
        title=f"{training_class.course.title} {training_class.no}",
        organisation_id=registration.organisation_id,
        person_id=_payer(registration) if registration.organisation_id is None else None,
    )
    charges.charge(
        work,
        order,
        label=N_("Course fee, registration %(no)s"),
        facts={"no": registration.no},
        amount_fen=training_class.fee_fen,
    )
    registration.order_id = order.id
    work.session.flush()


def locked_order(work: Work, registration: Registration) -> Order | None:
    """Return the order of a registration as it is now, locked after its class; None where nothing was charged."""
    if registration.order_id is None:
        return None
    return work.session.get(Order, registration.order_id, with_for_update={"of": Order}, populate_existing=True)


def is_settled(order: Order | None) -> bool:
    """Tell whether an order was opened, and is paid or on account."""
    return order is not None and (order.on_account or order.balance_fen <= 0)


def take_off(work: Work, registration: Registration, before: RegistrationState) -> None:
    """Bring the order to what is owed after a registration has ended; what was paid beyond is a refund due.

    What was not paid in time lapses: its money is still taken when it comes late, until it is clear that no seat is left.
    """
    order = locked_order(work, registration)
    if order is None:
        return
    share_fen = _share_fen(work.session, order, registration)
    if registration.state is S.EXPIRED:
        charges.lapse(work, order, share_fen, about=registration.no)
    elif registration.state is S.REFUND_DUE:
        charges.forget(work, order, lapsed_share_fen(work.session, order, registration))
    else:
        withdrawn = registration.state is S.WITHDRAWN and before is S.CONFIRMED
        kept_fen = _kept_fen(work.session, registration, share_fen, work.now) if withdrawn else 0
        charges.drop(work, order, share_fen - kept_fen, about=registration.no, reason=registration.state_reason[:200])


def lapsed_share_fen(session: Session, order: Order, registration: Registration) -> int:
    """Return how much of what has lapsed of an order was the fee of a registration."""
    if _is_alone(session, order):
        return order.lapsed_fen
    charged = _lines(session, order, registration)
    fee_fen = sum(line.amount_fen for line in charged if line.kind is LineKind.BASE)
    return min(fee_fen, order.lapsed_fen)


def refund_terms(session: Session, registration: Registration, now: datetime) -> RefundTerms:
    """Return what a withdrawal would cost now; nothing where nothing was charged."""
    order = None if registration.order_id is None else session.get(Order, registration.order_id)
    if order is None or registration.state not in {S.CONFIRMED, S.AWAITING_PAYMENT}:
        return RefundTerms(0, 0, 0)
    share_fen = _share_fen(session, order, registration)
    is_certain = registration.state is S.CONFIRMED
    kept_fen = _kept_fen(session, registration, share_fen, now) if is_certain else 0
    too_much_fen = max(-order.balance_fen, 0)
    refund_fen = max(share_fen - kept_fen - order.balance_fen, 0) - too_much_fen
    return RefundTerms(share_fen, kept_fen, refund_fen)


def _kept_fen(session: Session, registration: Registration, share_fen: int, now: datetime) -> int:
    """Return what stays owed by somebody who withdraws: nothing until the registration closes."""
    if now < registration.training_class.closes_at:
        return 0
    return share_fen - percent_of(share_fen, int(setting(session, "training.late_refund_percent")))


def _share_fen(session: Session, order: Order, registration: Registration) -> int:
    """Return how much of what an order owes is for a registration: all of it, or the lines that name it."""
    if _is_alone(session, order):
        return order.due_fen
    own_fen = sum(line.amount_fen for line in _lines(session, order, registration))
    return min(own_fen, order.due_fen)


def _lines(session: Session, order: Order, registration: Registration) -> list[OrderLine]:
    lines = session.scalars(select(OrderLine).where(OrderLine.order_id == order.id).order_by(OrderLine.id))
    return [line for line in lines if line.facts.get("no") == registration.no]


def _is_alone(session: Session, order: Order) -> bool:
    count = select(func.count()).where(Registration.order_id == order.id)
    return session.scalar(count) == 1


def _payer(registration: Registration) -> int:
    return registration.trainee.person_id or registration.registered_by_id


def _order_of_this_work(work: Work, registration: Registration) -> Order | None:
    if registration.organisation_id is None:
        return None
    statement = (
        select(Order)
        .join(Registration, Registration.order_id == Order.id)
        .where(
            Registration.class_id == registration.class_id,
            Order.organisation_id == registration.organisation_id,
            Order.created_at == work.now,
            Order.paid_fen == 0,
        )
    )
    return work.session.scalars(statement.order_by(Order.id).limit(1)).first()
