"""Saved searches: kept from the board, with alerts of new posts in the daily digest."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import render_template, request, url_for

from portal.access import signed_in
from portal.board import bp
from portal.board.interest_forms import SaveSearchForm
from portal.current import actor
from portal.desk import ActionForm, carry_out, press
from portal.i18n import gettext
from portal.paging import paged
from services.board.models.matches import SavedSearch
from services.board.operations import searches as operations
from services.board.queries.searches import searches_of
from services.core.messages import N_


def _address(search: SavedSearch) -> str:
    """Return the board as the search narrows it."""
    return "/board?" + urlencode({"q": search.words, **search.choices})


@bp.route("/board/searches", methods=["GET", "POST"])
@signed_in
def searches():
    """Show what the person has saved; save what the board was narrowed to."""
    form = SaveSearchForm() if request.method == "POST" else None
    if form is not None:
        done = carry_out(
            form,
            lambda work: operations.save_search(
                work, name=form.name.data or "", words=form.words.data or "", choices=form.choices
            ),
            leads_to=url_for("board.searches"),
            done=gettext("The search is saved. New posts come in the daily digest."),
        )
        if done:
            return done
    page = paged(searches_of(actor().person_id, actor().organisation_id))
    found = [(search, _address(search)) for search in page.items]
    action = ActionForm(mark="action", fresh=True)
    shown = render_template("board/searches.html", page=page, found=found, form=form, action=action)
    return shown, form.status if form is not None else 200


@bp.route("/board/searches/<id:search_id>/alerts/<any(on,off):switch>", methods=["POST"])
@signed_in
def search_alerts(search_id: int, switch: str):
    """Switch the alerts of a saved search on or off."""
    told = N_("New posts come in the daily digest.") if switch == "on" else N_("No more alerts for this search.")
    address = url_for("board.searches")
    return press(
        ActionForm(), address, told, lambda work: operations.set_alerts(work, search_id, alerts=switch == "on")
    )


@bp.route("/board/searches/<id:search_id>/deletion", methods=["POST"])
@signed_in
def search_delete(search_id: int):
    """Forget a saved search."""
    address = url_for("board.searches")
    return press(ActionForm(), address, N_("The search is deleted."), operations.delete_search, search_id)
