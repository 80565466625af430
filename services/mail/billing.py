"""Letters about accounts. They tell no sums: those are read on the page the link leads to."""

from __future__ import annotations

from sqlalchemy.orm import Session

from services.billing.models import Statement
from services.core import links
from services.core.permissions import Permission
from services.mail.letters import Letter
from services.mail.readers import to_person
from services.organisations.queries import holders_of


def statement_made(session: Session, *, statement_id: int, person_id: int) -> Letter | None:
    """Somebody who reads the firm's bills learns that a monthly statement is ready; None for who reads them no longer."""
    statement = session.get_one(Statement, statement_id)
    if person_id not in session.scalars(holders_of(Permission.BILL_READ, statement.organisation_id)).all():
        return None
    return to_person(
        session,
        person_id,
        "billing/statement_made",
        no=statement.no,
        centre=statement.provider.organisation.name,
        phone=statement.provider.phone,
        firm=statement.organisation.name,
        month=f"{statement.month_on:%Y-%m}",
        due_on=statement.due_on,
        link=links.statement(statement.id),
    )
