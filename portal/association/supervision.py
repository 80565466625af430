"""What the department sees of associations: decisions and accounts, to be read only."""

from __future__ import annotations

from flask import render_template

from portal.access import holds
from portal.association import bp
from portal.extensions import db
from portal.paging import paged
from services.association.queries import members as register
from services.association.queries import pacts
from services.association.queries import supervising as queries
from services.association.queries.dues import years_of_dues
from services.association.queries.notices import public_notices
from services.core import clock
from services.core.permissions import Permission


@bp.route("/associations/supervision")
@holds(Permission.ASSOCIATION_SUPERVISE)
def supervision():
    """List the associations."""
    return render_template("association/supervision/list.html", page=paged(register.associations()))


@bp.route("/associations/supervision/<id:association_id>")
@holds(Permission.ASSOCIATION_SUPERVISE)
def supervised(association_id: int):
    """Show the decisions and the accounts of an association."""
    session, today = db.session(), clock.local_day(clock.now())
    found = register.association(session, association_id)
    versions = pacts.versions(session, association_id)
    return render_template(
        "association/supervision/show.html",
        association=found,
        charter=register.charter_of(session, association_id),
        standings=queries.standings(session, association_id),
        dues=years_of_dues(session, association_id),
        decisions=queries.decisions(session, association_id),
        figures=queries.case_figures(session, association_id, today),
        measures=queries.measures_in_force(session, association_id, today),
        versions=versions,
        signatures=pacts.signature_counts(session, [one.id for one in versions]),
        notices=public_notices(session, association_id),
    )
