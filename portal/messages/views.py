"""One's own messages: unread first, each leading to what it is about."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for

from portal.access import signed_in
from portal.current import person
from portal.forms import ActionForm
from portal.i18n import gettext
from portal.messages import bp
from portal.paging import paged
from portal.security import safe_next
from portal.work import begin_work
from services.core.notices import own_messages
from services.core.operations import read_all_messages, read_message


@bp.route("")
@signed_in
def index():
    """List one's messages."""
    return render_template("messages/index.html", page=paged(own_messages(person().id)), form=ActionForm())


@bp.route("/<id:message_id>/open", methods=["POST"])
@signed_in
def open_message(message_id: int):
    """Mark a message as read and go on to what it is about."""
    if not ActionForm().submitted():
        abort(400)
    with begin_work() as work:
        link = read_message(work, message_id)
    return redirect(safe_next(link) or url_for("messages.index"), code=303)


@bp.route("/read", methods=["POST"])
@signed_in
def read_all():
    """Mark every message as read."""
    if not ActionForm().submitted():
        abort(400)
    with begin_work() as work:
        read_all_messages(work)
    flash(gettext("All messages are marked as read."), "success")
    return redirect(url_for("messages.index"), code=303)
