"""Reading posts: the page of one with its pictures and papers, reports of abuse, group purchases, and one's own list."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import current_app, render_template, request, url_for

from portal.access import holds, public
from portal.board import bp
from portal.board.drafting import EDITABLE
from portal.board.forms import QuantityForm, ReportForm
from portal.board.presenting import Named, facts_of, stands_open
from portal.desk import ActionForm, carry_out, form_page, press
from portal.extensions import db
from portal.i18n import gettext, local_time, translate
from portal.paging import paged
from portal.reading import reader
from services.board.models.posts import Post, PostEvent, PostState
from services.board.models.reviews import AbuseReason
from services.board.operations.abuse import report_abuse
from services.board.operations.contributing import contribute, take_back
from services.board.operations.posts import MOST_RENEWALS
from services.board.queries import posts as queries
from services.board.queries.figures import figures_of
from services.board.queries.matches import counterparts_of
from services.board.queries.visibility import Reader, face_of, hidden_face_of
from services.board.words import EVENT_NAMES
from services.core.messages import N_
from services.core.permissions import Permission
from services.organisations.queries import region_name
from services.organisations.words import LEVEL_NAMES

TABS = {
    "open": (PostState.PUBLISHED,),
    "waiting": (PostState.SUBMITTED,),
    "drafts": (PostState.DRAFT, PostState.RETURNED),
    "expired": (PostState.EXPIRED,),
    "done": (PostState.DEALT, PostState.CLOSED, PostState.TAKEN_DOWN),
}
TAB_NAMES = {
    "open": N_("Published"),
    "waiting": N_("To be reviewed"),
    "drafts": N_("Drafts and returned"),
    "expired": N_("Expired"),
    "done": N_("Over"),
}
RENEWABLE_DAYS = 7


@bp.route("/board/<no>")
@public
def show(no: str):
    """Show a post to whoever may read it; its firm sees how it stands and what can be done with it."""
    return _page(readable(no))


def readable(no: str) -> Post:
    """Return the post with that number as far as this reader may read it. Raises NotFound."""
    return queries.readable_post(db.session(), reader(), no)


def _page(post: Post, quantity: QuantityForm | None = None):
    who, session = reader(), db.session()
    face = face_of(post)
    page = render_template(
        "board/show.html",
        post=post,
        face=face,
        hidden=hidden_face_of(post, who),
        facts=facts_of(post, names_of(post)),
        figures=figures_of(session, face.organisation_id, who.today) if face.organisation_id else None,
        level_names=LEVEL_NAMES,
        is_own=who.owns(post),
        reviews=who.reviews(post),
        is_open=post.state is PostState.PUBLISHED,
        is_shared=post.state is PostState.PUBLISHED and stands_open(post.visibility),
        base_url=current_app.config["PORTAL"].base_url,
        gathered=queries.gathered(session, post, who) if post.gathers_until else None,
        today=who.today,
        quantity=quantity or _quantity_form(post, who),
        action=ActionForm(mark="action", fresh=True),
        counted=ActionForm(mark="count", fresh=True),
        **(_for_its_firm(post, who) if who.owns(post) else {}),
    )
    return page, quantity.status if quantity else 200


def names_of(post: Post) -> Named:
    """Return what the class, the node and the region of a post are called."""
    return Named(
        post.product.name if post.product else "",
        post.node.name if post.node else "",
        region_name(db.session(), post.region_code),
    )


def _for_its_firm(post: Post, who: Reader) -> dict[str, Any]:
    """Return what only the firm behind a post sees of it."""
    session = db.session()
    matches = counterparts_of(session, post.id, who) if post.state is PostState.PUBLISHED else []
    return {
        "interests": queries.interest_counts(session, [post])[post.id],
        "history": [
            event_line(event) for event in reversed(queries.history_of(session, post)) if event.kind in EVENT_NAMES
        ],
        "matches": [(match, face_of(match.other)) for match in matches],
        "is_renewable": is_renewable(post, who),
        "contributions": queries.contributions_of(session, post) if post.gathers_until else [],
    }


def event_line(event: PostEvent) -> dict[str, str]:
    """Return an event of a post as a line of its history."""
    name, tone = EVENT_NAMES[event.kind]
    return {"when_text": local_time(event.at), "title": translate(name), "text": event.note, "tone": tone}


def is_renewable(post: Post, who: Reader) -> bool:
    """Tell whether to offer the renewal: in the last week, and after the end; the operation decides."""
    is_alive = post.state in {PostState.PUBLISHED, PostState.EXPIRED} and post.valid_until is not None
    return is_alive and post.valid_until - timedelta(days=RENEWABLE_DAYS) <= who.today and post.renewals < MOST_RENEWALS


def _quantity_form(post: Post, who: Reader) -> QuantityForm | None:
    """Return the form with which a verified firm adds to a group purchase, while it gathers."""
    is_gathering = post.gathers_until is not None and post.gathers_until >= who.today
    if not is_gathering or not who.is_verified or post.state is not PostState.PUBLISHED:
        return None
    own = queries.gathered(db.session(), post, who).own
    data = {"quantity": own.quantity_milli, "text": own.note} if own else {}
    return QuantityForm(fresh=True, **data)


@bp.route("/board/<no>/contribution", methods=["POST"])
@holds(Permission.INTEREST_SEND)
def add_quantity(no: str):
    """Say how much one's firm needs of a group purchase; what it said before is replaced."""
    form, post_id = QuantityForm(), readable(no).id
    done = carry_out(
        form,
        lambda work: contribute(work, post_id, form.quantity.data or 0, text=form.text.data or ""),
        leads_to=url_for("board.show", no=no),
        done=gettext("Your quantity has been added."),
    )
    return done or _page(readable(no), form)


