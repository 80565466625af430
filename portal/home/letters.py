"""The letter box of the demonstration: visitors read there what would have been sent to them."""

from __future__ import annotations

from flask import abort, current_app, render_template

from portal.access import public
from portal.home import bp
from services.mail.folder import Folder


@bp.route("/letters")
@public
def letters():
    """Show the newest letters and text messages; outside a demonstration there is no such page."""
    settings = current_app.config["PORTAL"]
    if not settings.demo:
        abort(404)
    return render_template("home/letters.html", letters=Folder(settings.letters).newest(30))
