"""What people change about the house itself: its settings, its calendar, and what they have read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import select, update

from services.core.calendar import CalendarDay, CalendarYear, DayKind, enter_year
from services.core.errors import NotFound, RuleBroken, RulesBroken
from services.core.messages import N_
from services.core.notices import Notification
from services.core.permissions import Permission
from services.core.settings import DEFAULTS, RANGES, Setting, all_settings
from services.core.work import Work


class OutOfRange(RuleBroken):
    """A setting has a value that makes no sense."""

    message = N_("Enter a whole number from %(low)s to %(high)s.")


def change_settings(work: Work, values: Mapping[str, int | bool]) -> None:
    """Set ``values`` by their names; each changed one is recorded with what it was before."""
    work.require(Permission.SETTING_EDIT)
    errors = [
        OutOfRange(field=name, low=low, high=high)
        for name, (low, high) in RANGES.items()
        if name in values and not low <= values[name] <= high
    ]
    if errors:
        raise RulesBroken(errors)
    before = all_settings(work.session)
    for name, value in values.items():
        if value != before[name]:
            row = work.session.merge(Setting(name=name, value=type(DEFAULTS[name])(value)))
            work.record("setting.changed", row, name=name, before=before[name], after=value)


def edit_day(work: Work, day: date, kind: DayKind | None, note: str) -> None:
    """Make ``day`` a holiday or a make-up work day, or with None an ordinary day of its week."""
    work.require(Permission.CALENDAR_EDIT)
    row = work.session.get(CalendarDay, day)
    before = row.kind if row else None
    if kind is None:
        if row is not None:
            work.session.delete(row)
    else:
        row = work.session.merge(CalendarDay(day=day, kind=kind, note=note))
    work.record("calendar.day_changed", row or CalendarDay(), day=day, before=before, after=kind, note=note)


def publish_year(work: Work, year: int, source: str) -> None:
    """Say that ``year`` is entered completely, so that dates in it are certain."""
    work.require(Permission.CALENDAR_EDIT)
    row = work.session.merge(CalendarYear(year=year, source=source))
    work.record("calendar.year_published", row, year=year, source=source)


def import_year(work: Work, year: int, days: Sequence[tuple[date, DayKind, str]], source: str) -> None:
    """Replace everything known of ``year`` by ``days`` and publish it."""
    work.require(Permission.CALENDAR_EDIT)
    enter_year(work.session, year, days, source)
    work.record("calendar.year_imported", CalendarYear(), year=year, days=len(days), source=source)


def read_message(work: Work, notification_id: int) -> str:
    """Mark one of the actor's own messages as read and return the address it leads to."""
    statement = select(Notification).where(
        Notification.id == notification_id, Notification.person_id == work.actor.person_id
    )
    message = work.session.scalars(statement).one_or_none()
    if message is None:
        raise NotFound
    message.read_at = message.read_at or work.now
    return message.link


def read_all_messages(work: Work) -> None:
    """Mark every message of the actor as read."""
    work.session.execute(
        update(Notification)
        .where(Notification.person_id == work.actor.person_id, Notification.read_at.is_(None))
        .values(read_at=work.now)
        .execution_options(synchronize_session=False)
    )
