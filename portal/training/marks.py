"""The examination of a class and its end."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from portal.access import holds
from portal.current import actor
from portal.desk import ActionForm, asked_word, carry_out, press
from portal.extensions import db
from portal.i18n import gettext, ngettext, translate_error
from portal.training import bp
from portal.training.teaching_forms import ScoresForm, VoidForm, scores_form
from portal.work import begin_work
from services.core import clock
from services.core.errors import NotFound, RuleBroken
from services.core.messages import N_
from services.core.permissions import Permission
from services.training.models.courses import ClassState, TrainingClass
from services.training.models.outcomes import Part
from services.training.operations.finishing import enter_scores, finish_class, void_score
from services.training.queries import teaching as queries
from services.training.queries.results import Result, results_of
from services.training.rules.results import parts_of


@bp.route("/classes/<class_no>/marks", methods=["GET", "POST"])
@holds(Permission.CLASS_RUN)
def marks(class_no: str):
    """Enter the scores of a part of the examination; who has not attended enough or has passed is named with the reason."""
    training_class = queries.class_of_staff(db.session(), actor(), class_no)
    part, results = _part(training_class), results_of(db.session(), training_class)
    waiting = [one for one in results if part and _may_try(training_class, one, part)]
    form = scores_form(waiting, examined_on=clock.local_day(clock.now()))
    done = part and carry_out(
        form,
        lambda work: enter_scores(work, training_class.id, part, form.examined_on.data, form.scores),
        leads_to=url_for("training.marks", class_no=class_no, part=part.value),
        done=gettext("The scores are entered."),
    )
    return done or _marks_page(training_class, part, results, form)


def _part(training_class: TrainingClass) -> Part | None:
    """Return the part that the address asks for, the first one else; None for a course without examination."""
    parts, asked = parts_of(training_class.course), asked_word(Part, "part")
    return asked if asked in parts else next(iter(parts), None)


def _may_try(training_class: TrainingClass, result: Result, part: Part) -> bool:
    return result.may_be_examined and result.best.get(part, -1) < training_class.course.pass_score


def _marks_page(training_class: TrainingClass, part: Part | None, results: list[Result], form: ScoresForm) -> Any:
    page = render_template(
        "training/teaching/marks.html",
        training_class=training_class,
        course=training_class.course,
        part=part,
        parts=parts_of(training_class.course),
        results=results,
        form=form,
        void=VoidForm(mark="void", fresh=True),
        is_running=training_class.state is ClassState.RUNNING,
    )
    return page, form.status


@bp.route("/classes/<class_no>/marks/<id:assessment_id>/void", methods=["POST"])
@holds(Permission.CLASS_RUN)
def void_mark(class_no: str, assessment_id: int):
    """Let a score that was entered wrongly not count, with the reason."""
    queries.class_of_staff(db.session(), actor(), class_no)
    form, address = VoidForm(), url_for("training.marks", class_no=class_no, part=request.args.get("part"))
    return press(form, address, N_("The score does not count any more."), void_score, assessment_id, form.reason.data)


@bp.route("/classes/<class_no>/finish", methods=["GET", "POST"])
@holds(Permission.CLASS_RUN)
def finish(class_no: str):
    """Show what the end of the class makes of everybody, and end it."""
    training_class = queries.class_of_staff(db.session(), actor(), class_no)
    if training_class.state in {ClassState.DRAFT, ClassState.FILED, ClassState.CANCELLED}:
        raise NotFound
    form = ActionForm()
    if form.submitted():
        address = url_for("training.certificates", class_no=class_no)
        try:
            with begin_work(form) as work:
                count = sum(finish_class(work, training_class.id).values())
                work.leads_to(address)
        except RuleBroken as error:
            flash(translate_error(error), "danger")
            return redirect(url_for("training.finish", class_no=class_no), code=303)
        flash(
            ngettext("The class is finished: %(num)s result.", "The class is finished: %(num)s results.", count),
            "success",
        )
        return redirect(address, code=303)
    return render_template(
        "training/teaching/finish.html",
        training_class=training_class,
        course=training_class.course,
        results=results_of(db.session(), training_class),
        form=form,
        is_due=training_class.state is ClassState.RUNNING and training_class.ends_on <= clock.local_day(clock.now()),
    )
