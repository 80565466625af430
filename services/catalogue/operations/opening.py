"""Weekly opening hours with the days they hold for, and exceptions to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Delete, delete, select

from services.catalogue.errors import DateInThePast, PeriodsOverlap, Unfit
from services.catalogue.models import OpeningException, OpeningRule, Resource
from services.catalogue.operations.records import own_resource
from services.core.errors import NotFound
from services.core.messages import N_
from services.core.work import Work

Minutes = tuple[int, int]
MOST_DAYS = 92
MOST_INTERVALS = 6


@dataclass(frozen=True)
class Period:
    """From which day to which day, both included, weekly hours hold; None is without end."""

    first: date | None = None
    last: date | None = None

    def overlaps(self, other: Period) -> bool:
        """Tell whether some day lies in both."""
        return (self.first or date.min) <= (other.last or date.max) and (other.first or date.min) <= (
            self.last or date.max
        )

    def __str__(self) -> str:
        return f"{self.first or '…'} – {self.last or '…'}"


def set_weekly_hours(
    work: Work,
    resource_id: int,
    period: Period,
    week: Mapping[int, Sequence[Minutes]],
    *,
    replacing: Period | None = None,
) -> None:
    """Open the resource in ``period`` at the minutes of ``week`` (weekday → intervals), in place of ``replacing``.

    Bookings already made stay. Raises PeriodsOverlap when other hours hold for some of the days.
    """
    resource = own_resource(work, resource_id)
    if period.first and period.last and period.last < period.first:
        raise Unfit(N_("The last day must not be before the first."), field="valid_to")
    if not any(week.values()):
        raise Unfit(N_("Enter the hours of at least one weekday."))
    before = _periods(work, resource.id)
    if replacing is not None and replacing not in before:
        raise NotFound
    for other in before:
        if other != replacing and other.overlaps(period):
            raise PeriodsOverlap(other=str(other))
    if replacing is not None:
        _remove(work, resource.id, replacing)
    work.session.add_all(
        OpeningRule(
            resource_id=resource.id,
            weekday=weekday,
            opens_min=opens,
            closes_min=closes,
            valid_from=period.first,
            valid_to=period.last,
        )
        for weekday, intervals in sorted(week.items())
        for opens, closes in intervals
    )
    hours = {str(weekday): [list(one) for one in intervals] for weekday, intervals in week.items()}
    work.record("resource.hours_set", resource, period=str(period), replaced=str(replacing or ""), hours=hours)


def remove_weekly_hours(work: Work, resource_id: int, period: Period) -> None:
    """Close the resource in ``period``; bookings already made stay. Raises NotFound when no hours hold for it."""
    resource = own_resource(work, resource_id)
    if period not in _periods(work, resource.id):
        raise NotFound
    _remove(work, resource.id, period)
    work.record("resource.hours_removed", resource, period=str(period))


def set_exception(
    work: Work, resource_id: int, first: date, last: date, intervals: Sequence[Minutes], note: str
) -> None:
    """Close the resource on every day from ``first`` to ``last``, or open it at ``intervals`` only.

    What was an exception on these days before is replaced. Bookings already made stay.
    """
    resource = own_resource(work, resource_id)
    if first < work.today:
        raise DateInThePast(field="first_day")
    if not first <= last < first + timedelta(days=MOST_DAYS):
        message = N_("The last day is the first or a later one, at most %(most)s days in all.")
        raise Unfit(message, field="last_day", most=MOST_DAYS)
    work.session.execute(_exceptions(resource, first, last))
    minutes: Sequence[tuple[int | None, int | None]] = intervals or [(None, None)]
    work.session.add_all(
        OpeningException(
            resource_id=resource.id, day=first + timedelta(days=step), opens_min=opens, closes_min=closes, note=note
        )
        for step in range((last - first).days + 1)
        for opens, closes in minutes
    )
    hours = [list(one) for one in intervals]
    work.record("resource.exception_set", resource, first=first, last=last, hours=hours, note=note)


def remove_exception(work: Work, resource_id: int, day: date) -> None:
    """Let the weekly hours hold again on ``day``. Raises NotFound when there is no exception, or the day has passed."""
    resource = own_resource(work, resource_id)
    held = select(OpeningException.id).where(OpeningException.resource_id == resource.id, OpeningException.day == day)
    if day < work.today or work.session.scalar(held.limit(1)) is None:
        raise NotFound
    work.session.execute(_exceptions(resource, day, day))
    work.record("resource.exception_removed", resource, day=day)


def _periods(work: Work, resource_id: int) -> set[Period]:
    statement = select(OpeningRule.valid_from, OpeningRule.valid_to).where(OpeningRule.resource_id == resource_id)
    return {Period(first, last) for first, last in work.session.execute(statement.distinct())}


def _remove(work: Work, resource_id: int, period: Period) -> None:
    work.session.execute(
        delete(OpeningRule).where(
            OpeningRule.resource_id == resource_id,
            OpeningRule.valid_from.is_not_distinct_from(period.first),
            OpeningRule.valid_to.is_not_distinct_from(period.last),
        )
    )


def _exceptions(resource: Resource, first: date, last: date) -> Delete:
    return delete(OpeningException).where(
        OpeningException.resource_id == resource.id, OpeningException.day.between(first, last)
    )
