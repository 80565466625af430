"""The home page and the small pages of the frame."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import abort, current_app, redirect, render_template, request, url_for
from sqlalchemy import text
from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

import portal.home.bench
import portal.home.letters  # noqa: F401 - both register their views
from portal.access import public
from portal.extensions import db
from portal.forms import PortalForm
from portal.home import bp
from portal.i18n import COOKIE, LOCALES
from portal.kept import kept_for_visitors
from portal.security import safe_next
from services.board.models.posts import Direction
from services.board.queries.browsing import BoardWish, Facet, newest
from services.board.queries.front import board_figures
from services.board.queries.visibility import Reader, face_of
from services.booking import figures
from services.booking.availability import next_free
from services.catalogue.cards import cards
from services.catalogue.models import CenterType
from services.catalogue.queries import clusters
from services.core import clock
from services.training.queries.browsing import coming
from services.training.rules.standing import standing_of

A_YEAR = 365 * 24 * 3600
FEW_POSTS = 6
FEW_CLASSES = 5


@bp.route("/")
@public
@kept_for_visitors
def index():
    """Show the doors, what is booked most, what changes, and the figures of today."""
    now = clock.now()
    centres = figures.centres(db.session)
    by_type = {kind: [one for one in centres if one.center_type is kind] for kind in CenterType}
    hot = figures.hot_modules(db.session, now)
    return render_template(
        "home/index.html",
        by_type=by_type,
        centre_figures=figures.centre_figures(db.session, now),
        hot=cards(db.session, hot, clock.local_day(now)),
        free=next_free(db.session, hot, now),
        news=figures.news(db.session, now),
        figures=figures.portal_figures(db.session, now),
        clusters=clusters(db.session),
        few=figures.FEW,
        now=now,
        classes=coming(db.session(), now, most=FEW_CLASSES),
        standing=lambda one: standing_of(one, now),
        **_board(now),
    )


def _board(now: datetime) -> dict[str, Any]:
    """Return the newest needs and offers that everybody reads, and the figures of the board."""
    public, session = Reader(None, clock.local_day(now)), db.session()
    ways = {
        way: newest(session, public, BoardWish(choices={Facet.DIRECTION: way}), most=FEW_POSTS) for way in Direction
    }
    faces = {post.id: face_of(post) for posts in ways.values() for post in posts}
    return {"board_posts": ways, "board_faces": faces, "board_figures": board_figures(session, public, now)}


@bp.route("/guide")
@public
def guide():
    """Explain in four steps how a firm gets a service, and what the states mean."""
    return render_template("home/guide.html")


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


class SampleForm(PortalForm):
    """Every kind of field, for the page of components."""

    name = StringField("Name", [InputRequired("Please fill in the name.")])
    remark = TextAreaField("Remark")
    kind = SelectField("Kind", choices=[SelectChoice("a", "First"), SelectChoice("b", "Second")])
    speed = RadioField("Speed", choices=[SelectChoice("n", "Normal"), SelectChoice("u", "Urgent")], default="n")
    agreed = BooleanField("Agreed", [InputRequired("Please agree.")])


@bp.route("/_components")
@public
def components():
    """Show developers each component in every state; it does not exist outside development."""
    if not current_app.config["PORTAL"].development:
        abort(404)
    wrong = SampleForm(prefix="wrong-", meta={"csrf": False})
    wrong.validate()
    return render_template("_components.html", form=SampleForm(meta={"csrf": False}), wrong_form=wrong)
