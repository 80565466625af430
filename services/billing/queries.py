"""Reads about orders: how their money stands, in the words of the database."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from services.accounts.models import Person
from services.billing.models import CreditAccount, InvoiceRequest, InvoiceState, Order, Payment, Statement
from services.catalogue.models import Provider
from services.core.errors import NotFound
from services.organisations.models import Organisation

BALANCE = Order.due_fen - Order.paid_fen + Order.refunded_fen
"""What is still to pay; negative when a refund is owed."""

_UNTOUCHED = and_(BALANCE == 0, Order.due_fen == 0, Order.paid_fen == 0)
_OWNERS = (joinedload(Order.organisation), joinedload(Order.person))

STANDINGS: dict[str, ColumnElement[bool]] = {
    "refund_due": BALANCE < 0,
    "paid": and_(BALANCE == 0, or_(Order.due_fen > 0, Order.paid_fen > 0)),
    "lapsed": and_(_UNTOUCHED, Order.lapsed_fen > 0),
    "dropped": and_(_UNTOUCHED, Order.lapsed_fen == 0, Order.was_charged),
    "free": and_(_UNTOUCHED, Order.lapsed_fen == 0, ~Order.was_charged),
    "part_paid": and_(BALANCE > 0, Order.paid_fen > Order.refunded_fen),
    "on_account": and_(BALANCE > 0, Order.paid_fen <= Order.refunded_fen, Order.on_account.is_(True)),
    "unpaid": and_(BALANCE > 0, Order.paid_fen <= Order.refunded_fen, Order.on_account.is_(False)),
}
"""The conditions of ``services.billing.rules.payment_state``, one per word; exactly one holds for each order."""

LISTS: dict[str, ColumnElement[bool]] = {
    "open": or_(STANDINGS["unpaid"], STANDINGS["part_paid"]),
    "on_account": STANDINGS["on_account"],
    "refund_due": STANDINGS["refund_due"],
    "paid": STANDINGS["paid"],
}
"""The lists of orders by how their money stands; ``open`` is what is to be paid now."""


def orders(
    *,
    organisation_id: int | None = None,
    person_id: int | None = None,
    provider_id: int | None = None,
    show: str = "",
    words: str = "",
) -> Select[Order]:
    """Return the statement for the orders of a provider, or of a firm and of a person, newest first.

    ``show`` is one of LISTS; ``words`` are part of the title, of the name of who pays, or of a receipt's number.
    """
    statement = select(Order).options(*_OWNERS).order_by(Order.id.desc())
    if provider_id is not None:
        statement = statement.where(Order.provider_id == provider_id)
    else:
        statement = statement.where(_owed_by(organisation_id, person_id))
    if show in LISTS:
        statement = statement.where(LISTS[show])
    if words:
        with_receipt = select(Payment.order_id).where(Payment.receipt_no.icontains(words, autoescape=True))
        firms = select(Organisation.id).where(Organisation.name.icontains(words, autoescape=True))
        people = select(Person.id).where(Person.name.icontains(words, autoescape=True))
        found = (Order.title.icontains(words, autoescape=True), Order.organisation_id.in_(firms))
        statement = statement.where(or_(*found, Order.person_id.in_(people), Order.id.in_(with_receipt)))
    return statement


def _owed_by(organisation_id: int | None, person_id: int | None) -> ColumnElement[bool]:
    """Return what makes an order one of a firm, or one of a person; nobody's when neither is named."""
    return or_(Order.organisation_id == (organisation_id or 0), Order.person_id == (person_id or 0))


def order_for(
    session: Session,
    order_id: int,
    *,
    organisation_id: int | None = None,
    person_id: int | None = None,
    provider_id: int | None = None,
) -> Order:
    """Return an order of the provider, or of the firm or the person, with all its money. Raises NotFound for any other."""
    owner = Order.provider_id == provider_id if provider_id is not None else _owed_by(organisation_id, person_id)
    parts = (selectinload(Order.lines), selectinload(Order.payments), selectinload(Order.refunds))
    whole = select(Order).where(Order.id == order_id, owner).options(*parts, *_OWNERS)
    order = session.scalars(whole).one_or_none()
    if order is None:
        raise NotFound
    return order


