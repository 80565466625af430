"""Objections at the laboratory: the list, and investigating, testing again and answering."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import render_template, request, url_for

from portal.access import holds
from portal.components import may
from portal.current import actor
from portal.desk import ActionForm, DeskForm, carry_out, provider_id
from portal.extensions import db
from portal.i18n import gettext
from portal.laboratory import bp
from portal.laboratory.report_forms import AnswerForm, RetestForm, stated
from portal.paging import paged
from services.core import clock
from services.core.permissions import Permission
from services.core.work import Work
from services.laboratory.models.reports import Objection
from services.laboratory.operations import objecting
from services.laboratory.queries import objections as queries
from services.laboratory.queries.reports import live_lines
from services.laboratory.rules.states import OBJECTION_STEPS, OPEN_OBJECTIONS

PER_PAGE = 50


@bp.route("/laboratory/objections")
@holds(Permission.OBJECTION_HANDLE)
def objections():
    """Show the open objections, the one that is to be answered first at the top; or all of them."""
    shows_all = request.args.get("show") == "all"
    return render_template(
        "laboratory/reports/objections.html",
        shows_all=shows_all,
        page=paged(queries.desk_objections(provider_id(), only_open=not shows_all), per_page=PER_PAGE),
        today=clock.local_day(clock.now()),
    )


@bp.route("/laboratory/objections/<id:objection_id>")
@holds(Permission.OBJECTION_HANDLE)
def desk_objection(objection_id: int):
    """Show an objection with what was reported, what was found since, and what can be done."""
    return _page(objection_id)


def _page(objection_id: int, sent: DeskForm | None = None, name: str = "") -> Any:
    objection = queries.objection_of_laboratory(db.session(), provider_id(), objection_id)
    lines = queries.stated_lines(db.session(), objection.report_id)
    page = render_template(
        "laboratory/reports/desk_objection.html",
        objection=objection,
        report=objection.report,
        doubted=[stated(one) for one in lines if one.line_id in objection.line_ids],
        lines=lines,
        now_found={one.line.id: one for one in live_lines(db.session(), objection.commission_id)},
        actions=_actions(objection),
        is_involved=actor().person_id in queries.involved(db.session(), objection.report),
        forms={
            "action": ActionForm(mark="action", fresh=True),
            "retest": RetestForm(lines, mark="retest", fresh=True, line_ids=objection.line_ids),
            "answer": AnswerForm(mark="answer", fresh=True),
        }
        | ({name: sent} if sent else {}),
        sent=sent,
        sent_name=name,
        is_open=objection.state in OPEN_OBJECTIONS,
        today=clock.local_day(clock.now()),
    )
    return page, sent.status if sent else 200


def _actions(objection: Objection) -> set[str]:
    """Return what this person can do with the objection as it stands."""
    if not may(Permission.OBJECTION_HANDLE, objection.commission.provider_id):
        return set()
    steps = {"investigate": "investigate", "retest": "test_again", "answer": "answer"}
    able = {name for name, step in steps.items() if objection.state in OBJECTION_STEPS[step][0]}
    return able if objection.investigator_id in {None, actor().person_id} else set()


def _act(objection_id: int, name: str, form: DeskForm, operation: Callable[[Work], Any], done: str):
    """Carry out one action; what is refused is told on the objection's page."""
    queries.objection_of_laboratory(db.session(), provider_id(), objection_id)
    address = url_for("laboratory.desk_objection", objection_id=objection_id)
    return carry_out(form, operation, leads_to=address, done=done) or _page(objection_id, form, name)


@bp.route("/laboratory/objections/<id:objection_id>/investigation", methods=["POST"])
@holds(Permission.OBJECTION_HANDLE)
def investigate_objection(objection_id: int):
    """Take up an objection as its investigator."""
    done = gettext("You investigate this objection; the client has been told.")
    form = ActionForm(mark="action")
    return _act(objection_id, "action", form, lambda work: objecting.investigate(work, objection_id), done)


@bp.route("/laboratory/objections/<id:objection_id>/retest", methods=["POST"])
@holds(Permission.OBJECTION_HANDLE)
def retest_objection(objection_id: int):
    """Have lines tested again on the retained samples."""
    objection = queries.objection_of_laboratory(db.session(), provider_id(), objection_id)
    form = RetestForm(queries.stated_lines(db.session(), objection.report_id), mark="retest")

    def retest(work: Work) -> None:
        objecting.test_again(work, objection_id, line_ids=form.line_ids.data or [], reason=form.reason.data or "")

    return _act(objection_id, "retest", form, retest, gettext("The lines are on the work list again."))


@bp.route("/laboratory/objections/<id:objection_id>/answer", methods=["POST"])
@holds(Permission.OBJECTION_HANDLE)
def answer_objection(objection_id: int):
    """Answer an objection."""
    form = AnswerForm(mark="answer")
    done = gettext("The objection is answered; the client has been told.")
    return _act(objection_id, "answer", form, lambda work: objecting.answer(work, objection_id, form.found), done)
