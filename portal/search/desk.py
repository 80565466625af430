"""The desk of the search: words that mean the same, and how the index stands."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import current_app, render_template, url_for

from portal.access import holds
from portal.desk import asked_words, carry_out, form_page, press
from portal.extensions import db
from portal.forms import ActionForm
from portal.i18n import gettext
from portal.paging import paged
from portal.search import bp
from portal.search.forms import SynonymsForm
from portal.searching import search_engine
from services.core import clock
from services.core.messages import N_
from services.core.permissions import Permission
from services.search.models import SynonymGroup
from services.search.operations import synonyms as operations
from services.search.operations.rebuilding import request_rebuild
from services.search.queries import synonyms as queries
from services.search.queries.health import index_health

BETWEEN = "、"
PATIENCE = timedelta(minutes=1)


@bp.route("/search/synonyms")
@holds(Permission.SYNONYM_EDIT)
def synonyms():
    """List the groups of words that mean the same."""
    words = asked_words()
    return render_template(
        "search/synonyms.html", page=paged(queries.groups_found(words)), words=words, form=ActionForm()
    )


@bp.route("/search/synonyms/new", methods=["GET", "POST"])
@holds(Permission.SYNONYM_EDIT)
def synonyms_new():
    """Enter a group."""
    form = SynonymsForm()
    done = carry_out(
        form,
        lambda work: operations.save_group(work, [form.terms.data], note=form.note.data or ""),
        leads_to=url_for("search.synonyms"),
        done=gettext("The words are found for each other from now on."),
    )
    return done or form_page("search/synonyms_edit.html", form, group=None)


@bp.route("/search/synonyms/<id:group_id>", methods=["GET", "POST"])
@holds(Permission.SYNONYM_EDIT)
def synonyms_edit(group_id: int):
    """Change a group."""
    group = queries.group(db.session(), group_id)
    form = _edit_form(group)
    done = carry_out(
        form,
        lambda work: operations.save_group(
            work, [form.terms.data], note=form.note.data or "", group_id=group_id, version=form.version.data
        ),
        leads_to=url_for("search.synonyms"),
        done=gettext("The words are found for each other from now on."),
    )
    if done is None:
        form.compare(lambda: _edit_form(queries.group(db.session(), group_id), formdata=None))
    return done or form_page("search/synonyms_edit.html", form, group=group)


@bp.route("/search/synonyms/<id:group_id>/removal", methods=["POST"])
@holds(Permission.SYNONYM_EDIT)
def synonyms_remove(group_id: int):
    """Remove a group."""
    told = N_("The group is removed; its words are different words from now on.")
    return press(ActionForm(), url_for("search.synonyms"), told, operations.remove_group, group_id)


@bp.route("/search/index")
@holds(Permission.INDEX_MANAGE)
def state():
    """Show how the index stands and how far a rebuild has come; while one is under way the page looks again."""
    health = index_health(db.session(), search_engine())
    return render_template(
        "search/state.html",
        health=health,
        engine=current_app.config["PORTAL"].search,
        is_moving=health.rebuild_waits or (health.state is not None and health.state.is_rebuilding),
        late=health.behind_since is not None and clock.now() - health.behind_since > PATIENCE,
        form=ActionForm(),
    )


@bp.route("/search/index/rebuild", methods=["POST"])
@holds(Permission.INDEX_MANAGE)
def rebuild():
    """Have the index made anew."""
    told = N_("The index is being built anew. Until then the old one is searched.")
    return press(ActionForm(), url_for("search.state"), told, request_rebuild)


def _edit_form(group: SynonymGroup, **values: Any) -> SynonymsForm:
    terms = BETWEEN.join(one.term for one in group.terms)
    return SynonymsForm(data={"terms": terms, "note": group.note, "version": group.version}, **values)
