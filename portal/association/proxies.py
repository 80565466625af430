"""Proxies: filed with their document by members, fetched and decided about at the desk."""

from __future__ import annotations

from flask import render_template, url_for

from portal.access import holds, signed_in
from portal.association import bp
from portal.association.meeting_desk import meeting_desk_page
from portal.association.meeting_forms import ProxyForm, RefusalForm
from portal.association.meetings import audience
from portal.current import actor
from portal.desk import ActionForm, carry_out, press
from portal.extensions import db
from portal.files import send_attachment, uploads_folder
from portal.i18n import gettext
from services.association.operations import proxies as operations
from services.association.queries import meetings as queries
from services.association.queries.electorate import electors
from services.core import clock
from services.core.errors import NotFound
from services.core.messages import N_
from services.core.permissions import Permission


@bp.route("/meetings/<id:meeting_id>/proxy", methods=["GET", "POST"])
@signed_in
def proxy(meeting_id: int):
    """Let a member authorise another one for a meeting."""
    found = queries.meeting_for(db.session(), audience(), meeting_id)
    notices = queries.own_notices(db.session(), meeting_id, actor().person_id or 0)
    if not notices:
        raise NotFound
    sitting = electors(db.session(), found.association_id, found.body, clock.local_day(clock.now()))
    own = [(one.member_id, one.member.organisation.name) for one in notices]
    others = [(one.member_id, one.name) for one in sitting if one.person_id and one.person_id != actor().person_id]
    form = ProxyForm(own, others)
    done = carry_out(
        form,
        lambda work: operations.file_proxy(
            work,
            uploads_folder(),
            meeting_id,
            principal_id=form.principal.data,
            agent_id=form.agent_id.data,
            document=form.document.upload,
        ),
        leads_to=url_for("association.meeting", meeting_id=meeting_id),
        done=gettext("The proxy is filed. The secretariat checks the document."),
    )
    if done:
        return done
    found = queries.meeting_for(db.session(), audience(), meeting_id)
    return render_template("association/meetings/proxy.html", meeting=found, form=form), form.status


@bp.route("/proxies/<id:proxy_id>/withdraw", methods=["POST"])
@signed_in
def withdraw_proxy(proxy_id: int):
    """Let a member take its proxy back."""
    meeting_id = queries.meeting_of_proxy(db.session(), proxy_id)
    address = url_for("association.meeting", meeting_id=meeting_id)
    return press(ActionForm(), address, N_("The proxy is withdrawn."), operations.withdraw_proxy, proxy_id)


@bp.route("/associations/desk/proxies/<id:proxy_id>/document")
@holds(Permission.MEETING_RUN)
def proxy_document(proxy_id: int):
    """Hand out the signed document of a proxy."""
    return send_attachment(queries.desk_proxy(db.session(), actor().organisation_id, proxy_id).document)


@bp.route("/associations/desk/proxies/<id:proxy_id>/accept", methods=["POST"])
@holds(Permission.MEETING_RUN)
def accept_proxy(proxy_id: int):
    """Accept a proxy whose document is in order."""
    found = queries.desk_proxy(db.session(), actor().organisation_id, proxy_id)
    address = url_for("association.desk_meeting", meeting_id=found.meeting_id)
    return press(ActionForm(), address, N_("The proxy is accepted."), operations.accept_proxy, proxy_id)


@bp.route("/associations/desk/proxies/<id:proxy_id>/refuse", methods=["POST"])
@holds(Permission.MEETING_RUN)
def refuse_proxy(proxy_id: int):
    """Refuse a proxy with the reason."""
    found = queries.desk_proxy(db.session(), actor().organisation_id, proxy_id)
    meeting_id = found.meeting_id
    form = RefusalForm(mark=f"no-{proxy_id}")
    done = carry_out(
        form,
        lambda work: operations.refuse_proxy(work, proxy_id, form.reason.data),
        leads_to=url_for("association.desk_meeting", meeting_id=meeting_id),
        done=gettext("The proxy is refused; its member reads why."),
    )
    return done or meeting_desk_page(meeting_id, sent=form, about_proxy=proxy_id)
