"""The desk of the training centre: seats, attendance, results, satisfaction and money, by class and by month."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from typing import Any

from flask import render_template, url_for

from portal.access import holds
from portal.csv_files import csv_answer
from portal.desk import asked_day, provider_id
from portal.extensions import db
from portal.i18n import gettext, money
from portal.training import bp
from portal.training.telling import percent
from services.core import clock
from services.core.money import yuan_text
from services.core.permissions import Permission
from services.training.queries.statistics import ClassFigures, by_month, figures_of, totals

MOST_BARS = 40


def _period() -> tuple[date, date]:
    """Return the period in the address: this year, where it names none."""
    today = clock.local_day(clock.now())
    first = asked_day("from", today.replace(month=1, day=1))
    last = asked_day("until", today.replace(month=12, day=31))
    return min(first, last), max(first, last)


@bp.route("/training/desk/statistics")
@holds(Permission.CLASS_RUN)
def desk_statistics():
    """Show the figures of the centre for a period, as charts and as a table."""
    first, last = _period()
    figures = figures_of(db.session(), provider_id() or 0, first, last)
    months = by_month(figures)
    shown = figures[-MOST_BARS:]
    return render_template(
        "training/desk/statistics.html",
        first=first,
        last=last,
        figures=figures,
        total=totals(figures),
        seats=_bars(
            (f"{month:%Y-%m}", one.taken, one.seats, f"{one.taken}/{one.seats}") for month, one in months.items()
        ),
        passed=_bars(
            (f"{month:%Y-%m}", one.completed, one.examined, f"{one.completed}/{one.examined}")
            for month, one in months.items()
            if one.examined
        ),
        attended=_bars(
            (_name(one), one.attendance, 1, percent(one.attendance)) for one in shown if one.attendance is not None
        ),
        earned=_money_bars((f"{month:%Y-%m}", one.kept_fen) for month, one in months.items()),
        percent=percent,
        grade=grade,
        export=url_for("training.desk_statistics_export", **{"from": first, "until": last}),
    )


@bp.route("/training/desk/statistics.csv")
@holds(Permission.CLASS_RUN)
def desk_statistics_export():
    """Return the figures of the centre for a period as a table."""
    head = [
        gettext("Class"),
        gettext("Course"),
        gettext("First day"),
        gettext("Last day"),
        gettext("Number of seats"),
        gettext("Seats taken"),
        gettext("People on the roll"),
        gettext("Attendance"),
        gettext("Course completed"),
        gettext("Course not completed"),
        gettext("Did not come"),
        gettext("Opinions"),
        gettext("Satisfaction (1 to 5)"),
        gettext("Paid (yuan)"),
        gettext("Refunded (yuan)"),
    ]
    first, last = _period()
    rows = [_line(one) for one in figures_of(db.session(), provider_id() or 0, first, last)]
    return csv_answer(f"training-{first}-{last}.csv", head, rows)


def _line(one: ClassFigures) -> list[object]:
    found = one.training_class
    return [
        found.no,
        found.course.title,
        found.starts_on,
        found.ends_on,
        found.capacity,
        found.seats_taken,
        one.on_roll,
        percent(one.attendance),
        one.completed,
        one.failed,
        one.missed,
        one.grades.count,
        grade(one.grades.overall),
        yuan_text(one.money.paid_fen),
        yuan_text(one.money.refunded_fen),
    ]


def grade(hundredths: int | None) -> str:
    """Return an average of one to five with one decimal; empty for none."""
    if hundredths is None:
        return ""
    tenths = (hundredths + 5) // 10
    return f"{tenths // 10}.{tenths % 10}"


def _name(one: ClassFigures) -> str:
    found = one.training_class
    return f"{found.course.title} {found.starts_on:%m-%d}"


def _bars(rows: Iterable[tuple[str, Any, Any, str]]) -> list[dict[str, Any]]:
    """Return the rows of a chart of shares, each with its own whole."""
    return [
        {"label": label, "value": float(Fraction(part) / whole) if whole else 0, "max": 1, "text": text}
        for label, part, whole, text in rows
    ]


def _money_bars(rows: Iterable[tuple[str, int]]) -> list[dict[str, Any]]:
    found = list(rows)
    most = max((amount for _, amount in found), default=0)
    return [{"label": label, "value": max(amount, 0), "max": most, "text": money(amount)} for label, amount in found]
