"""Counts that a post was read: the page says so itself, for reading it changes nothing."""

from __future__ import annotations

from flask import abort

from portal.access import signed_in
from portal.board import bp
from portal.forms import ActionForm
from portal.work import begin_work
from services.board.operations.counting import count_view


@bp.route("/board/<no>/views", methods=["POST"])
@signed_in
def count_reading(no: str):
    """Count one reading of a post; who it was is not kept."""
    if not ActionForm().submitted():
        abort(400)
    with begin_work() as work:
        count_view(work, no)
    return "", 204