def payment_of(order: Order, payment_id: int) -> Payment:
    """Return one payment of an order. Raises NotFound."""
    found = next((payment for payment in order.payments if payment.id == payment_id), None)
    if found is None:
        raise NotFound
    return found


def invoice_of(session: Session, order_id: int) -> InvoiceRequest | None:
    """Return the latest request for a tax invoice of an order."""
    newest = select(InvoiceRequest).where(InvoiceRequest.order_id == order_id).order_by(InvoiceRequest.id.desc())
    return session.scalars(newest.limit(1)).one_or_none()


def invoices(provider_id: int | None, state: InvoiceState) -> Select[InvoiceRequest]:
    """Return the statement for a provider's requests in a state: the longest waiting, or the last dealt with, first."""
    waiting = state is InvoiceState.ASKED
    return (
        select(InvoiceRequest)
        .where(InvoiceRequest.provider_id == provider_id, InvoiceRequest.state == state)
        .options(joinedload(InvoiceRequest.order), selectinload(InvoiceRequest.corrections))
        .order_by(InvoiceRequest.id if waiting else InvoiceRequest.id.desc())
    )


def invoices_to_correct(provider_id: int | None) -> Select[InvoiceRequest]:
    """Return the statement for a provider's issued invoices that are over more than their orders owe, oldest first."""
    standing = InvoiceRequest.amount_fen - InvoiceRequest.corrected_fen
    return (
        select(InvoiceRequest)
        .join(InvoiceRequest.order)
        .where(InvoiceRequest.state == InvoiceState.ISSUED, standing > Order.due_fen)
        .where(InvoiceRequest.provider_id == provider_id)
        .options(contains_eager(InvoiceRequest.order), selectinload(InvoiceRequest.corrections))
        .order_by(InvoiceRequest.id)
    )


def accounts_at(provider_id: int | None) -> Select[CreditAccount]:
    """Return the statement for the accounts at a provider, the fullest first."""
    return (
        select(CreditAccount)
        .where(CreditAccount.provider_id == provider_id)
        .options(joinedload(CreditAccount.organisation))
        .order_by(CreditAccount.used_fen.desc(), CreditAccount.organisation_id)
    )


def invoice_at(session: Session, provider_id: int, request_id: int) -> InvoiceRequest:
    """Return a request for a tax invoice of a provider. Raises NotFound for one of another."""
    request = session.get(InvoiceRequest, request_id)
    if request is None or request.provider_id != provider_id:
        raise NotFound
    return request


def account_at(session: Session, provider_id: int | None, organisation_id: int) -> CreditAccount:
    """Return the account of a firm at a provider. Raises NotFound."""
    account = session.get(
        CreditAccount, (provider_id, organisation_id), options=[joinedload(CreditAccount.organisation)]
    )
    if account is None:
        raise NotFound
    return account


def accounts_of(session: Session, organisation_id: int | None) -> list[tuple[CreditAccount, str]]:
    """Return the accounts of a firm with the names of the providers."""
    statement = (
        select(CreditAccount, Organisation.name)
        .join(Organisation, Organisation.id == CreditAccount.provider_id)
        .where(CreditAccount.organisation_id == organisation_id)
        .order_by(CreditAccount.provider_id)
    )
    return [(account, name) for account, name in session.execute(statement)]


def statements(*, organisation_id: int | None = None, provider_id: int | None = None) -> Select[Statement]:
    """Return the statement for the monthly statements of a firm or of a provider, newest first."""
    owner = (
        Statement.provider_id == provider_id
        if provider_id is not None
        else Statement.organisation_id == organisation_id
    )
    parts = (joinedload(Statement.organisation), joinedload(Statement.provider).joinedload(Provider.organisation))
    return select(Statement).where(owner).options(*parts).order_by(Statement.month_on.desc(), Statement.id.desc())


def statement_for(session: Session, statement_id: int, organisation_id: int | None) -> Statement:
    """Return a monthly statement for the firm it goes to or the provider that made it. Raises NotFound."""
    mine = or_(Statement.organisation_id == organisation_id, Statement.provider_id == organisation_id)
    found = session.scalars(select(Statement).where(Statement.id == statement_id, mine)).one_or_none()
    if found is None:
        raise NotFound
    return found
