"""Teachers on the phone: today's lessons, the roll of a class, calling the roll, the sheet for signatures."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import render_template, url_for

from portal.access import signed_in
from portal.current import actor
from portal.desk import asked_day, carry_out
from portal.extensions import db
from portal.i18n import gettext
from portal.training import bp
from portal.training.teaching_forms import RollForm, roll_form
from services.core import clock
from services.training.models.courses import Lesson, TrainingClass
from services.training.models.outcomes import SignMethod
from services.training.operations.attending import SITTING, call_the_roll
from services.training.queries import teaching as queries
from services.training.queries.results import results_of
from services.training.rules.attendance import Window
from services.training.rules.results import parts_of

AHEAD = timedelta(days=7)


@bp.route("/teaching")
@signed_in
def teaching():
    """Show the lessons of a day, today's first, and those of the week after it."""
    today = clock.local_day(clock.now())
    day = asked_day("day", today)
    first, next_day = clock.at(day, 0), clock.at(day, 24 * 60)
    return render_template(
        "training/teaching/index.html",
        day=day,
        today=today,
        before=day - timedelta(days=1),
        after=day + timedelta(days=1),
        lessons=queries.sittings(db.session(), actor(), first, next_day),
        ahead=queries.sittings(db.session(), actor(), next_day, next_day + AHEAD),
        now=clock.now(),
        sitting=SITTING,
    )


@bp.route("/classes/<class_no>/roster")
@signed_in
def roster(class_no: str):
    """Show who is in a class, how much each has attended and scored, and its lessons."""
    training_class = queries.class_of_teacher(db.session(), actor(), class_no)
    return render_template(
        "training/teaching/roster.html",
        training_class=training_class,
        course=training_class.course,
        results=results_of(db.session(), training_class),
        parts=parts_of(training_class.course),
        now=clock.now(),
    )


@bp.route("/lessons/<id:lesson_id>/roll", methods=["GET", "POST"])
@signed_in
def roll(lesson_id: int):
    """Call the roll of a lesson, or enter it from the paper sheet; what is confirmed is corrected with a reason."""
    lesson, training_class = queries.lesson_of_teacher(db.session(), actor(), lesson_id)
    form = roll_form(queries.roll_of(db.session(), lesson))
    done = carry_out(
        form,
        lambda work: call_the_roll(
            work, lesson_id, form.marks, method=SignMethod(form.method.data), reason=form.reason.data or ""
        ),
        leads_to=url_for("training.roll", lesson_id=lesson_id),
        done=gettext("The roll is written down."),
    )
    return done or _roll_page(lesson, training_class, form)


def _roll_page(lesson: Lesson, training_class: TrainingClass, form: RollForm) -> Any:
    page = render_template(
        "training/teaching/roll.html",
        lesson=lesson,
        training_class=training_class,
        form=form,
        window=Window(lesson.starts_at, lesson.ends_at),
        corrections=queries.corrections_of(db.session(), training_class.id, lesson.id),
        has_begun=lesson.starts_at <= clock.now(),
        is_open=training_class.state in SITTING,
    )
    return page, form.status


@bp.route("/lessons/<id:lesson_id>/sheet")
@signed_in
def sheet(lesson_id: int):
    """Show the sign-in sheet of a lesson on A4, to be signed by hand."""
    lesson, training_class = queries.lesson_of_teacher(db.session(), actor(), lesson_id)
    return render_template(
        "documents/sign_in_sheet.html",
        lesson=lesson,
        training_class=training_class,
        roll=queries.roll_of(db.session(), lesson),
    )