@bp.route("/board/<no>/contribution/removal", methods=["POST"])
@holds(Permission.INTEREST_SEND)
def take_quantity_back(no: str):
    """Take one's quantity back from a group purchase."""
    post_id = readable(no).id
    told = N_("Your quantity has been taken back.")
    return press(ActionForm(), url_for("board.show", no=no), told, take_back, post_id)


@bp.route("/board/<no>/report", methods=["GET", "POST"])
@holds(Permission.INTEREST_SEND)
def report_post(no: str):
    """Report a post to the association; its poster does not learn who did."""
    post, form = readable(no), ReportForm()
    post_id = post.id
    done = carry_out(
        form,
        lambda work: report_abuse(work, post_id, AbuseReason(form.reason.data), form.text.data or ""),
        leads_to=url_for("board.show", no=no),
        done=gettext("Thank you. The association looks into it and tells you what it decided."),
    )
    return done or form_page("board/report.html", form, post=readable(no))


@bp.route("/board/mine")
@holds(Permission.POST_WRITE)
def mine():
    """List the posts of the active organisation by how they stand, with what can be done."""
    who, session = reader(), db.session()
    counts = queries.own_counts(session, who.organisation_id)
    asked = request.args.get("tab", "")
    tab = (
        asked
        if asked in TABS
        else next((name for name, states in TABS.items() if any(map(counts.get, states))), "open")
    )
    page = paged(queries.own_posts(who.organisation_id, TABS[tab]))
    tabs = [
        (f"{translate(name)} ({sum(counts[state] for state in TABS[key])})", url_for("board.mine", tab=key), key == tab)
        for key, name in TAB_NAMES.items()
    ]
    return render_template(
        "board/mine.html",
        page=page,
        tabs=tabs,
        total=sum(counts.values()),
        interests=queries.interest_counts(session, page.items),
        renewable={post.id for post in page.items if is_renewable(post, who)},
        action=ActionForm(mark="action", fresh=True),
        editable=EDITABLE,
    )
