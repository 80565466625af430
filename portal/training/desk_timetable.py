"""The desk of the training centre: the timetable of a class, with who has a room or a teacher and what is free instead."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from flask import render_template, request, url_for

from portal.access import holds
from portal.desk import carry_out, form_page, provider_id
from portal.extensions import db
from portal.i18n import gettext, long_date, translate_error
from portal.training import bp
from portal.training.desk_classes import NOT_BEGUN, own_class
from portal.training.timetable_forms import (
    MOST_LESSONS,
    LessonForm,
    Offered,
    PatternForm,
    TimetableForm,
    row_of,
)
from services.booking.rules import Span
from services.core import clock
from services.core.calendar import DayKind, exceptions
from services.core.errors import NotFound, RuleBroken, RulesBroken
from services.core.permissions import Permission
from services.training.errors import PlaceTaken
from services.training.models.courses import ClassState, Course, TrainingClass
from services.training.operations.timetables import LessonWish, change_lesson, set_timetable
from services.training.queries import desk as queries
from services.training.queries.classes import lessons_of
from services.training.queries.places import Instead, Places, places_of, teachers_of
from services.training.rules.patterns import meetings

MOST_HINTED = 20
"""So many rows of a refused timetable say what is free instead."""
USUAL_TIMES = ((8 * 60, 12 * 60), (13 * 60 + 30, 17 * 60 + 30))


@bp.route("/training/desk/classes/<class_no>/timetable", methods=["GET", "POST"])
@holds(Permission.CLASS_RUN)
def desk_timetable(class_no: str):
    """Show the timetable of a class, fill it from a week pattern or like another class, and keep it as a whole."""
    found, offered = own_class(class_no), _offered()
    if found.state not in NOT_BEGUN:
        return _reading(found)
    class_id, pattern = found.id, _pattern(found, offered)
    rows = _rows(found, pattern)
    form = TimetableForm(offered=offered, data={"lessons": rows})
    if not request.form.get("more"):
        done = carry_out(
            form,
            lambda work: set_timetable(work, class_id, form.wishes),
            leads_to=url_for("training.desk_timetable", class_no=class_no),
            done=gettext("The timetable is saved; its rooms and teachers are taken."),
        )
        if done:
            return done
    found = own_class(class_no)
    if isinstance(form.refusal, RuleBroken):
        form.row_errors = _row_errors(found, form)
    return _page(found, form, pattern)


def _page(found: TrainingClass, form: TimetableForm, pattern: PatternForm) -> Any:
    saved = lessons_of(db.session(), found.id)
    is_proposed = request.method == "GET" and bool(request.args)
    page, status = form_page(
        "training/desk/timetable.html",
        form,
        training_class=found,
        course=found.course,
        pattern=pattern,
        is_proposed=is_proposed and not pattern.errors,
        planned=sum(one.hours for one in saved),
        copies=queries.planned_before(db.session(), found.course_id, found.id),
        displaced=[one for one in saved if one.booking_id is None and (one.room_id or one.teacher_id)],
    )
    return page, 200 if request.form.get("more") else status


def _reading(found: TrainingClass) -> Any:
    """Show the timetable of a class that has begun: each lesson is moved by itself."""
    return render_template(
        "training/desk/timetable_read.html",
        training_class=found,
        course=found.course,
        lessons=lessons_of(db.session(), found.id),
        can_move=found.state is ClassState.RUNNING,
    )


def _offered() -> Offered:
    session, centre_id = db.session(), provider_id() or 0
    return Offered(*places_of(session, centre_id), people=teachers_of(session, centre_id))


def _pattern(found: TrainingClass, offered: Offered) -> PatternForm:
    """Return the week pattern in the address, or what most classes have."""
    usual = {
        "first": found.starts_on,
        "last": found.ends_on,
        "weekdays": [0, 1, 2, 3, 4],
        "times": USUAL_TIMES,
        "length": 60,
        "holidays": True,
    }
    asked = request.args if request.args.get("p-first") is not None else None
    return PatternForm(formdata=asked, offered=offered, data=usual)


def _rows(found: TrainingClass, pattern: PatternForm) -> list[dict[str, Any]]:
    """Return the rows to begin with: of the pattern, like another class, or as they are."""
    if request.args.get("p-first") is not None:
        return _filled(found.course, pattern)[:MOST_LESSONS]
    if request.args.get("copy"):
        other = own_class(request.args["copy"])
        shift = found.starts_on - other.starts_on
        return [row_of(one, lambda day: day + shift) for one in lessons_of(db.session(), other.id)]
    return [row_of(one) for one in lessons_of(db.session(), found.id)]


def _filled(course: Course, pattern: PatternForm) -> list[dict[str, Any]]:
    if not pattern.validate():
        return []
    asked = pattern.pattern
    found = meetings(asked, course.theory_hours, course.practice_hours, _taught(asked.first, asked.last, pattern))
    if not found:
        pattern.last.errors = [gettext("There is no such day between the first and the last.")]
    return pattern.rows(found)


def _taught(first: date, last: date, pattern: PatternForm) -> Callable[[date], bool]:
    """Return which days are taught: all of them, or those that are no public holiday."""
    special = exceptions(db.session(), first, last) if pattern.holidays.data else {}
    return lambda day: special.get(day) is not DayKind.HOLIDAY


# What a refusal says of each row ------------------------------------------------------------------------------------


def _row_errors(found: TrainingClass, form: TimetableForm) -> dict[int, list[str]]:
    """Return what is wrong with each row, and for what is taken: by whom, and what is free instead."""
    refusal, order, wishes = form.refusal, form.order, form.wishes
    errors = refusal.errors if isinstance(refusal, RulesBroken) else [refusal]
    told: dict[int, list[str]] = {}
    places = Places(db.session(), found, [one.span for one in wishes], clock.now())
    for error in errors:
        number = getattr(error, "values", {}).get("number")
        if isinstance(number, int) and error is not None and number <= len(order):
            is_hinted = len(told) < MOST_HINTED
            told.setdefault(order[number - 1], []).extend(
                _told(error, wishes[number - 1].span, places if is_hinted else None)
            )
    return told


def _told(error: RuleBroken, span: Span, places: Places | None) -> list[str]:
    said = [translate_error(error)]
    if isinstance(error, PlaceTaken) and places is not None:
        said += hints_of(places.instead(error.values["resource_id"], span))
    return said


def hints_of(instead: Instead) -> list[str]:
    """Return in words who has something, and what is free instead."""
    said = []
    if instead.taken_by:
        said.append(gettext("Taken by %(who)s.", who=instead.taken_by))
    if instead.days:
        said.append(gettext("Free at this hour on %(days)s.", days="、".join(long_date(one) for one in instead.days)))
    if instead.others:
        said.append(gettext("Free at this time: %(names)s.", names="、".join(one.name for one in instead.others)))
    return said


# One lesson ---------------------------------------------------------------------------------------------------------


@bp.route("/training/desk/lessons/<id:lesson_id>", methods=["GET", "POST"])
@holds(Permission.CLASS_RUN)
def desk_lesson(lesson_id: int):
    """Move one lesson, or give it another room or teacher; everybody is told."""
    lesson, found = queries.lesson_at(db.session(), provider_id() or 0, lesson_id)
    if found.state not in NOT_BEGUN | {ClassState.RUNNING}:
        raise NotFound
    class_no = found.no
    form = LessonForm(offered=_offered(), data=row_of(lesson))
    done = carry_out(
        form,
        lambda work: change_lesson(work, lesson_id, form.wish),
        leads_to=url_for("training.desk_timetable", class_no=class_no),
        done=gettext("The lesson is changed; everybody who is registered is told."),
    )
    if done:
        return done
    lesson, found = queries.lesson_at(db.session(), provider_id() or 0, lesson_id)
    hints = _hints(found, form.refusal, form.wish) if form.refusal else []
    return form_page(
        "training/desk/lesson.html", form, lesson=lesson, training_class=found, course=found.course, hints=hints
    )


def _hints(found: TrainingClass, refusal: RuleBroken, wish: LessonWish) -> Sequence[str]:
    errors = refusal.errors if isinstance(refusal, RulesBroken) else [refusal]
    taken = [one for one in errors if isinstance(one, PlaceTaken)]
    places = Places(db.session(), found, [wish.span], clock.now()) if taken else None
    return [text for one in taken if places for text in hints_of(places.instead(one.values["resource_id"], wish.span))]
