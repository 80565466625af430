"""The table of demonstration sign-ins that ``portal run --demo`` prints."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from services.accounts.models import Person
from services.core.permissions import ROLE_NAMES
from services.organisations.models import Membership, Organisation

HEAD = ("Sign in as", "Name", "Role", "Organisation")


def demo_sign_ins(engine: Engine) -> str:
    """Return one demonstration sign-in of every role as a table."""
    statement = (
        select(Person, Membership.role, Organisation)
        .join(Membership, Membership.person_id == Person.id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(Person.is_demo, Membership.ended_at.is_(None))
        .order_by(Membership.role, Person.id)
    )
    rows, seen = [HEAD], set()
    with Session(engine) as session:
        for person, role, organisation in session.execute(statement):
            if role not in seen:
                seen.add(role)
                who = person.login or person.email or person.mobile or ""
                rows.append((who, person.name, ROLE_NAMES[role], organisation.label))
    return table(rows)


def table(rows: Iterable[Sequence[str]]) -> str:
    """Return ``rows`` in columns that line up in a terminal."""
    rows = [tuple(row) for row in rows]
    widths = [max(width(cell) for cell in column) for column in zip(*rows, strict=True)]
    return "".join(
        "  "
        + "  ".join(cell + " " * (size - width(cell)) for cell, size in zip(row, widths, strict=True)).rstrip()
        + "\n"
        for row in rows
    )


def width(text: str) -> int:
    """Return how many places ``text`` takes in a terminal; a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
