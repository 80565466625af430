"""My training: what comes, where I wait, what has been, my certificates, and my lessons as a calendar file."""

from __future__ import annotations

from datetime import timedelta

from flask import Response, current_app, render_template, request, url_for

from portal.access import signed_in
from portal.current import person
from portal.extensions import db
from portal.i18n import gettext, local_time, translate
from portal.paging import paged
from portal.training import bp
from portal.training.telling import next_of, percent, scores_text
from services.calendars.lessons import lessons_text
from services.core import clock
from services.core.messages import N_
from services.training.models.registrations import Registration
from services.training.queries import mine as queries

TAB_NAMES = {
    "coming": N_("Coming and present"),
    "waiting": N_("Waiting list"),
    "past": N_("Over"),
    "certificates": N_("My certificates"),
}
LOOK_BACK = timedelta(days=60)


@bp.route("/my-training")
@signed_in
def mine():
    """List one's own registrations with what comes next of each, and one's certificates."""
    session, who = db.session(), person()
    certificates = queries.own_certificates(session, who.id)
    counts = queries.own_counts(session, who.id) | {"certificates": len(certificates)}
    tab = _tab(counts)
    shown = tab if tab in queries.TABS else "past"
    page = paged(queries.own_registrations(who.id, shown))
    return render_template(
        "training/mine.html",
        tab=tab,
        tabs=[
            (f"{translate(name)} ({counts[key]})", url_for("training.mine", tab=key), key == tab)
            for key, name in TAB_NAMES.items()
        ],
        total=sum(counts.values()),
        page=page,
        lines=_lines(page.items) if tab in queries.TABS else [],
        certificates=certificates,
        today=clock.local_day(clock.now()),
    )


def _tab(counts: dict[str, int]) -> str:
    """Return the tab that was asked for, else the first with something in it."""
    asked = request.args.get("tab", "")
    return asked if asked in TAB_NAMES else next((name for name in TAB_NAMES if counts[name]), "coming")


def _lines(registrations: list[Registration]) -> list[dict[str, object]]:
    """Return what a list tells of each registration, in a constant number of queries."""
    session, now = db.session(), clock.now()
    places = queries.places(session, registrations)
    begins = queries.first_lessons(session, {one.class_id for one in registrations})
    outcomes = queries.outcomes(session, registrations)
    unasked = queries.unasked(session, person().id, registrations)
    return [
        {
            "registration": one,
            "next": next_of(one, places.get(one.id), begins.get(one.class_id), now),
            "begins": local_time(begins[one.class_id]) if one.class_id in begins else one.training_class.starts_on,
            "outcome": outcomes[one.id],
            "attended": percent(outcomes[one.id].attended),
            "scores": scores_text(outcomes[one.id]),
            "asks_opinion": one.id in unasked,
        }
        for one in registrations
    ]


@bp.route("/my-training.ics")
@signed_in
def my_calendar():
    """Return the lessons of the classes in which one has a seat, as a calendar file."""
    found = queries.own_lessons(db.session(), person().id, clock.now() - LOOK_BACK)
    text = lessons_text(
        found,
        name=gettext("My lessons"),
        base_url=current_app.config["PORTAL"].base_url,
        say=translate,
    )
    answer = Response(text, mimetype="text/calendar")
    answer.headers.set("Content-Disposition", "attachment", filename="my-training.ics")
    return answer
