"""A month of classes: a grid of days on a wide screen, a list on the phone."""

from __future__ import annotations

import calendar as months
import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from flask import render_template, request
from flask_babel import format_date

from portal.access import public
from portal.extensions import db
from portal.kept import kept_for_visitors
from portal.training import bp
from services.core import clock
from services.training.models.courses import TrainingClass
from services.training.queries.browsing import between
from services.training.queries.classes import lesson_days
from services.training.rules.standing import standing_of

MOST_CLASSES = 100
SHOWN_A_DAY = 3
BEHIND, AHEAD = 12, 18
"""How many months back and ahead somebody may look."""
_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")


@dataclass(frozen=True)
class Day:
    """A day of the grid with the classes that meet on it."""

    day: date
    is_inside: bool
    classes: list[TrainingClass]

    @property
    def shown(self) -> list[TrainingClass]:
        """What there is room for; the rest is in the list."""
        return self.classes[:SHOWN_A_DAY]


@bp.route("/classes/calendar")
@public
@kept_for_visitors
def calendar():
    """Show which classes meet on which day of a month."""
    now = clock.now()
    today = clock.local_day(now)
    first = _asked_month(today)
    last = _moved(first, 1) - timedelta(days=1)
    classes = between(db.session(), first, last, most=MOST_CLASSES)
    return render_template(
        "training/calendar.html",
        month=first,
        today=today,
        weekdays=[format_date(date(2026, 11, 23 + number), "EEE") for number in range(7)],
        weeks=_weeks(first, last, classes),
        classes=classes,
        standing=lambda one: standing_of(one, now),
        earlier=_moved(first, -1) if first > _moved(today, -BEHIND) else None,
        later=_moved(first, 1) if first < _moved(today, AHEAD) else None,
    )


def _weeks(first: date, last: date, classes: list[TrainingClass]) -> list[list[Day]]:
    """Return the weeks of the month; a class without a timetable stands on its first day."""
    days: dict[date, list[TrainingClass]] = defaultdict(list)
    met = lesson_days(db.session(), [one.id for one in classes], clock.at(first, 0), clock.at(last, 1440))
    for one in classes:
        for day in met.get(one.id, {one.starts_on}):
            days[day].append(one)
    return [
        [Day(day, day.month == first.month, days[day] if day.month == first.month else []) for day in week]
        for week in months.Calendar().monthdatescalendar(first.year, first.month)
    ]


def _asked_month(today: date) -> date:
    """Return the first day of the asked month, of the present one for anything that is no month within bounds."""
    found = _MONTH.fullmatch(request.args.get("month", ""))
    asked = date(max(int(found[1]), 1), int(found[2]), 1) if found else today.replace(day=1)
    return min(max(asked, _moved(today, -BEHIND)), _moved(today, AHEAD))


def _moved(day: date, by: int) -> date:
    """Return the first day of the month that is so many months away."""
    year, month = divmod(day.year * 12 + day.month - 1 + by, 12)
    return date(year, month + 1, 1)
