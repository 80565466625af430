"""What a centre reads about the money of its bookings: open orders, payments of a period, and a receipt."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload

from services.accounts.models import Person
from services.billing.models import Order, Payment, PaymentMethod, Refund
from services.billing.queries import STANDINGS
from services.booking.desk_queries import OWING
from services.booking.models import Booking
from services.catalogue.models import Provider
from services.core.errors import NotFound
from services.organisations.models import Organisation

LISTS: dict[str, ColumnElement[bool]] = {
    "open": and_(or_(STANDINGS["unpaid"], STANDINGS["part_paid"]), Booking.state.in_(OWING)),
    "unpaid": and_(STANDINGS["unpaid"], Booking.state.in_(OWING)),
    "part_paid": STANDINGS["part_paid"],
    "on_account": STANDINGS["on_account"],
    "refund_due": STANDINGS["refund_due"],
    "paid": STANDINGS["paid"],
}
"""The lists of orders by how their money stands; ``open`` is what is to be collected now."""


def order_list(provider_id: int | None, *, standing: str | None, words: str = "") -> Select[Booking]:
    """Return the statement for a centre's bookings with an order, newest first.

    ``standing`` is one of LISTS; ``words`` are part of the number, of the firm's name or of a receipt's number.
    """
    statement = (
        select(Booking)
        .join(Booking.order)
        .join(Booking.organisation)
        .where(Booking.provider_id == provider_id)
        .options(contains_eager(Booking.order), contains_eager(Booking.organisation), joinedload(Booking.module))
        .order_by(Booking.id.desc())
    )
    if standing in LISTS:
        statement = statement.where(LISTS[standing])
    if words:
        with_receipt = select(Payment.order_id).where(
            Payment.provider_id == provider_id, Payment.receipt_no.icontains(words, autoescape=True)
        )
        found = or_(
            Booking.no.icontains(words, autoescape=True),
            Organisation.name.icontains(words, autoescape=True),
            Organisation.short_name.icontains(words, autoescape=True),
            Order.id.in_(with_receipt),
        )
        statement = statement.where(found)
    return statement


def order_of(session: Session, provider_id: int | None, order_id: int) -> tuple[Order, Booking]:
    """Return an order of the centre with its booking. Raises NotFound for one of another."""
    statement = (
        select(Booking)
        .join(Booking.order)
        .where(Order.id == order_id, Order.provider_id == provider_id)
        .options(joinedload(Booking.order), joinedload(Booking.organisation), joinedload(Booking.module))
    )
    booking = session.scalar(statement)
    if booking is None or booking.order is None:
        raise NotFound
    return booking.order, booking


def bookings_of_orders(session: Session, order_ids: Collection[int]) -> list[tuple[int, int, str]]:
    """Return order, booking and number for those of the orders that belong to bookings."""
    statement = (
        select(Booking.order_id, Booking.id, Booking.no).where(Booking.order_id.in_(order_ids)).order_by(Booking.id)
    )
    return [(order_id, booking_id, no or "") for order_id, booking_id, no in session.execute(statement) if order_id]


@dataclass(frozen=True)
class Receipt:
    """A payment with everything that is printed on its receipt."""

    payment: Payment
    order: Order
    booking: Booking | None
    payee: Organisation
    provider: Provider
    payer: Organisation
    cashier: str


def receipt(session: Session, organisation_id: int | None, payment_id: int) -> Receipt:
    """Return the receipt of a payment, for the centre that issued it and the firm that paid. Raises NotFound."""
    statement = (
        select(Payment, Order, Provider, Booking, Person.name)
        .join(Order, Order.id == Payment.order_id)
        .join(Provider, Provider.id == Payment.provider_id)
        .outerjoin(Booking, Booking.order_id == Order.id)
        .outerjoin(Person, Person.id == Payment.recorded_by_id)
        .options(joinedload(Provider.organisation))
        .where(
            Payment.id == payment_id,
            Order.organisation_id.is_not(None),
            or_(Payment.provider_id == organisation_id, Order.organisation_id == organisation_id),
        )
    )
    row = session.execute(statement).first()
    if row is None:
        raise NotFound
    payment, order, provider, booking, cashier = row
    payer = session.get_one(Organisation, order.organisation_id)
    return Receipt(payment, order, booking, provider.organisation, provider, payer, cashier or "")


@dataclass(frozen=True)
class MoneyRow:
    """Money that came in (or went out, when negative) on a day."""

    day: date
    number: str
    booking_no: str
    payer: str
    credit_code: str
    title: str
    method: PaymentMethod
    amount_fen: int
    remark: str
    recorded_by: str


_PAYER = aliased(Person)
_PAYER_NAME = func.coalesce(Organisation.name, _PAYER.name)


def money_between(session: Session, provider_id: int | None, first: date, last: date) -> Iterator[MoneyRow]:
    """Yield the payments and refunds of a centre whose day lies in the period, by day; payments before refunds."""
    rows = [*_payments(session, provider_id, first, last), *_refunds(session, provider_id, first, last)]
    yield from sorted(rows, key=lambda row: row.day)


def _payments(session: Session, provider_id: int | None, first: date, last: date) -> Iterator[MoneyRow]:
    statement = (
        select(Payment, Order.title, Booking.no, _PAYER_NAME, Organisation.credit_code, Person.name)
        .join(Order, Order.id == Payment.order_id)
        .outerjoin(Organisation, Organisation.id == Order.organisation_id)
        .outerjoin(_PAYER, _PAYER.id == Order.person_id)
        .outerjoin(Booking, Booking.order_id == Order.id)
        .outerjoin(Person, Person.id == Payment.recorded_by_id)
        .where(Payment.provider_id == provider_id, Payment.received_on.between(first, last))
        .order_by(Payment.received_on, Payment.id)
    )
    for one, title, no, payer, code, person in session.execute(statement):
        yield MoneyRow(
            one.received_on,
            one.receipt_no,
            no or "",
            payer,
            code or "",
            title,
            one.method,
            one.amount_fen,
            one.reference,
            person or "",
        )


def _refunds(session: Session, provider_id: int | None, first: date, last: date) -> Iterator[MoneyRow]:
    statement = (
        select(Refund, Order.title, Booking.no, _PAYER_NAME, Organisation.credit_code, Person.name)
        .join(Order, Order.id == Refund.order_id)
        .outerjoin(Organisation, Organisation.id == Order.organisation_id)
        .outerjoin(_PAYER, _PAYER.id == Order.person_id)
        .outerjoin(Booking, Booking.order_id == Order.id)
        .outerjoin(Person, Person.id == Refund.recorded_by_id)
        .where(Order.provider_id == provider_id, Refund.refunded_on.between(first, last))
        .order_by(Refund.refunded_on, Refund.id)
    )
    for one, title, no, payer, code, person in session.execute(statement):
        yield MoneyRow(
            one.refunded_on,
            "",
            no or "",
            payer,
            code or "",
            title,
            one.method,
            -one.amount_fen,
            one.reason,
            person or "",
        )
