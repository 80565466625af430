"""The secretariat writes a post for a firm that telephones; it is the firm's draft, which the firm checks and sends in."""

from __future__ import annotations

from typing import Any

from flask import render_template, url_for

from portal.access import holds
from portal.board import bp, drafting
from portal.board.forms import PostForm
from portal.current import actor
from portal.desk import asked_id, asked_words, carry_out
from portal.extensions import db
from portal.i18n import gettext
from services.association.queries.members import candidates
from services.association.standing import association_of
from services.board.operations import posts
from services.core.errors import NotFound
from services.core.permissions import Permission
from services.organisations.models import Organisation

MOST_FIRMS = 20


@bp.route("/board/desk/posts/new", methods=["GET", "POST"])
@holds(Permission.POST_REVIEW)
def behalf():
    """Write a post for a firm of the association's clusters: first the firm, then what it needs or offers."""
    firm_id, own, words = asked_id("firm"), actor().organisation_id or 0, asked_words()
    if firm_id is None:
        found = db.session.scalars(candidates(own, words).limit(MOST_FIRMS)).all() if words else []
        return render_template("board/desk/behalf_firm.html", words=words, firms=found)
    firm = db.session.scalar(candidates(own, "").where(Organisation.id == firm_id))
    if firm is None or association_of(db.session(), firm_id) != own:
        raise NotFound
    form = drafting.opened_form(_first_data(firm), firm_id=firm_id)
    if form.is_submitted() and form.is_looked_at:
        return _looked_at(firm, form)
    done = carry_out(
        form,
        lambda work: posts.enter_for(work, firm_id, form.wish),
        leads_to=url_for("board.behalf"),
        done=gettext("The draft is the firm's now; it has been told to check it and send it in."),
    )
    return done or _page(firm, form)


def _first_data(firm: Organisation) -> dict[str, Any]:
    shown = (firm.contact_name[:40], firm.contact_phone[:20]) if firm.shows_contact else ("", "")
    return drafting.first_data() | {
        "contact_name": shown[0],
        "contact_phone": shown[1],
        "industry_code": firm.industry_code,
    }


def _looked_at(firm: Organisation, form: PostForm) -> Any:
    """Show the form once more with further rows or the preview; nothing is kept."""
    if form.more.data:
        form.add_rows()
    else:
        form.validate()
    return _page(firm, form, status=200)


def _page(firm: Organisation, form: PostForm, *, status: int | None = None) -> Any:
    shown = drafting.preview_of(form.wish, firm=firm) if form.look.data else None
    if shown:
        form.mark(shown["faults"])
    page = render_template("board/form.html", form=form, behalf=firm, shown=shown)
    return page, form.status if status is None else status
