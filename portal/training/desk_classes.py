"""The desk of the training centre: its classes, what waits in them, and the steps of one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from datetime import timedelta
from typing import Any

from flask import render_template, request, url_for

from portal.access import holds
from portal.desk import ActionForm, DeskForm, asked_word, asked_words, carry_out, form_page, provider_id
from portal.extensions import db
from portal.i18n import gettext
from portal.paging import paged
from portal.training import bp
from portal.training.desk_courses import own_course
from portal.training.desk_forms import BeginForm, CapacityForm, ClassForm, ReopenForm
from services.core import clock
from services.core.permissions import Permission
from services.core.work import Work
from services.training.models.courses import ClassState, Course, TrainingClass
from services.training.operations import classes as operations
from services.training.operations.registering import set_capacity
from services.training.queries import desk as queries
from services.training.queries.counting import miscounted
from services.training.queries.papers import count_documents
from services.training.queries.statistics import grades_of, words_of
from services.training.rules.states import CLASS_STEPS

C = ClassState
NOT_BEGUN = frozenset({C.DRAFT, C.FILED, C.OPEN, C.CLOSED})


def own_class(class_no: str) -> TrainingClass:
    """Return a class of the reader's centre. Raises NotFound for any other."""
    return queries.class_at(db.session(), provider_id() or 0, class_no)


@bp.route("/training/desk")
@holds(Permission.CLASS_RUN)
def desk():
    """List the classes of the centre, and say what waits in them."""
    session, centre_id, today = db.session(), provider_id() or 0, clock.local_day(clock.now())
    show, words = asked_word(queries.Show, "show") or queries.Show.LIVE, asked_words()
    page = paged(queries.classes_at(session, centre_id, today, show, words=words))
    return render_template(
        "training/desk/classes.html",
        page=page,
        show=show,
        words=words,
        matters=queries.matters(session, centre_id, today),
        money=queries.money_of(session, [one.id for one in page.items]),
        miscounts=miscounted(session, centre_id),
        today=today,
    )


@bp.route("/training/desk/courses/<code>/classes/new", methods=["GET", "POST"])
@holds(Permission.CLASS_RUN)
def desk_class_new(code: str):
    """Plan a class of a course, perhaps like the one that the address names."""
    course = own_course(code)
    course_id, form = course.id, ClassForm(data=_proposed(course))
    done = carry_out(
        form,
        lambda work: operations.plan_class(work, course_id, form.wish()),
        leads_to=lambda planned: url_for("training.desk_timetable", class_no=planned.no),
        done=gettext("The class is planned. Enter its timetable next."),
    )
    return done or form_page("training/desk/class_form.html", form, course=own_course(code), training_class=None)


def _proposed(course: Course) -> dict[str, Any]:
    """Return what a new class begins with: what the one in the address has, but its days; else what the course says."""
    like = request.args.get("like")
    if not like:
        return {"fee_fen": course.fee_fen, "needs_filing": course.is_subsidised}
    return _values(own_class(like)) | dict.fromkeys(("starts_on", "ends_on", "opens_at", "closes_at", "version"))


@bp.route("/training/desk/classes/<class_no>")
@holds(Permission.CLASS_RUN)
def desk_class(class_no: str):
    """Show a class to its centre with what is missing for the next step."""
    return class_page(own_class(class_no))


def class_page(found: TrainingClass, **sent: DeskForm) -> Any:
    """Return the page of a class, perhaps with a form that was refused."""
    session, today = db.session(), clock.local_day(clock.now())
    steps = {name for name, (starts, _) in CLASS_STEPS.items() if found.state in starts}
    forms = {
        "action": ActionForm(mark="action", fresh=True),
        "capacity": CapacityForm(mark="capacity", fresh=True, capacity=found.capacity),
        "reopen": ReopenForm(mark="reopen", fresh=True),
        "begin": BeginForm(mark="begin", fresh=True),
    } | sent
    page = render_template(
        "training/desk/class.html",
        training_class=found,
        course=found.course,
        forms=forms,
        sent=next(iter(sent.values()), None),
        steps=steps,
        not_begun=found.state in NOT_BEGUN,
        heads=queries.heads_of(session, found.id),
        counts=queries.registration_counts(session, found.id),
        money=queries.money_of(session, [found.id]).get(found.id, queries.Money()),
        hours=queries.planned_hours(session, [found.id]).get(found.id, 0),
        papers=count_documents(session, found.id),
        grades=grades_of(session, [found.id]).get(found.id),
        said=words_of(session, found.id),
        is_soon=found.starts_on - today <= timedelta(days=1),
        today=today,
    )
    return page, next((form.status for form in sent.values()), 200)


