"""An organisation applies for membership and follows its application; others object during the public notice."""

from __future__ import annotations

from typing import Any

from flask import render_template, url_for

from portal.access import holds
from portal.association import bp
from portal.association.register_forms import JoinForm, ObjectionForm
from portal.association.register_pages import history, steps_of
from portal.current import actor, organisation
from portal.desk import ActionForm, carry_out, form_page, press
from portal.extensions import db
from portal.files import send_attachment, uploads_folder
from portal.i18n import gettext
from services.association.models.register import MembershipApplication
from services.association.operations import joining
from services.association.operations.joining import JoinWish
from services.association.queries import applications as queries
from services.association.queries.dues import invoices_of, table_for
from services.association.queries.members import association, charter_of, charter_text
from services.core import clock
from services.core.errors import NotFound
from services.core.files import Attachment, store
from services.core.messages import N_
from services.core.permissions import Permission
from services.core.work import Work


@bp.route("/associations/<id:association_id>/join", methods=["GET", "POST"])
@holds(Permission.MEMBERSHIP_ACT)
def join(association_id: int):
    """Show what joining means, and hand in an application."""
    session, today = db.session(), clock.local_day(clock.now())
    asked, firm = association(session, association_id), organisation()
    if firm is None:
        raise NotFound
    form = JoinForm(firm)
    done = carry_out(
        form,
        lambda work: joining.apply(work, association_id, _wish(work, form)),
        leads_to=lambda made: url_for("association.application", application_id=made.id),
        done=gettext("Your application has been handed in. You will be told about every step."),
    )
    if done:
        return done
    return form_page(
        "association/join.html",
        form,
        association=asked,
        obstacles=joining.obstacles(session, association_id, firm, today),
        open_one=queries.open_application(session, association_id, firm.id),
        charter=charter_of(session, association_id),
        edition=charter_text(session, association_id, today),
        dues_table=table_for(session, association_id, today.year),
    )


@bp.route("/membership-applications/<id:application_id>")
@holds(Permission.MEMBERSHIP_ACT)
def application(application_id: int):
    """Show the firm's own application: where it stands, what comes next, what happened."""
    session = db.session()
    found = _own(application_id)
    invoices = invoices_of(session, found.member_id) if found.member_id else []
    return render_template(
        "association/application.html",
        application=found,
        steps=steps_of(found),
        events=history(queries.events_of(session, application_id)),
        objections=queries.objections_to(session, application_id),
        invoice=next((one for one in invoices if one.is_joining and one.open_fen), None),
        charter=charter_of(session, found.association_id),
        action=ActionForm(mark="action", fresh=True),
    )


@bp.route("/membership-applications/<id:application_id>/completion", methods=["GET", "POST"])
@holds(Permission.MEMBERSHIP_ACT)
def complete_application(application_id: int):
    """Complete what was returned and hand it in again."""
    found, firm = _own(application_id), organisation()
    if firm is None or found.state != "returned":
        raise NotFound
    form = JoinForm(firm, obj=found)
    done = carry_out(
        form,
        lambda work: joining.resubmit(work, application_id, _wish(work, form)),
        leads_to=url_for("association.application", application_id=application_id),
        done=gettext("Your application has been handed in again."),
    )
    return done or form_page("association/complete.html", form, application=_own(application_id))


@bp.route("/membership-applications/<id:application_id>/withdrawal", methods=["POST"])
@holds(Permission.MEMBERSHIP_ACT)
def withdraw_application(application_id: int):
    """Withdraw the firm's application."""
    address = url_for("association.application", application_id=application_id)
    return press(ActionForm(), address, N_("The application is withdrawn."), joining.withdraw, application_id)


@bp.route("/membership-applications/<id:application_id>/attachment")
@holds(Permission.MEMBERSHIP_ACT)
def application_attachment(application_id: int):
    """Hand out the file of the firm's own application."""
    return attachment_of(_own(application_id))


@bp.route("/membership-applications/<id:application_id>/objection", methods=["GET", "POST"])
@holds(Permission.MEMBERSHIP_ACT)
def object_to_application(application_id: int):
    """Show an application in public notice, and object to it."""
    today = clock.local_day(clock.now())
    found = queries.noticed_application(db.session(), application_id, today)
    form = ObjectionForm()
    done = carry_out(
        form,
        lambda work: joining.object_to(work, application_id, form.text.data or ""),
        leads_to=url_for("association.show", association_id=found.association_id),
        done=gettext("Your objection has been handed in. The secretariat will answer it before the council decides."),
    )
    if done:
        return done
    shown = queries.noticed_application(db.session(), application_id, today)
    is_own = shown.organisation_id == actor().organisation_id
    return form_page("association/object.html", form, application=shown, is_own=is_own)


def attachment_of(found: MembershipApplication) -> Any:
    """Answer with the file of an application. Raises NotFound when it has none."""
    file = db.session.get(Attachment, found.attachment_id) if found.attachment_id else None
    if file is None:
        raise NotFound
    return send_attachment(file)


def _own(application_id: int) -> MembershipApplication:
    return queries.own_application(db.session(), application_id, actor().organisation_id)


def _wish(work: Work, form: JoinForm) -> JoinWish:
    upload = form.attachment.upload
    file = None
    if upload is not None:
        file = store(work, uploads_folder(), upload, organisation_id=actor().organisation_id, purpose="membership")
    return JoinWish(
        introduction=form.introduction.data or "",
        contact_name=form.contact_name.data or "",
        contact_phone=form.contact_phone.data or "",
        representative_id=form.representative.data or 0,
        accepts_charter=form.accepts_charter.data,
        shows_name=form.shows_name.data,
        attachment_id=file.id if file else None,
    )
