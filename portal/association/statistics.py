"""The figures of an association: coverage, standings, dues and arrears, who comes and goes, participation in votes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import render_template

from portal.access import holds
from portal.association import bp
from portal.association.register_pages import association_id
from portal.components import word
from portal.extensions import db
from portal.i18n import money
from services.association.models.register import Standing, Tier
from services.association.queries import figures
from services.association.queries.dues import years_of_dues
from services.core import clock
from services.core.permissions import Permission


@bp.route("/associations/desk/statistics")
@holds(Permission.MEMBER_MANAGE)
def desk_statistics():
    """Show the figures of the association."""
    session, today = db.session(), clock.local_day(clock.now())
    standings = figures.by_standing(session, association_id())
    tiers = figures.by_tier(session, association_id(), today)
    months = figures.months(session, association_id(), today)
    years = years_of_dues(session, association_id())
    return render_template(
        "association/desk/statistics.html",
        coverage=figures.coverage(session, association_id(), today),
        this_year=next((one for one in years if one.year == today.year), None),
        standings=_bars((word(one), standings.get(one, 0)) for one in Standing if one is not Standing.AWAITED),
        tiers=_bars((word(one), tiers.get(one, 0)) for one in Tier),
        joined=_bars((f"{one.first_on:%Y-%m}", one.joined) for one in months),
        left=_bars((f"{one.first_on:%Y-%m}", one.left) for one in months),
        years=years,
        arrears=[
            {"label": str(one.year), "value": one.open_fen, "max": max(one.asked_fen, 1), "text": money(one.open_fen)}
            for one in years
        ],
        turnouts=[
            {"label": one.title, "value": one.present, "max": one.entitled, "text": f"{one.present} / {one.entitled}"}
            for one in figures.turnouts(session, association_id())
        ],
    )


def _bars(rows: Iterable[tuple[str, int]]) -> list[dict[str, Any]]:
    found = list(rows)
    most = max((count for _, count in found), default=0)
    return [{"label": label, "value": count, "max": most, "text": str(count)} for label, count in found]
