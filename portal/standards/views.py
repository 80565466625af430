"""Standards for everybody: search, and one standard with its chain and what is tested by it."""

from __future__ import annotations

from flask import render_template, url_for

import portal.standards.desk  # noqa: F401 - registers the pages of the staff
from portal.access import public
from portal.desk import asked_word, asked_words
from portal.extensions import db
from portal.i18n import gettext
from portal.paging import paged
from portal.standards import bp
from services.core import clock
from services.laboratory.queries import capability
from services.standards import queries
from services.standards.models import StandardState
from services.standards.rules import is_announced, state_on


@bp.route("")
@public
def index():
    """Show the standards that fit the words, in any spelling, and the state in the address."""
    day, words, state = clock.local_day(clock.now()), asked_words(), asked_word(StandardState, "state")
    page = paged(queries.standards_found(day, words=words, state=state))
    return render_template(
        "standards/index.html",
        page=page,
        words=words,
        state=state,
        tabs=_state_tabs(words, state),
        states={one.id: state_on(one, day) for one in page.items},
        announced={one.id for one in page.items if is_announced(one, day)},
    )


@bp.route("/<id:standard_id>")
@public
def show(standard_id: int):
    """Show an edition with what it replaces, what replaces it, and the services that are tested by it."""
    day, session = clock.local_day(clock.now()), db.session()
    standard = queries.standard(session, standard_id)
    earlier = queries.earlier_editions(session, standard_id)
    later = queries.later_editions(session, standard_id)
    return render_template(
        "standards/show.html",
        standard=standard,
        state=state_on(standard, day),
        chain=[(one, state_on(one, day)) for one in [*earlier, standard, *later]],
        announced=next((one for one in [standard, *later] if is_announced(one, day)), None),
        modules=capability.items_by_standard(session, standard_id),
    )


def _state_tabs(words: str, chosen: StandardState | None) -> list[tuple[str, str, bool]]:
    """Return one tab for everything and one for each state."""
    names = {
        StandardState.CURRENT: gettext("Current"),
        StandardState.UPCOMING: gettext("Upcoming"),
        StandardState.WITHDRAWN: gettext("Abolished"),
    }
    kept = {"q": words} if words else {}
    return [
        (gettext("All"), url_for("standards.index", **kept), chosen is None),
        *((name, url_for("standards.index", state=one, **kept), one is chosen) for one, name in names.items()),
    ]
