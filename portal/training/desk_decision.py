"""The desk of the training centre: cancelling, postponing, or holding a class, with what each of them does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import render_template

from portal.access import holds
from portal.desk import DeskForm
from portal.extensions import db
from portal.i18n import gettext
from portal.training import bp
from portal.training.desk_classes import own_class, step_of
from portal.training.desk_forms import CancelForm, HoldForm, PostponeForm
from services.core import clock
from services.core.permissions import Permission
from services.core.settings import setting
from services.core.work import Work
from services.training.models.courses import ClassState, TrainingClass
from services.training.operations.classes import cancel_class, postpone_class
from services.training.operations.deciding import UNDECIDED, hold_anyway
from services.training.queries import desk as queries
from services.training.rules.states import CLASS_STEPS


@bp.route("/training/desk/classes/<class_no>/decision")
@holds(Permission.CLASS_RUN)
def desk_decision(class_no: str):
    """Show what can be decided about a class, and what each decision does."""
    return _page(own_class(class_no))


def _page(found: TrainingClass, **sent: DeskForm) -> Any:
    session, today = db.session(), clock.local_day(clock.now())
    heads = queries.heads_of(session, found.id)
    is_below = heads.certain < found.min_seats
    forms = {
        "cancel": CancelForm(mark="cancel", fresh=True),
        "postpone": PostponeForm(mark="postpone", fresh=True),
        "hold": HoldForm(mark="hold", fresh=True),
    } | sent
    page = render_template(
        "training/desk/decision.html",
        training_class=found,
        course=found.course,
        forms=forms,
        sent=next(iter(sent.values()), None),
        heads=heads,
        money=queries.money_of(session, [found.id]).get(found.id, queries.Money()),
        is_below=is_below,
        decide_on=found.starts_on - timedelta(days=setting(session, "training.decision_days")),
        days_left=(found.starts_on - today).days,
        can_cancel=found.state in CLASS_STEPS["cancel"][0],
        can_postpone=found.state in UNDECIDED,
        can_hold=is_below and found.state in UNDECIDED and not found.holding_reason,
        is_running=found.state is ClassState.RUNNING,
    )
    return page, next((form.status for form in sent.values()), 200)


def _decide(class_no: str, name: str, form: DeskForm, operation: Callable[[Work, int], Any], done: str) -> Any:
    return step_of(class_no, name, form, operation, done, page=_page)


@bp.route("/training/desk/classes/<class_no>/cancellation", methods=["POST"])
@holds(Permission.CLASS_RUN)
def desk_cancel(class_no: str):
    """Cancel a class: everybody is told, and what was paid is refunded."""
    form, done = CancelForm(mark="cancel"), gettext("The class is cancelled; everybody is told, and refunds are due.")
    return _decide(class_no, "cancel", form, lambda work, one: cancel_class(work, one, form.reason.data), done)


@bp.route("/training/desk/classes/<class_no>/postponement", methods=["POST"])
@holds(Permission.CLASS_RUN)
def desk_postpone(class_no: str):
    """Move a class to a later day: everybody is told, and keeps the seat."""
    form, done = PostponeForm(mark="postpone"), gettext("The class is postponed. Please enter its timetable anew.")
    return _decide(
        class_no,
        "postpone",
        form,
        lambda work, one: postpone_class(work, one, form.starts_on.data, form.reason.data),
        done,
    )


@bp.route("/training/desk/classes/<class_no>/holding", methods=["POST"])
@holds(Permission.CLASS_RUN)
def desk_hold(class_no: str):
    """Decide that a class is held although too few are registered."""
    form, done = HoldForm(mark="hold"), gettext("It is kept that the class is held as planned.")
    return _decide(class_no, "hold", form, lambda work, one: hold_anyway(work, one, form.reason.data), done)
