"""Notices and documents as their readers see them, with the receipt that a member gives."""

from __future__ import annotations

from flask import render_template, url_for

from portal.access import holds, public
from portal.association import bp
from portal.current import actor
from portal.desk import ActionForm, asked_id, asked_word, press
from portal.extensions import db
from portal.files import send_attachment
from portal.paging import paged
from services.association.models.notices import NoticeKind
from services.association.operations import notices as operations
from services.association.queries import notices as queries
from services.association.queries.readers import notice_reader
from services.core import clock
from services.core.errors import NotFound
from services.core.messages import N_
from services.core.permissions import Permission


@bp.route("/notices")
@public
def notices():
    """List the notices and documents of associations that one may read."""
    kind = asked_word(NoticeKind, "kind")
    reader = notice_reader(db.session(), actor(), clock.local_day(clock.now()))
    association_id = asked_id("association")
    page = paged(queries.shown_notices(reader, association_id=association_id, kind=kind))
    return render_template(
        "association/notices/list.html",
        page=page,
        kind=kind,
        association_id=association_id,
        to_confirm=queries.unconfirmed(db.session(), actor(), page.items),
    )


@bp.route("/notices/<id:notice_id>")
@public
def notice(notice_id: int):
    """Show a notice or a document."""
    session, today = db.session(), clock.local_day(clock.now())
    found = queries.readable_notice(session, actor(), notice_id, today)
    own = actor().organisation_id
    asks = found.wants_receipt and actor().may(Permission.MEMBERSHIP_ACT) and own != found.association_id
    return render_template(
        "association/notices/show.html",
        notice=found,
        asks=asks,
        receipt=queries.has_confirmed(session, found.id, own) if asks else None,
        action=ActionForm(),
    )


@bp.route("/notices/<id:notice_id>/receipt", methods=["POST"])
@holds(Permission.MEMBERSHIP_ACT)
def confirm_notice(notice_id: int):
    """Confirm for one's organisation to have read a notice."""
    address = url_for("association.notice", notice_id=notice_id)
    told = N_("The association knows now that your organisation has read it.")
    return press(ActionForm(), address, told, operations.confirm, notice_id)


@bp.route("/notices/<id:notice_id>/files/<id:file_id>")
@public
def notice_file(notice_id: int, file_id: int):
    """Hand out a file of a notice to its readers."""
    found = queries.readable_notice(db.session(), actor(), notice_id, clock.local_day(clock.now()))
    carried = next((one for one in found.files if one.id == file_id), None)
    if carried is None:
        raise NotFound
    return send_attachment(carried.attachment)
