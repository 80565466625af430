"""The table of demonstration sign-ins that ``portal run --demo`` prints."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from portal.cli.demo import DEMO_SIGN_INS
from services.accounts.models import Person
from services.accounts.rules import DEMO_PASSWORD
from services.core.permissions import ROLE_NAMES
from services.organisations.models import Membership, Organisation

HEAD = ("Sign in as", "Role", "Organisation", "What to look at")


def demo_sign_ins(engine: Engine) -> str:
    """Return demonstration sign-ins, at least one of every role, as a table with the password that all have."""
    statement = (
        select(Person.login, Membership.role, Organisation)
        .join(Membership, Membership.person_id == Person.id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(Person.is_demo, Person.login.is_not(None), Membership.ended_at.is_(None))
        .order_by(Membership.role, Person.id)
    )
    remarks, found = dict(DEMO_SIGN_INS), {}
    with Session(engine) as session:
        for login, role, organisation in session.execute(statement):
            if login in remarks or role not in {row[1] for row in found.values()}:
                found.setdefault(login, (login, role, organisation.label))
    named = [login for login, _ in DEMO_SIGN_INS if login in found]
    rows = [found[login] for login in named]
    rows += [row for login, row in found.items() if login not in named and row[1] not in {one[1] for one in rows}]
    lines = [(login, ROLE_NAMES[role], label, remarks.get(login, "")) for login, role, label in rows]
    return f"{table([HEAD, *lines])}  The password of all: {DEMO_PASSWORD}\n"


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
