"""Asks members for the dues of a year: all of them at once, one of them, or one that joins."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import Select, exists, select

from services.association.errors import InvoiceClosed, LevelMissing, NoDuesTable, PaidBefore, ReasonMissing
from services.association.models.dues import (
    DuesInvoice,
    DuesTable,
    InvoiceState,
    MembershipTerm,
    TableState,
)
from services.association.models.register import Member, MembershipApplication, Tier
from services.association.operations.standings import locked_member, note_member, refresh
from services.association.operations.telling import tell_payer
from services.association.queries.dues import table_for
from services.association.queries.members import charter_of
from services.association.rules.dues import year_span
from services.association.rules.standing import MEMBERS
from services.core.errors import NotFound
from services.core.locks import hold
from services.core.messages import N_
from services.core.permissions import Permission
from services.core.work import Work

MOST_AT_ONCE = 2000


def issue_year(work: Work, association_id: int, year: int) -> int:
    """Ask every member that has not been asked for the dues of ``year``, and return how many were.

    A member whose term runs to the end of that year already, and one that has left, is not asked. Asking again asks nobody
    twice. Raises NoDuesTable.
    """
    work.require(Permission.DUES_MANAGE, scope=association_id)
    hold(work.session, f"dues of association {association_id}")
    table = _table(work, association_id, year)
    members = work.session.scalars(_unasked(association_id, year)).all()
    due_on = _due_on(work, association_id, year)
    for member in members:
        _issue(work, member, year, table, due_on)
    work.session.flush()
    for member in members:
        refresh(work, member)
    return len(members)


def issue_due(work: Work) -> int:
    """Ask for the dues of this year wherever a table is in force; return how many members were asked."""
    statement = (
        select(DuesTable.association_id)
        .where(DuesTable.state == TableState.ACTIVE, DuesTable.from_year <= work.today.year)
        .distinct()
        .order_by(DuesTable.association_id)
    )
    return sum(issue_year(work, one, work.today.year) for one in work.session.scalars(statement).all())


def issue_one(work: Work, member_id: int, year: int) -> DuesInvoice:
    """Ask one member for the dues of a year. Raises InvoiceClosed when it was asked before."""
    work.require(Permission.DUES_MANAGE)
    member = locked_member(work, member_id)
    work.require(Permission.DUES_MANAGE, scope=member.association_id)
    if member.standing not in MEMBERS:
        raise NotFound
    if _of_year(work, member_id, year) is not None:
        raise InvoiceClosed
    table = _table(work, member.association_id, year)
    made = _issue(work, member, year, table, _due_on(work, member.association_id, year))
    refresh(work, member)
    return made


def issue_joining(work: Work, member: Member, tier: Tier) -> DuesInvoice:
    """Ask whoever was approved for the dues of this year; they open its membership.

    Dues of this year that were asked for before are asked for again; a year is asked for once. Settled ones stay settled.
    """
    year = work.today.year
    table = _table(work, member.association_id, year)
    amount_fen = _amount(table, tier)
    due_on = work.today + timedelta(days=charter_of(work.session, member.association_id).dues_days)
    invoice = _of_year(work, member.id, year)
    if invoice is None:
        invoice = _issue(work, member, year, table, due_on, tier=tier, is_joining=True)
    elif invoice.state is not InvoiceState.SETTLED:
        invoice.state, invoice.is_joining, invoice.reason = InvoiceState.OPEN, True, ""
        invoice.tier, invoice.table_id = tier, table.id
        invoice.amount_fen = max(amount_fen, invoice.paid_fen + invoice.waived_fen + 1)
        invoice.issued_on, invoice.due_on = work.today, due_on
        work.record("dues.asked_again", invoice, amount_fen=invoice.amount_fen)
    work.session.flush()
    return invoice


def cancel(work: Work, invoice_id: int, reason: str) -> None:
    """Ask for these dues no more. Raises PaidBefore when something was paid or waived, InvoiceClosed when it is over."""
    if not reason.strip():
        raise ReasonMissing
    invoice, member = locked_invoice(work, invoice_id)
    if invoice.state is not InvoiceState.OPEN:
        raise InvoiceClosed
    if invoice.paid_fen or invoice.waived_fen:
        raise PaidBefore
    _close(work, invoice, reason)
    refresh(work, member)


def locked_invoice(work: Work, invoice_id: int) -> tuple[DuesInvoice, Member]:
    """Return an invoice of the actor's association and its member, the member's row locked first. NotFound for others."""
    work.require(Permission.DUES_MANAGE)
    member_id = work.session.scalar(select(DuesInvoice.member_id).where(DuesInvoice.id == invoice_id))
    if member_id is None:
        raise NotFound
    member = locked_member(work, member_id)
    work.require(Permission.DUES_MANAGE, scope=member.association_id)
    return work.session.get_one(DuesInvoice, invoice_id, populate_existing=True), member


def drop_joining_dues(work: Work, application: MembershipApplication) -> None:
    """Ask for the dues of an application that is over no more; what was paid on them stays recorded."""
    if application.member_id is None:
        return
    locked_member(work, application.member_id)
    statement = select(DuesInvoice).where(
        DuesInvoice.member_id == application.member_id,
        DuesInvoice.is_joining,
        DuesInvoice.state == InvoiceState.OPEN,
    )
    for invoice in work.session.scalars(statement).all():
        _close(work, invoice, application.no)


def cancel_open(work: Work, member: Member, reason: str) -> None:
    """Ask a member that left and comes back for its old dues no more: the gap stays a gap."""
    statement = select(DuesInvoice).where(
        DuesInvoice.member_id == member.id, DuesInvoice.state == InvoiceState.OPEN, DuesInvoice.is_joining.is_(False)
    )
    for invoice in work.session.scalars(statement).all():
        _close(work, invoice, reason)


def _close(work: Work, invoice: DuesInvoice, reason: str) -> None:
    invoice.state, invoice.reason = InvoiceState.CANCELLED, reason
    work.record("dues.cancelled", invoice, reason=reason)
    work.session.flush()


def _issue(
    work: Work,
    member: Member,
    year: int,
    table: DuesTable,
    due_on: date,
    *,
    tier: Tier | None = None,
    is_joining: bool = False,
) -> DuesInvoice:
    level = tier or member.tier
    invoice = DuesInvoice(
        no=work.number("HF"),
        association_id=member.association_id,
        member_id=member.id,
        year=year,
        tier=level,
        table_id=table.id,
        amount_fen=_amount(table, level),
        is_joining=is_joining,
        issued_on=work.today,
        due_on=due_on,
        created_at=work.now,
    )
    invoice.member = member
    work.session.add(invoice)
    work.session.flush()
    note_member(work, member, "dues_asked", year=year, no=invoice.no)
    work.record("dues.asked", invoice, year=year, amount_fen=invoice.amount_fen, due_on=due_on)
    for person_id in tell_payer(work, invoice, N_("The dues for %(year)s are asked for: invoice %(no)s.")):
        work.later("mail.dues_asked", invoice_id=invoice.id, person_id=person_id)
    return invoice


def _unasked(association_id: int, year: int) -> Select[Member]:
    """Select the members that are asked for a year: not asked before, and not paid for already."""
    whole = year_span(year)
    asked = exists().where(DuesInvoice.member_id == Member.id, DuesInvoice.year == year)
    covered = exists().where(
        MembershipTerm.member_id == Member.id,
        MembershipTerm.revoked_at.is_(None),
        MembershipTerm.until_on >= whole.until_on,
        MembershipTerm.from_on <= whole.until_on,
    )
    return (
        select(Member)
        .where(
            Member.association_id == association_id,
            Member.standing.in_(MEMBERS),
            Member.ended_on.is_(None) | (Member.ended_on > whole.from_on),
            ~asked,
            ~covered,
        )
        .order_by(Member.id)
        .limit(MOST_AT_ONCE)
        .with_for_update(of=Member)
    )


def _due_on(work: Work, association_id: int, year: int) -> date:
    days = charter_of(work.session, association_id).dues_days
    return max(work.today, year_span(year).from_on) + timedelta(days=days)


def _table(work: Work, association_id: int, year: int) -> DuesTable:
    table = table_for(work.session, association_id, year)
    if table is None:
        raise NoDuesTable(year=year)
    return table


def _amount(table: DuesTable, tier: Tier) -> int:
    """Return the dues of a level; where a table has none for it, those of the next lower one. LevelMissing without any."""
    amounts = {level.tier: level.amount_fen for level in table.levels}
    ladder: Sequence[Tier] = list(Tier)
    for one in reversed(ladder[: ladder.index(tier) + 1]):
        if one in amounts:
            return amounts[one]
    raise LevelMissing


def _of_year(work: Work, member_id: int, year: int) -> DuesInvoice | None:
    statement = select(DuesInvoice).where(DuesInvoice.member_id == member_id, DuesInvoice.year == year)
    return work.session.scalars(statement).one_or_none()
