"""What follows from the money of a registration: paid, paid late, given back."""

from __future__ import annotations

from sqlalchemy import select

from services.billing.models import Order
from services.billing.operations import charges
from services.core.messages import N_
from services.core.work import Work
from services.training.models.registrations import Registration, RegistrationState
from services.training.operations import seats
from services.training.operations.charging import is_settled, lapsed_share_fen, locked_order
from services.training.operations.promoting import seats_of_companies
from services.training.operations.steps import is_registered, locked, promise_letter, step, tell

S = RegistrationState


def follow_payment(work: Work, *, order_id: int) -> None:
    """Let the registrations that waited for the money of an order go on, once it is paid or on account."""
    for registration_id in _on_order(work, order_id, S.AWAITING_PAYMENT, S.EXPIRED):
        settle(work, locked(work, registration_id))


def settle(work: Work, registration: Registration) -> bool:
    """Take up the money of a registration whose class is locked; tell whether it has gone on.

    Paid late, it gets a seat if one is free, nobody waits, and the company may hold one more; else the money is refunded.
    """
    order = locked_order(work, registration)
    if order is None:
        return False
    if registration.state is S.AWAITING_PAYMENT and is_settled(order):
        step(work, registration, "pay")
        _tell_certain(work, registration)
        return True
    return registration.state is S.EXPIRED and _settle_late(work, registration, order)


def _settle_late(work: Work, registration: Registration, order: Order) -> bool:
    share_fen = lapsed_share_fen(work.session, order, registration)
    if not 0 < share_fen <= -order.balance_fen:
        return False
    if _may_return(work, registration) and seats.take_back(work, registration.class_id):
        charges.revive(work, order, share_fen, about=registration.no)
        step(work, registration, "pay_late", S.CONFIRMED)
        _tell_certain(work, registration)
    else:
        step(work, registration, "pay_late", S.REFUND_DUE)
        tell(work, registration, N_("The fee for your registration %(no)s came too late and will be refunded."))
        promise_letter(work, registration, "training_over")
    return True


def _may_return(work: Work, registration: Registration) -> bool:
    """Tell whether the trainee has no other registration for the class, and the company may hold one more seat."""
    if is_registered(work, registration.class_id, registration.trainee_id):
        return False
    cap, company = registration.training_class.company_cap, registration.organisation_id
    return cap is None or company is None or seats_of_companies(work, registration.class_id)[company] < cap


def follow_refund(work: Work, *, order_id: int) -> None:
    """Tell whoever paid for a registration that money has been given back."""
    for registration_id in _on_order(work, order_id)[:1]:
        registration = work.session.get_one(Registration, registration_id)
        person_id = work.session.get_one(Order, order_id).person_id or registration.registered_by_id
        work.tell(person_id, N_("Money for your registration %(no)s has been given back."), no=registration.no)
        work.later("mail.training_refunded", registration_id=registration_id, person_id=person_id)


def _tell_certain(work: Work, registration: Registration) -> None:
    tell(work, registration, N_("The fee for your registration %(no)s has arrived: your seat is certain."))
    promise_letter(work, registration, "training_standing")


def _on_order(work: Work, order_id: int, *states: RegistrationState) -> list[int]:
    statement = select(Registration.id).where(Registration.order_id == order_id)
    if states:
        statement = statement.where(Registration.state.in_(states))
    return list(work.session.scalars(statement.order_by(Registration.class_id, Registration.id)))
