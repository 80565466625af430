"""Reads of the dues: tables, invoices, payments, arrears, bank lines and what is proposed for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from services.association.models.dues import (
    BankLine,
    BankStatement,
    DuesInvoice,
    DuesPayment,
    DuesReminder,
    DuesTable,
    DuesWaiver,
    InvoiceState,
    LineState,
    TableState,
)
from services.association.models.register import Member
from services.association.rules.matching import Arrival, OpenDues, Proposal, proposals
from services.core.errors import NotFound
from services.organisations.models import Organisation

MOST_TABLES = 50
MOST_OPEN = 2000
MOST_INVOICES = 100
MOST_STATEMENTS = 20


def table_for(session: Session, association_id: int, year: int) -> DuesTable | None:
    """Return the dues table that is in force for a year: the last one adopted from that year or an earlier one on."""
    statement = (
        select(DuesTable)
        .options(selectinload(DuesTable.levels))
        .where(
            DuesTable.association_id == association_id,
            DuesTable.state == TableState.ACTIVE,
            DuesTable.from_year <= year,
        )
        .order_by(DuesTable.from_year.desc())
        .limit(1)
    )
    return session.scalars(statement).first()


def tables_of(session: Session, association_id: int) -> list[DuesTable]:
    """Return the dues tables of an association, the newest first."""
    statement = (
        select(DuesTable)
        .options(selectinload(DuesTable.levels))
        .where(DuesTable.association_id == association_id)
        .order_by(DuesTable.from_year.desc(), DuesTable.id.desc())
        .limit(MOST_TABLES)
    )
    return list(session.scalars(statement))


def dues_table(session: Session, table_id: int, association_id: int) -> DuesTable:
    """Return a dues table of an association. Raises NotFound for one of any other."""
    statement = (
        select(DuesTable)
        .options(selectinload(DuesTable.levels))
        .where(DuesTable.id == table_id, DuesTable.association_id == association_id)
    )
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound
    return found


def invoices(association_id: int) -> Select[DuesInvoice]:
    """Select the invoices of an association with their members."""
    return (
        select(DuesInvoice)
        .join(DuesInvoice.member)
        .join(Member.organisation)
        .options(contains_eager(DuesInvoice.member).contains_eager(Member.organisation))
        .where(DuesInvoice.association_id == association_id)
    )


def invoices_of_year(association_id: int, year: int, words: str = "") -> Select[DuesInvoice]:
    """Select the invoices of a year, what is open first, by name."""
    statement = invoices(association_id).where(DuesInvoice.year == year)
    if words:
        told = Organisation.name.contains(words, autoescape=True)
        statement = statement.where(told | (DuesInvoice.no == words) | (Member.no == words))
    return statement.order_by(DuesInvoice.state != InvoiceState.OPEN, Organisation.name, DuesInvoice.id)


def arrears(association_id: int, on: date) -> Select[DuesInvoice]:
    """Select the dues of members that are late, the oldest first; who has left owes nothing that is listed here."""
    return (
        invoices(association_id)
        .where(
            DuesInvoice.state == InvoiceState.OPEN,
            DuesInvoice.is_joining.is_(False),
            DuesInvoice.due_on < on,
            Member.ended_on.is_(None) | (Member.ended_on > on),
        )
        .order_by(DuesInvoice.due_on, DuesInvoice.id)
    )


def invoice(session: Session, invoice_id: int, association_id: int) -> DuesInvoice:
    """Return an invoice of an association. Raises NotFound."""
    found = session.scalars(invoices(association_id).where(DuesInvoice.id == invoice_id)).one_or_none()
    if found is None:
        raise NotFound
    return found


def invoice_of_firm(session: Session, invoice_id: int, organisation_id: int | None) -> DuesInvoice:
    """Return an invoice that an organisation was sent. Raises NotFound."""
    statement = (
        select(DuesInvoice)
        .join(DuesInvoice.member)
        .options(
            contains_eager(DuesInvoice.member).options(
                joinedload(Member.organisation, innerjoin=True), joinedload(Member.association, innerjoin=True)
            )
        )
        .where(DuesInvoice.id == invoice_id, Member.organisation_id == (organisation_id or 0))
    )
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound
    return found


def invoices_of(session: Session, member_id: int) -> list[DuesInvoice]:
    """Return the invoices of a member with what was paid on them, the newest first."""
    statement = (
        select(DuesInvoice)
        .options(selectinload(DuesInvoice.payments))
        .where(DuesInvoice.member_id == member_id)
        .order_by(DuesInvoice.year.desc())
        .limit(MOST_INVOICES)
    )
    return list(session.scalars(statement))


def payment(session: Session, payment_id: int) -> DuesPayment:
    """Return a payment with its invoice and member. Raises NotFound."""
    statement = (
        select(DuesPayment)
        .options(
            joinedload(DuesPayment.invoice, innerjoin=True)
            .joinedload(DuesInvoice.member, innerjoin=True)
            .options(joinedload(Member.organisation, innerjoin=True), joinedload(Member.association, innerjoin=True)),
            joinedload(DuesPayment.bank_line),
        )
        .where(DuesPayment.id == payment_id)
    )
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound
    return found


def payments_of_line(session: Session, line_id: int) -> list[DuesPayment]:
    """Return what was booked of a bank line, with its invoices and members."""
    statement = (
        select(DuesPayment)
        .options(
            joinedload(DuesPayment.invoice, innerjoin=True)
            .joinedload(DuesInvoice.member, innerjoin=True)
            .joinedload(Member.organisation, innerjoin=True)
        )
        .where(DuesPayment.bank_line_id == line_id)
        .order_by(DuesPayment.id)
        .limit(MOST_INVOICES)
    )
    return list(session.scalars(statement))


def waivers_of(session: Session, invoice_id: int) -> list[DuesWaiver]:
    """Return the waivers of an invoice, the newest first."""
    statement = select(DuesWaiver).where(DuesWaiver.invoice_id == invoice_id).order_by(DuesWaiver.id.desc())
    return list(session.scalars(statement.limit(MOST_INVOICES)))


def reminders_of(session: Session, invoice_id: int) -> list[DuesReminder]:
    """Return the reminders that were sent for an invoice."""
    statement = select(DuesReminder).where(DuesReminder.invoice_id == invoice_id).order_by(DuesReminder.sent_at)
    return list(session.scalars(statement.limit(MOST_INVOICES)))


def statements_of(session: Session, association_id: int) -> list[BankStatement]:
    """Return the last bank statements that were taken in."""
    statement = (
        select(BankStatement)
        .where(BankStatement.association_id == association_id)
        .order_by(BankStatement.id.desc())
        .limit(MOST_STATEMENTS)
    )
    return list(session.scalars(statement))


def bank_lines(association_id: int, state: LineState) -> Select[BankLine]:
    """Select the bank lines in a state, the newest first."""
    return (
        select(BankLine)
        .where(BankLine.association_id == association_id, BankLine.state == state)
        .order_by(BankLine.arrived_on.desc(), BankLine.id.desc())
    )


def open_dues(session: Session, association_id: int) -> list[OpenDues]:
    """Return the dues of an association that are open, with what names their members."""
    statement = (
        select(
            DuesInvoice.id,
            DuesInvoice.member_id,
            DuesInvoice.no,
            Member.no,
            Organisation.name,
            DuesInvoice.due_on,
            DuesInvoice.amount_fen - DuesInvoice.paid_fen - DuesInvoice.waived_fen,
        )
        .join(Member, Member.id == DuesInvoice.member_id)
        .join(Organisation, Organisation.id == Member.organisation_id)
        .where(
            DuesInvoice.association_id == association_id,
            DuesInvoice.state == InvoiceState.OPEN,
            Member.ended_on.is_(None) | DuesInvoice.is_joining,
        )
        .order_by(DuesInvoice.due_on, DuesInvoice.id)
        .limit(MOST_OPEN)
    )
    return [OpenDues(*row) for row in session.execute(statement)]


def proposed(lines: Sequence[BankLine], dues: Sequence[OpenDues]) -> dict[int, list[Proposal]]:
    """Return what each bank line may pay, by its number."""
    return {line.id: proposals(Arrival(line.payer, line.remark, line.open_fen), dues) for line in lines}


@dataclass(frozen=True)
class YearFigures:
    """The dues of one year: what was asked for, paid, waived, and what is open."""

    year: int
    asked_fen: int
    paid_fen: int
    waived_fen: int

    @property
    def open_fen(self) -> int:
        """What is still to come."""
        return self.asked_fen - self.paid_fen - self.waived_fen


def years_of_dues(session: Session, association_id: int) -> list[YearFigures]:
    """Return the figures of each year, the newest first; what was cancelled counts with what was paid on it."""
    asked = func.sum(DuesInvoice.amount_fen).filter(DuesInvoice.state != InvoiceState.CANCELLED)
    statement = (
        select(
            DuesInvoice.year, func.coalesce(asked, 0), func.sum(DuesInvoice.paid_fen), func.sum(DuesInvoice.waived_fen)
        )
        .where(DuesInvoice.association_id == association_id)
        .group_by(DuesInvoice.year)
        .order_by(DuesInvoice.year.desc())
        .limit(MOST_TABLES)
    )
    return [YearFigures(year, *map(int, figures)) for year, *figures in session.execute(statement).all()]
