"""Monthly statements (月结对账单) of the accounts."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager

from services.billing.errors import MonthNotOver
from services.billing.models import AccountEntry, CreditAccount, Order, Statement
from services.core import clock, links
from services.core.insertion import insert_unless_taken
from services.core.messages import N_
from services.core.numbering import next_in
from services.core.permissions import Permission
from services.core.work import Work
from services.organisations.queries import holders_of

PAY_WITHIN = timedelta(days=15)


def month_before(day: date) -> date:
    """Return the first day of the month before that of ``day``."""
    return (day.replace(day=1) - timedelta(days=1)).replace(day=1)


def make_statement(work: Work, *, provider_id: int, organisation_id: int, month_on: date) -> Statement | None:
    """Write down what was open on an account at the end of a month; None when nothing was, the first one when repeated.

    It is read from the journal of the account, so that it says the same on whatever later day it is made.
    Raises MonthNotOver for the present month and later ones.
    """
    work.require(Permission.PAYMENT_RECORD, scope=provider_id)
    month_on = month_on.replace(day=1)
    after = (month_on + timedelta(days=32)).replace(day=1)
    if after > work.today:
        raise MonthNotOver
    lines = _lines(work, provider_id, organisation_id, after)
    if not lines:
        return None
    held = select(Statement).where(
        Statement.provider_id == provider_id,
        Statement.organisation_id == organisation_id,
        Statement.month_on == month_on,
    )
    found = work.session.scalars(held).one_or_none()
    if found is not None:
        return found
    number = f"DZ-{provider_id}-{month_on:%Y%m}"
    made = insert_unless_taken(
        work.session,
        Statement,
        no=f"{number}-{next_in(work.session, number):04d}",
        provider_id=provider_id,
        organisation_id=organisation_id,
        month_on=month_on,
        lines=lines,
        total_fen=sum(line["balance_fen"] for line in lines),
        due_on=after + PAY_WITHIN,
        issued_at=work.now,
        issued_by_id=work.actor.person_id,
    )
    statement = work.session.scalars(held).one()
    if made:
        work.record("statement.made", statement, no=statement.no, total_fen=statement.total_fen)
        _tell(work, statement)
    return statement


def make_statements(work: Work) -> None:
    """Make the statements of the month that is over, one for each account with something open on it; once each."""
    pairs = select(CreditAccount.provider_id, CreditAccount.organisation_id).order_by(
        CreditAccount.provider_id, CreditAccount.organisation_id
    )
    for provider_id, organisation_id in work.session.execute(pairs).all():
        make_statement(
            work, provider_id=provider_id, organisation_id=organisation_id, month_on=month_before(work.today)
        )


def _lines(work: Work, provider_id: int, organisation_id: int, before: date) -> list[dict[str, object]]:
    last = (
        select(func.max(AccountEntry.id))
        .join(AccountEntry.order)
        .where(
            Order.provider_id == provider_id,
            Order.organisation_id == organisation_id,
            AccountEntry.at < clock.at(before, 0),
        )
        .group_by(AccountEntry.order_id)
    )
    statement = (
        select(AccountEntry)
        .join(AccountEntry.order)
        .options(contains_eager(AccountEntry.order))
        .where(
            AccountEntry.id.in_(last),
            AccountEntry.on_account.is_(True),
            AccountEntry.due_fen > AccountEntry.paid_fen,
        )
        .order_by(Order.created_at, Order.id)
    )
    return [
        {
            "order_id": entry.order_id,
            "title": entry.order.title,
            "ordered_on": clock.local_day(entry.order.created_at).isoformat(),
            "due_fen": entry.due_fen,
            "paid_fen": entry.paid_fen,
            "balance_fen": entry.due_fen - entry.paid_fen,
        }
        for entry in work.session.scalars(statement)
    ]


def _tell(work: Work, statement: Statement) -> None:
    message = N_("The statement %(no)s of your account is ready; please pay by %(due)s.")
    for person_id in work.session.scalars(holders_of(Permission.BILL_READ, statement.organisation_id)).all():
        work.tell(
            person_id,
            message,
            link=links.statement(statement.id),
            no=statement.no,
            due=statement.due_on.isoformat(),
        )
        work.later("mail.statement_made", statement_id=statement.id, person_id=person_id)
