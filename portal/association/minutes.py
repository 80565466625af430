"""The minutes of a meeting on paper: attendance, motions, figures, and lines to sign."""

from __future__ import annotations

from flask import render_template

from portal.access import holds, signed_in
from portal.association import bp
from portal.association.meetings import audience
from portal.current import actor
from portal.extensions import db
from services.association.models.meetings import Meeting
from services.association.queries import meetings as queries
from services.core.errors import NotFound
from services.core.permissions import Permission


@bp.route("/meetings/<id:meeting_id>/minutes")
@signed_in
def minutes(meeting_id: int):
    """Show published minutes to the members, as they are printed."""
    found = queries.meeting_for(db.session(), audience(), meeting_id)
    if found.minutes_at is None:
        raise NotFound
    return _page(found)


@bp.route("/associations/desk/meetings/<id:meeting_id>/print")
@holds(Permission.MEETING_RUN)
def desk_minutes(meeting_id: int):
    """Show minutes to the secretariat as they will be printed, whether they are published or not."""
    return _page(queries.desk_meeting(db.session(), actor().organisation_id, meeting_id))


def _page(found: Meeting) -> str:
    return render_template(
        "documents/minutes.html",
        meeting=found,
        association=queries.association_named(db.session(), found.association_id),
        attended=queries.attended(db.session(), found.id),
        called=sum(queries.answers_of(db.session(), found.id).values()),
        proxies=queries.proxies_of(db.session(), found.id),
        recusals=queries.recusals_of(db.session(), *(motion.id for motion in found.motions)),
    )
