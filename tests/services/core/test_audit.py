"""The audit log says who, what, when and with which facts; nobody takes a line out of it."""

from datetime import date, timedelta

import pytest
from sqlalchemy import delete, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from services.core import clock
from services.core.actor import Actor
from services.core.audit import AuditEntry
from services.core.audit_queries import Wanted, entries, kinds
from services.core.permissions import Role
from services.core.settings import Setting
from services.core.work import Work


@pytest.fixture
def entry(session: Session) -> AuditEntry:
    actor = Actor(7, "周厂长", 3, frozenset({Role.ENT_ADMIN}), "10.0.0.1")
    Work(session, actor, clock.now()).record(
        "booking.confirmed", Setting(name="x"), day=date(2026, 1, 2), who=Role.EXPERT
    )
    session.commit()
    return session.scalars(entries(Wanted())).one()


def test_an_entry_keeps_who_and_the_facts(entry: AuditEntry) -> None:
    assert (entry.person_id, entry.person_name, entry.organisation_id, entry.address) == (7, "周厂长", 3, "10.0.0.1")
    assert (entry.kind, entry.subject_table, entry.subject_id) == ("booking.confirmed", "setting", None)
    assert entry.facts == {"day": "2026-01-02", "who": "expert"}


@pytest.mark.parametrize(
    "statement",
    [
        update(AuditEntry).values(person_name="nobody"),
        delete(AuditEntry),
        text("UPDATE audit_entry SET facts = '{}'"),
        text("DELETE FROM audit_entry WHERE id > 0"),
    ],
    ids=str,
)
def test_the_database_refuses_to_change_or_remove_it(session: Session, entry: AuditEntry, statement) -> None:
    with pytest.raises(DBAPIError, match="only added to"):
        session.execute(statement)
    session.rollback()
    assert session.scalars(entries(Wanted())).one().person_name == "周厂长"


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Wanted(kind="booking.confirmed"), True),
        (Wanted(kind="booking"), True),
        (Wanted(kind="book"), False),
        (Wanted(kind="booking_"), False),
        (Wanted(person="厂长"), True),
        (Wanted(person="%"), False),
        (Wanted(organisation_id=3), True),
        (Wanted(organisation_id=4), False),
        (Wanted(first=clock.local_day(clock.now()) - timedelta(days=1)), True),
        (Wanted(last=clock.local_day(clock.now()) - timedelta(days=1)), False),
    ],
    ids=str,
)
def test_entries_are_found_by_what_is_known(session: Session, entry: AuditEntry, wanted: Wanted, found: bool) -> None:
    assert (session.scalars(entries(wanted)).all() == [entry]) is found


def test_the_kinds_that_exist(session: Session, entry: AuditEntry) -> None:
    assert kinds(session) == ["booking.confirmed"]
