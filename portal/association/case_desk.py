"""The desk of cases: what waits, what is overdue, and all of them."""

from __future__ import annotations

from flask import render_template, request

from portal.access import holds
from portal.association import bp
from portal.current import actor
from portal.extensions import db
from portal.paging import paged
from services.association.models.cases import CaseState
from services.association.queries import cases as queries
from services.core import clock
from services.core.permissions import Permission

LISTS = ("submitted", "open", "overdue", "all")


@bp.route("/associations/desk/cases")
@holds(Permission.CASE_HANDLE)
def desk_cases():
    """List the cases of one's association."""
    asked = request.args.get("list", "")
    which, today = asked if asked in LISTS else "open", clock.local_day(clock.now())
    statement = queries.desk_cases(
        actor(),
        states=[CaseState.SUBMITTED] if which == "submitted" else (),
        only_open=which == "open",
        overdue_on=today if which == "overdue" else None,
    )
    page = paged(statement)
    return render_template(
        "association/cases/desk.html",
        page=page,
        which=which,
        counts=queries.desk_counts(db.session(), actor(), today),
        clocks=queries.running_clocks(db.session(), [case.id for case in page.items]),
        today=today,
    )
