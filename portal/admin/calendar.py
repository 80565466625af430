"""The calendar of holidays and make-up work days."""

from __future__ import annotations

from calendar import Calendar
from datetime import date

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import get_locale

from portal.access import holds
from portal.admin import bp
from portal.admin.forms import DayForm, ImportForm, PublishForm
from portal.extensions import db
from portal.i18n import gettext
from portal.work import begin_work
from services.core import clock
from services.core.calendar import CalendarDay, CalendarYear, DayKind, WorkingDays, year_days
from services.core.calendar_sheet import decoded, read_days
from services.core.errors import RuleBroken
from services.core.operations import edit_day, import_year, publish_year
from services.core.permissions import Permission

FIRST, LAST = 2000, 2099


@bp.route("/calendar")
@bp.route("/calendar/<id:year>")
@holds(Permission.CALENDAR_EDIT)
def calendar(year: int | None = None):
    """Show a year, month by month."""
    return _page(_possible(year or clock.local_day(clock.now()).year), PublishForm())


@bp.route("/calendar/<id:year>/publish", methods=["POST"])
@holds(Permission.CALENDAR_EDIT)
def publish(year: int):
    """Say that a year is entered completely."""
    form, here = PublishForm(), url_for("admin.calendar", year=_possible(year))
    if not form.submitted():
        return _page(year, form)
    with begin_work(form) as work:
        publish_year(work, year, form.source.data)
        work.leads_to(here)
    flash(gettext("The year is marked as published."), "success")
    return redirect(here, code=303)


@bp.route("/calendar/days/<day>", methods=["GET", "POST"])
@holds(Permission.CALENDAR_EDIT)
def calendar_day(day: str):
    """Change what kind of day a date is."""
    asked = _asked_day(day)
    row = db.session.get(CalendarDay, asked)
    form = DayForm(kind=row.kind.value if row else "ordinary", note=row.note if row else "")
    form.kind.choices = [
        ("ordinary", gettext("As its weekday says")),
        ("holiday", gettext("Holiday")),
        ("make_up", gettext("Make-up work day")),
    ]
    if form.submitted():
        here = url_for("admin.calendar", year=asked.year)
        with begin_work(form) as work:
            kind = None if form.kind.data == "ordinary" else DayKind(form.kind.data)
            edit_day(work, asked, kind, form.note.data or "")
            work.leads_to(here)
        flash(gettext("The day is changed."), "success")
        return redirect(here, code=303)
    return render_template("admin/calendar_day.html", day=asked, form=form)


@bp.route("/calendar/<id:year>/import", methods=["GET", "POST"])
@holds(Permission.CALENDAR_EDIT)
def import_calendar(year: int):
    """Replace a year by a table."""
    form = ImportForm()
    if form.submitted():
        here = url_for("admin.calendar", year=_possible(year))
        try:
            days = read_days(_table(form), year)
            with begin_work(form) as work:
                import_year(work, year, days, form.source.data)
                work.leads_to(here)
        except RuleBroken as error:
            form.blame(error)
        else:
            flash(gettext("The year is entered and published."), "success")
            return redirect(here, code=303)
    return render_template("admin/calendar_import.html", year=_possible(year), form=form)


def _table(form: ImportForm) -> str:
    """Return the pasted table, or the one in the file, which then stands in the form."""
    if form.file.data and not form.table.data:
        form.table.data = decoded(form.file.data.read()) or ""
    return form.table.data or ""


def _possible(year: int) -> int:
    if not FIRST <= year <= LAST:
        abort(404)
    return year


def _asked_day(text: str) -> date:
    try:
        day = date.fromisoformat(text if len(text) == 10 else "")
    except ValueError:
        abort(404)
    _possible(day.year)
    return day


def _page(year: int, form: PublishForm):
    days = {day.day: day for day in year_days(db.session(), year)}
    work_days = WorkingDays({day.day: day.kind for day in days.values()}, frozenset())
    names = get_locale().months["stand-alone"]["wide"]
    weeks = Calendar().monthdatescalendar
    return render_template(
        "admin/calendar.html",
        year=year,
        known=db.session.get(CalendarYear, year),
        months=[(names[month], month, weeks(year, month)) for month in range(1, 13)],
        weekdays=[get_locale().days["stand-alone"]["narrow"][number] for number in range(7)],
        days=days,
        is_working=work_days.is_working,
        first=FIRST,
        last=LAST,
        form=form,
    )
