"""The public face of an association: charter, dues, council by seats, members that agree, public notices, how to join."""

from __future__ import annotations

from flask import render_template

from portal.access import public
from portal.association import bp
from portal.current import actor
from portal.extensions import db
from portal.paging import paged
from services.association.queries import applications, dues, figures
from services.association.queries import members as register
from services.association.queries.notices import public_notices
from services.association.queries.pacts import pact_in_force
from services.core import clock
from services.core.errors import NotFound
from services.core.permissions import Permission


@bp.route("/associations")
@public
def index():
    """List the associations."""
    return render_template("association/index.html", page=paged(register.associations()))


@bp.route("/associations/<id:association_id>")
@public
def show(association_id: int):
    """Show an association: what it is, its dues and how they were adopted, its council, whom it takes in."""
    session, today, who = db.session(), clock.local_day(clock.now()), actor()
    return render_template(
        "association/show.html",
        association=register.association(session, association_id),
        charter=register.charter_of(session, association_id),
        edition=register.charter_text(session, association_id, today),
        dues_table=dues.table_for(session, association_id, today.year),
        seats=list(session.scalars(register.seats_on(association_id, today))),
        coverage=figures.coverage(session, association_id, today),
        applications=applications.applications_in_notice(session, association_id, today),
        notices=public_notices(session, association_id),
        pact=pact_in_force(session, association_id),
        own=register.member_of_firm(session, association_id, who.organisation_id),
        may_join=who.person_id is None or who.may(Permission.MEMBERSHIP_ACT),
    )


@bp.route("/associations/<id:association_id>/charter")
@public
def charter(association_id: int):
    """Show the text of the charter that is in force, with its figures."""
    session, today = db.session(), clock.local_day(clock.now())
    edition = register.charter_text(session, association_id, today)
    if edition is None:
        raise NotFound
    return render_template(
        "association/charter.html",
        association=register.association(session, association_id),
        edition=edition,
        charter=register.charter_of(session, association_id),
    )


@bp.route("/associations/<id:association_id>/members")
@public
def members(association_id: int):
    """List the members that agree to be named."""
    session, today = db.session(), clock.local_day(clock.now())
    return render_template(
        "association/members.html",
        association=register.association(session, association_id),
        page=paged(register.public_members(association_id, today)),
        coverage=figures.coverage(session, association_id, today),
    )
