"""Before every page: the idle limit is pushed away, and staff without a second factor are led to set it up."""

from __future__ import annotations

from datetime import datetime

from flask import flash, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from portal.accounts import bp
from portal.current import SignedIn, actor, user
from portal.extensions import db
from portal.i18n import gettext
from services.accounts.operations.sign_ins import note_seen
from services.accounts.rules import SEEN_EVERY, STAFF
from services.core import clock
from services.core.settings import setting
from services.core.work import working

OPEN_WITHOUT_FACTOR = {
    "accounts.factor",
    "accounts.sign_out",
    "accounts.terms",
    "home.guide",
    "home.language",
    "home.large_text",
}
NOT_A_VISIT = {None, "static", "home.healthz", "home.readyz"}


@bp.before_app_request
def before_every_page() -> Response | None:
    """Note that the person is here, and lead them away when the portal wants a second factor first."""
    who = user() if request.endpoint not in NOT_A_VISIT else None
    if who is None:
        return None
    _note_seen(who, clock.now())
    if request.endpoint in OPEN_WITHOUT_FACTOR or not _lacks_factor(who):
        return None
    flash(gettext("Please set up a second factor first; this portal asks it of its staff."), "warning")
    return redirect(url_for("accounts.factor"), code=303)


def _note_seen(who: SignedIn, now: datetime) -> None:
    if now - who.sign_in.seen_at > SEEN_EVERY:
        # In a session of its own: what the view reads and writes is another transaction.
        with Session(db.engine) as apart, working(apart, actor(), now=now) as work:
            note_seen(work, who.sign_in.id)


def _lacks_factor(who: SignedIn) -> bool:
    is_staff = any(one.role in STAFF for one in who.memberships)
    return is_staff and not who.person.has_second_factor and setting(db.session(), "security.staff_second_factor")
