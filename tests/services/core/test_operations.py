"""What people change about the house itself."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.core import clock
from services.core.actor import Actor
from services.core.audit import AuditEntry
from services.core.calendar import CalendarDay, CalendarYear, DayKind
from services.core.errors import NotAllowed, NotFound, RulesBroken
from services.core.notices import Notification
from services.core.operations import (
    change_settings,
    edit_day,
    import_year,
    publish_year,
    read_all_messages,
    read_message,
)
from services.core.permissions import Role
from services.core.settings import DEFAULTS, RANGES, Setting, all_settings, setting
from services.core.work import Work
from tests.factories.booking import make_agent, make_firm

DAY = date(2027, 10, 1)


def test_changed_settings_hold_and_are_recorded(session: Session, work: Work) -> None:
    change_settings(
        work, {"booking.hold_minutes": 20, "booking.no_show_limit": 3, "security.staff_second_factor": True}
    )
    session.flush()
    assert setting(session, "booking.hold_minutes") == 20
    assert setting(session, "security.staff_second_factor") is True
    facts = session.scalars(select(AuditEntry.facts).order_by(AuditEntry.id)).all()
    assert [(fact["name"], fact["before"], fact["after"]) for fact in facts] == [
        ("booking.hold_minutes", 15, 20),
        ("security.staff_second_factor", False, True),
    ]


def test_a_setting_back_at_its_default_is_recorded_too(session: Session, work: Work) -> None:
    for minutes in (20, 15):
        change_settings(work, {"booking.hold_minutes": minutes})
        session.flush()
    assert all_settings(session)["booking.hold_minutes"] == 15
    assert len(session.scalars(select(AuditEntry)).all()) == 2


def test_all_settings_out_of_range_are_told_together(work: Work) -> None:
    with pytest.raises(RulesBroken) as caught:
        change_settings(work, {"booking.hold_minutes": 0, "booking.no_show_limit": 99, "booking.proposal_days": 2})
    assert [error.field for error in caught.value.errors] == ["booking.hold_minutes", "booking.no_show_limit"]
    assert work.session.scalars(select(Setting)).all() == []


def test_defaults_lie_in_their_ranges_and_unknown_names_raise(session: Session) -> None:
    assert all(low <= DEFAULTS[name] <= high for name, (low, high) in RANGES.items())
    with pytest.raises(KeyError):
        setting(session, "booking.unknown")


def test_a_day_becomes_a_holiday_and_an_ordinary_day_again(session: Session, work: Work) -> None:
    edit_day(work, DAY, DayKind.HOLIDAY, "国庆节")
    session.flush()
    assert session.get_one(CalendarDay, DAY).note == "国庆节"
    edit_day(work, DAY, None, "")
    session.flush()
    assert session.get(CalendarDay, DAY) is None
    facts = session.scalars(select(AuditEntry.facts).order_by(AuditEntry.id)).all()
    assert [(fact["before"], fact["after"]) for fact in facts] == [(None, "holiday"), ("holiday", None)]


def test_a_year_is_published_by_hand_or_by_import(session: Session, work: Work) -> None:
    publish_year(work, 2027, "notice 1")
    session.flush()
    import_year(work, 2027, [(DAY, DayKind.HOLIDAY, "x")], "notice 2")
    session.flush()
    assert session.get_one(CalendarYear, 2027).source == "notice 2"
    assert session.get_one(CalendarDay, DAY).kind is DayKind.HOLIDAY


def test_only_those_who_may_change_the_house(session: Session) -> None:
    work = Work(session, Actor(1, "x", 1, frozenset({Role.PROVIDER_ADMIN})), clock.now())
    deeds = [
        lambda: change_settings(work, {}),
        lambda: edit_day(work, DAY, None, ""),
        lambda: publish_year(work, 2027, "x"),
        lambda: import_year(work, 2027, [], "x"),
    ]
    for deed in deeds:
        with pytest.raises(NotAllowed):
            deed()


def test_one_reads_ones_own_messages(session: Session) -> None:
    firm = make_firm(session)
    reader, other = make_agent(session, firm), make_agent(session, firm)
    for person in (reader, reader, other):
        session.add(Notification(person_id=person.id, at=clock.now(), message="Hello", link="/bookings/1"))
    session.flush()
    mine = session.scalars(select(Notification).where(Notification.person_id == reader.id)).all()
    theirs = session.scalars(select(Notification).where(Notification.person_id == other.id)).one()
    work = Work(session, Actor(reader.id, reader.name), clock.now())

    assert read_message(work, mine[0].id) == "/bookings/1"
    assert (mine[0].read_at, mine[1].read_at) == (work.now, None)
    with pytest.raises(NotFound):
        read_message(work, theirs.id)

    read_all_messages(work)
    session.expire_all()
    assert mine[1].read_at is not None
    assert theirs.read_at is None
