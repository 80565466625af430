"""Motions that a member proposes: written, followed, and taken back while their vote has not been opened."""

from __future__ import annotations

from typing import Any

from flask import render_template, url_for

from portal.access import signed_in
from portal.association import bp
from portal.association.meeting_forms import ProposeForm, TakeBackForm
from portal.current import actor
from portal.desk import carry_out
from portal.extensions import db
from portal.i18n import gettext
from portal.paging import paged
from services.association.models.register import Member
from services.association.operations import motions
from services.association.queries import meetings as queries
from services.association.rules.motions import BEFORE_VOTE
from services.core import clock
from services.core.errors import NotFound


def _own() -> list[Member]:
    """Return the members that the person speaks for."""
    return queries.members_to_speak_for(db.session(), actor(), clock.local_day(clock.now()))


@bp.route("/motions")
@signed_in
def own_motions():
    """List what one's members have proposed, and what became of it."""
    return _page()


@bp.route("/motions/new", methods=["GET", "POST"])
@signed_in
def propose_motion():
    """Let a member propose a motion to its association."""
    own = _own()
    if not own:
        raise NotFound
    form = ProposeForm(members=[(one.id, f"{one.organisation.name} · {one.association.name}") for one in own])
    done = carry_out(
        form,
        lambda work: motions.propose(work, form.member.data, title=form.title.data, text=form.text.data),
        leads_to=url_for("association.own_motions"),
        done=gettext("The motion is proposed. The secretariat puts it on an agenda or tells you why not."),
    )
    return done or (render_template("association/meetings/propose.html", form=form), form.status)


@bp.route("/motions/<id:motion_id>/take-back", methods=["POST"])
@signed_in
def take_back_motion(motion_id: int):
    """Take a motion of one's own back before its vote is opened."""
    form = TakeBackForm(mark=f"back-{motion_id}")
    done = carry_out(
        form,
        lambda work: motions.withdraw(work, motion_id, form.reason.data),
        leads_to=url_for("association.own_motions"),
        done=gettext("The motion is withdrawn."),
    )
    return done or _page(motion_id, form)


def _page(motion_id: int = 0, sent: TakeBackForm | None = None) -> Any:
    """Render the list; ``sent`` is the form of the motion that could not be taken back, and stands open."""
    page = paged(queries.proposed_by([one.id for one in _own()]))
    fresh = {one.id: TakeBackForm(mark=f"back-{one.id}", fresh=True) for one in page.items if one.state in BEFORE_VOTE}
    forms = fresh | ({motion_id: sent} if motion_id in fresh and sent is not None else {})
    content = render_template(
        "association/meetings/proposals.html", page=page, forms=forms, sent=sent, sent_id=motion_id
    )
    return content, sent.status if sent else 200