@bp.route("/training/desk/classes/<class_no>/edit", methods=["GET", "POST"])
@holds(Permission.CLASS_RUN)
def desk_class_edit(class_no: str):
    """Change a class that has not begun."""
    found = own_class(class_no)
    class_id, form = found.id, ClassForm(data=_values(found))
    done = carry_out(
        form,
        lambda work: operations.change_class(work, class_id, form.wish(), form.version.data or 0),
        leads_to=url_for("training.desk_class", class_no=class_no),
        done=gettext("The changes have been saved."),
    )
    if done:
        return done
    form.compare(lambda: ClassForm(formdata=None, data=_values(own_class(class_no))))
    found = own_class(class_no)
    return form_page("training/desk/class_form.html", form, course=found.course, training_class=found)


def _values(found: TrainingClass) -> dict[str, Any]:
    names = [one.name for one in fields(operations.ClassWish)]
    return {name: getattr(found, name) for name in [*names, "version"]}


# Steps --------------------------------------------------------------------------------------------------------------


def step_of(
    class_no: str,
    name: str,
    form: DeskForm,
    operation: Callable[[Work, int], Any],
    done: str,
    *,
    page: Callable[..., Any] = class_page,
) -> Any:
    """Take a step of a class and go to its page; a refusal is shown on ``page`` with everything that is missing."""
    class_id = own_class(class_no).id
    address = url_for("training.desk_class", class_no=class_no)
    answer = carry_out(form, lambda work: operation(work, class_id), leads_to=address, done=done)
    return answer or page(own_class(class_no), **{name: form})


@bp.route("/training/desk/classes/<class_no>/opening", methods=["POST"])
@holds(Permission.CLASS_RUN)
def desk_open(class_no: str):
    """Open the registration of a class."""
    done = gettext("The class is open: people can register from the time you have set.")
    return step_of(class_no, "action", ActionForm(mark="action"), operations.open_class, done)


@bp.route("/training/desk/classes/<class_no>/closing", methods=["POST"])
@holds(Permission.CLASS_RUN)
def desk_close(class_no: str):
    """Close the registration of a class before its time."""
    done = gettext("Registration is closed. Seats that become free still go to those who wait.")
    return step_of(class_no, "action", ActionForm(mark="action"), operations.close_class, done)


@bp.route("/training/desk/classes/<class_no>/reopening", methods=["POST"])
@holds(Permission.CLASS_RUN)
def desk_reopen(class_no: str):
    """Open the registration of a class again."""
    form, done = ReopenForm(mark="reopen"), gettext("Registration is open again.")
    return step_of(
        class_no, "reopen", form, lambda work, one: operations.reopen_class(work, one, form.closes_at.data), done
    )


@bp.route("/training/desk/classes/<class_no>/beginning", methods=["POST"])
@holds(Permission.CLASS_RUN)
def desk_begin(class_no: str):
    """Begin a class: its roster is frozen."""
    form, done = BeginForm(mark="begin"), gettext("The class has begun; its list of people is fixed now.")
    return step_of(
        class_no,
        "begin",
        form,
        lambda work, one: operations.begin_class(work, one, reason=form.reason.data or ""),
        done,
    )


@bp.route("/training/desk/classes/<class_no>/capacity", methods=["POST"])
@holds(Permission.CLASS_RUN)
def desk_capacity(class_no: str):
    """Give a class another number of seats."""
    form, done = (
        CapacityForm(mark="capacity"),
        gettext("The seats are changed; whoever waits has been offered the new ones."),
    )
    return step_of(class_no, "capacity", form, lambda work, one: set_capacity(work, one, form.capacity.data), done)
