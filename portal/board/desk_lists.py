"""What the desk keeps: words of forbidden goods, and the figures of the board."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import render_template, url_for

from portal.access import holds
from portal.board import bp
from portal.board.desk_forms import WordForm
from portal.components import word
from portal.current import organisation
from portal.desk import ActionForm, carry_out, press
from portal.extensions import db
from portal.i18n import gettext
from portal.reading import reader
from services.board.models.posts import PostType
from services.board.operations import reviewing
from services.board.queries.desk import forbidden_words
from services.board.queries.statistics import Cell, statistics_of
from services.core.messages import N_
from services.core.permissions import Permission
from services.organisations.models import OrgKind


@bp.route("/board/desk/words", methods=["GET", "POST"])
@holds(Permission.POST_REVIEW)
def desk_words():
    """Keep the list of words of goods that may not be traded."""
    form = WordForm()
    done = carry_out(
        form,
        lambda work: reviewing.add_word(work, form.word.data, form.reason.data),
        leads_to=url_for("board.desk_words"),
        done=gettext("The word is on the list; posts with it are refused from now on."),
    )
    if done:
        return done
    page = render_template(
        "board/desk/words.html",
        form=form,
        words=forbidden_words(db.session()),
        action=ActionForm(mark="action", fresh=True),
    )
    return page, form.status


@bp.route("/board/desk/words/<id:word_id>/removal", methods=["POST"])
@holds(Permission.POST_REVIEW)
def remove_word(word_id: int):
    """Take a word off the list."""
    told = N_("The word is off the list.")
    return press(ActionForm(), url_for("board.desk_words"), told, reviewing.remove_word, word_id)


@bp.route("/board/desk/statistics")
@holds(Permission.STATISTICS_READ)
def desk_statistics():
    """Show the figures of the board: to an association its own, to others those of all clusters."""
    here = organisation()
    scope = here.id if here is not None and here.kind is OrgKind.ASSOCIATION else None
    figures = statistics_of(db.session(), reader().today, association_id=scope)
    return render_template(
        "board/desk/statistics.html",
        figures=figures,
        is_own=scope is not None,
        months=_bars((f"{day:%Y-%m}", cell) for day, cell in figures.months),
        types=_bars((word(one), figures.types.get(one, Cell())) for one in PostType),
        bands=_bars((word(one), cell) for one, cell in figures.bands.items()),
    )


def _bars(cells: Iterable[tuple[str, Cell]]) -> list[dict[str, Any]]:
    """Return the rows of a chart; what would tell of too few firms has no bar."""
    rows = [(label, cell.shown) for label, cell in cells]
    most = max((count or 0 for _, count in rows), default=0)
    return [
        {"label": label, "value": count or 0, "max": most, "text": "—" if count is None else str(count)}
        for label, count in rows
    ]
