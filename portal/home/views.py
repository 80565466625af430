"""The home page and the small pages of the frame."""

from __future__ import annotations

from flask import abort, redirect, render_template, request, url_for
from sqlalchemy import text

from portal.access import public
from portal.extensions import db
from portal.home import bp
from portal.i18n import COOKIE, LOCALES
from portal.security import safe_next

A_YEAR = 365 * 24 * 3600


@bp.route("/")
@public
def index():
    """Show the home page."""
    return render_template("home/index.html")


@bp.route("/healthz")
@public
def healthz():
    """Say that the process lives; asks nothing."""
    return {"status": "ok"}


@bp.route("/readyz")
@public
def readyz():
    """Say that the database answers; 503 otherwise."""
    db.session.execute(text("SELECT 1"))
    return {"status": "ready"}


@bp.route("/language/<code>")
@public
def language(code: str):
    """Remember the language in a cookie and go back."""
    if code not in LOCALES:
        abort(404)
    response = redirect(safe_next(request.args.get("next")) or url_for("home.index"))
    response.set_cookie(COOKIE, code, max_age=A_YEAR, httponly=True, samesite="Lax")
    return response


@bp.route("/large-text")
@public
def large_text():
    """Switch larger text on or off in a cookie and go back."""
    response = redirect(safe_next(request.args.get("next")) or url_for("home.index"))
    wanted = "0" if request.cookies.get("large_text") == "1" else "1"
    response.set_cookie("large_text", wanted, max_age=A_YEAR, samesite="Lax")
    return response
