"""Meetings as members see them: what lies ahead, the notice and its answer, signing in, proxies, minutes."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

from flask import current_app, render_template, request, url_for

from portal.access import signed_in
from portal.association import bp
from portal.association.meeting_forms import AnswerForm, WallForm
from portal.current import actor
from portal.desk import ActionForm, carry_out, press
from portal.extensions import db
from portal.i18n import gettext
from portal.paging import paged
from services.association.models.meetings import Answer, Meeting
from services.association.operations import attending
from services.association.operations import meetings as operations
from services.association.queries import meetings as queries
from services.association.rules.attending import sign_in_opens
from services.core import clock
from services.core.messages import N_


def audience() -> queries.Audience:
    """Return for whom this request reads of meetings."""
    return queries.audience_of(db.session(), actor(), clock.local_day(clock.now()))


def wall_key() -> bytes:
    """Return the key of the codes of meetings, made of the portal's secret."""
    secret = current_app.config["PORTAL"].secret_key.encode()
    return hmac.new(secret, b"codes of meetings", hashlib.sha256).digest()


@bp.route("/meetings")
@signed_in
def meetings():
    """List the meetings of one's associations: those that lie ahead, or those that are over."""
    over = request.args.get("list") == "over"
    reads = audience()
    return render_template(
        "association/meetings/index.html",
        page=paged(queries.meetings_for(reads, over=over)),
        over=over,
        is_member=bool(reads.associations),
    )


@bp.route("/meetings/<id:meeting_id>")
@signed_in
def meeting(meeting_id: int):
    """Show a meeting: the notice to answer, the agenda with its motions, and later what was decided."""
    return meeting_page(queries.meeting_for(db.session(), audience(), meeting_id))


def meeting_page(found: Meeting) -> Any:
    """Render the page of a meeting for the person behind this request."""
    person_id = actor().person_id or 0
    notices = queries.own_notices(db.session(), found.id, person_id)
    own = [one.member_id for one in notices]
    return render_template(
        "association/meetings/show.html",
        meeting=found,
        association=queries.association_named(db.session(), found.association_id),
        notices=notices,
        proxies=queries.own_proxies(db.session(), found.id, own),
        present=queries.present_members(db.session(), found.id) & set(own),
        turnout=queries.turnout(db.session(), [motion.id for motion in found.motions]),
        answer_forms={one.member_id: AnswerForm(mark=f"m{one.member_id}", member=one.member_id) for one in notices},
        button=ActionForm(mark="button"),
        opens_at=sign_in_opens(found.starts_at),
        now=clock.now(),
    )


@bp.route("/meetings/<id:meeting_id>/answer", methods=["POST"])
@signed_in
def answer_notice(meeting_id: int):
    """Answer the notice of a meeting for one member."""
    queries.meeting_for(db.session(), audience(), meeting_id)
    form = AnswerForm()
    return press(
        form,
        url_for("association.meeting", meeting_id=meeting_id),
        N_("Your answer has reached the secretariat."),
        lambda work: operations.answer_notice(work, meeting_id, form.member.data or 0, Answer(form.answer.data)),
    )


@bp.route("/meetings/<id:meeting_id>/attend", methods=["POST"])
@signed_in
def attend_meeting(meeting_id: int):
    """Sign in to a meeting that is held remotely."""
    queries.meeting_for(db.session(), audience(), meeting_id)
    address = url_for("association.meeting", meeting_id=meeting_id)
    return press(ActionForm(), address, N_("You are signed in."), attending.sign_in_from_afar, meeting_id)


@bp.route("/meetings/<id:meeting_id>/sign-in", methods=["GET", "POST"])
@signed_in
def sign_in_to_meeting(meeting_id: int):
    """Let a representative sign in with the code that is shown in the room."""
    found = queries.meeting_for(db.session(), audience(), meeting_id)
    form = WallForm(code=request.args.get("code", "")[:20])
    done = carry_out(
        form,
        lambda work: attending.sign_in(work, wall_key(), meeting_id, (form.code.data or "").lower()),
        leads_to=url_for("association.meeting", meeting_id=meeting_id),
        done=gettext("You are signed in."),
    )
    if done:
        return done
    found = queries.meeting_for(db.session(), audience(), meeting_id)
    return render_template("association/meetings/sign_in.html", meeting=found, form=form), form.status
