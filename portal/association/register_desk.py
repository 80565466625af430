"""The secretary's desk: what waits, applications with their decisions, members."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import render_template, url_for

from portal.access import holds
from portal.association import bp
from portal.association.joining import attachment_of
from portal.association.register_forms import AnswerForm, WhyForm
from portal.association.register_pages import association_id, history, steps_of
from portal.current import actor
from portal.desk import ActionForm, DeskForm, asked_word, carry_out, press
from portal.extensions import db
from portal.i18n import gettext
from portal.paging import paged
from portal.reading import reader
from services.association.models.register import ApplicationState
from services.association.operations import admitting
from services.association.queries import applications as queries
from services.association.queries.cases import desk_counts
from services.association.queries.duties import meeting_desk
from services.association.queries.figures import by_standing, coverage, waiting
from services.association.queries.members import association, charter_of
from services.board.queries.desk import Queue, queue_counts
from services.core import clock
from services.core.messages import N_
from services.core.permissions import Permission

STALE = timedelta(hours=36)


@bp.route("/associations/desk")
@holds(Permission.MEMBER_MANAGE)
def desk():
    """Show what waits for the secretariat."""
    session, now = db.session(), clock.now()
    today = clock.local_day(now)
    found = waiting(session, association_id(), today)
    return render_template(
        "association/desk/index.html",
        association=association(session, association_id()),
        waiting=found,
        meetings=meeting_desk(session, association_id()),
        cases=desk_counts(session, actor(), today),
        posts=queue_counts(session, reader())[Queue.WAITING],
        is_stale=found.looked_at is not None and found.looked_at < now - STALE,
        standings=by_standing(session, association_id()),
        coverage=coverage(session, association_id(), today),
    )


@bp.route("/associations/desk/applications")
@holds(Permission.MEMBER_MANAGE)
def desk_applications():
    """List the applications that are being handled, or those in one state."""
    state = asked_word(ApplicationState, "state")
    return render_template(
        "association/desk/applications.html",
        page=paged(queries.applications_at_desk(association_id(), state)),
        counts=queries.counts_by_state(db.session(), association_id()),
        states=list(ApplicationState),
        state=state,
    )


@bp.route("/associations/desk/applications/<id:application_id>")
@holds(Permission.MEMBER_MANAGE)
def desk_application(application_id: int):
    """Show an application with what can be done about it."""
    return _page(application_id)


@bp.route("/associations/desk/applications/<id:application_id>/attachment")
@holds(Permission.MEMBER_MANAGE)
def desk_attachment(application_id: int):
    """Hand out the file of an application."""
    return attachment_of(queries.desk_application(db.session(), application_id, association_id()))


@bp.route("/associations/desk/applications/<id:application_id>/return", methods=["POST"])
@holds(Permission.MEMBER_MANAGE)
def return_application(application_id: int):
    """Give an application back to be completed."""
    form = WhyForm()
    done = carry_out(
        form,
        lambda work: admitting.return_application(work, application_id, form.reason.data or ""),
        leads_to=url_for("association.desk_application", application_id=application_id),
        done=gettext("The application is returned; the applicant reads what is missing."),
    )
    return done or _page(application_id, returning=form)


@bp.route("/associations/desk/applications/<id:application_id>/notice", methods=["POST"])
@holds(Permission.MEMBER_MANAGE)
def publish_application(application_id: int):
    """Pass the first review, and show the application in public."""
    return _press(application_id, N_("The application is shown in public now."), admitting.publish)


@bp.route("/associations/desk/applications/<id:application_id>/council", methods=["POST"])
@holds(Permission.MEMBER_MANAGE)
def lay_before_council(application_id: int):
    """Lay an application before the council, after its public notice."""
    return _press(application_id, N_("The application waits for the council's vote."), admitting.end_notice)


@bp.route("/associations/desk/applications/<id:application_id>/objections/<id:objection_id>", methods=["POST"])
@holds(Permission.MEMBER_MANAGE)
def answer_objection(application_id: int, objection_id: int):
    """Answer an objection."""
    form = AnswerForm()
    done = carry_out(
        form,
        lambda work: admitting.answer_objection(work, objection_id, form.answer.data or ""),
        leads_to=url_for("association.desk_application", application_id=application_id),
        done=gettext("The objection is answered."),
    )
    return done or _page(application_id, answering=form)


def _press(application_id: int, told: str, operation: Callable[..., Any]) -> Any:
    address = url_for("association.desk_application", application_id=application_id)
    return press(ActionForm(), address, told, operation, application_id)


def _page(application_id: int, **sent: DeskForm) -> Any:
    session = db.session()
    found = queries.desk_application(session, application_id, association_id())
    form = next(iter(sent.values()), None)
    page = render_template(
        "association/desk/application.html",
        application=found,
        steps=steps_of(found),
        events=history(queries.events_of(session, application_id)),
        objections=queries.objections_to(session, application_id),
        charter=charter_of(session, found.association_id),
        today=clock.local_day(clock.now()),
        wrong=form,
        returning=sent.get("returning") or WhyForm(mark="return", fresh=True),
        answering=sent.get("answering") or AnswerForm(mark="answer", fresh=True),
        action=ActionForm(mark="action", fresh=True),
    )
    return page, form.status if form else 200
