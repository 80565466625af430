"""What the pages that write a post share: the form as it is opened, the preview, and keeping with sending in."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from portal.board.forms import PostForm
from portal.board.presenting import Named, facts_of
from portal.current import actor, organisation, person
from portal.extensions import db
from portal.files import uploads_folder
from portal.i18n import gettext, translate
from portal.reading import reader
from portal.work import begin_work
from services.board.errors import DuplicateOf, TextRefused
from services.board.models.posts import Direction, Post, PostState, PostType, Visibility
from services.board.operations import pictures, posts
from services.board.operations.contents import wish_of
from services.board.operations.standing import refuse_unless_posting
from services.board.operations.texts import text_faults
from services.board.queries import choices
from services.board.queries.posts import own_post, readable_post, similar_posts
from services.board.queries.visibility import face_of
from services.board.rules.directions import DIRECTIONS
from services.board.rules.particulars import faults
from services.board.rules.wishes import WishPost
from services.core.errors import ChangedMeanwhile, NotFound, RuleBroken, RulesBroken
from services.core.messages import N_
from services.core.work import Work
from services.organisations.models import Organisation
from services.organisations.queries import regions

EDITABLE = frozenset({PostState.DRAFT, PostState.RETURNED})
PUBLISHED = N_("Your post is published. Everybody whom you chose can read it now.")
SENT = N_("Your post has been sent in. The association looks at it within one working day.")
KEPT = N_("Your draft has been kept.")
LONGEST_TITLE = 40


def opened_form(data: dict[str, Any], post: Post | None = None, *, firm_id: int | None = None) -> PostForm:
    """Return the form with everything there is to choose from, filled with ``data`` until it is sent.

    ``firm_id`` names the firm where somebody else writes for it.
    """
    form = PostForm(data=data)
    session = db.session()
    form.offer(
        products=choices.product_classes(session),
        nodes=choices.nodes_for(session, firm_id or actor().organisation_id),
        regions=regions(session),
        pictures=[one.position for one in post.pictures] if post else [],
        find_firms=lambda names: choices.firms_named(session, names),
    )
    return form


def first_data() -> dict[str, Any]:
    """Return what is known of a new post: from the address, and of whoever writes it."""
    firm, who = organisation(), person()
    kind_text, way_text = request.args.get("type", ""), request.args.get("direction", "")
    kind = PostType(kind_text) if kind_text in set(PostType) else None
    way = Direction(way_text) if way_text in set(Direction) else None
    if kind is None:
        kind = PostType.SUPPLY if way is Direction.OFFER else PostType.PURCHASE
    if way not in DIRECTIONS[kind]:
        way = min(DIRECTIONS[kind])
    return {
        "type": kind,
        "direction": way,
        "title": request.args.get("title", "")[:LONGEST_TITLE],
        "contact_name": (who.name or (firm.contact_name if firm else ""))[:40],
        "contact_phone": (who.mobile or (firm.contact_phone if firm else ""))[:20],
        "industry_code": firm.industry_code if firm else "",
    }


def data_of(wish: WishPost) -> dict[str, Any]:
    """Return a post as its form shows it."""
    tax = "" if wish.includes_tax is None else str(int(wish.includes_tax))
    return vars(wish) | {
        "node_id": str(wish.node_id or ""),
        "product_code": wish.product_code or "",
        "region_code": wish.region_code or "",
        "quantity": wish.quantity_milli,
        "price_from": wish.price_from_fen,
        "price_to": wish.price_to_fen,
        "tax": tax,
        "specs": [vars(row) for row in wish.specs],
        "target_nodes": list(wish.target_nodes),
        "target_firms": "\n".join(choices.names_of(db.session(), wish.target_firms)),
    }


def copied(no: str) -> dict[str, Any]:
    """Return one's own post as the beginning of a new one. Raises NotFound."""
    post = own_numbered(no)
    return data_of(replace(wish_of(post), wanted_on=None, gathers_until=None))


def own_numbered(no: str) -> Post:
    """Return a post of the active organisation by its number. Raises NotFound."""
    post = readable_post(db.session(), reader(), no)
    if not reader().owns(post):
        raise NotFound
    return post


def preview_of(wish: WishPost, except_id: int | None = None, *, firm: Organisation | None = None) -> dict[str, Any]:
    """Return what a preview shows: the post as it will stand there, what must not stand in it, and similar posts."""
    session, who = db.session(), reader()
    firm = firm or organisation()
    refused = text_faults(session, firm, wish) if firm else []
    similar = similar_posts(session, who, wish, except_id=except_id) if wish.title else []
    return {
        "said": wish,
        "facts": facts_of(wish, Named()),
        "faults": [one for one in refused if isinstance(one, TextRefused)],
        "similar": similar,
        "similar_faces": {post.id: face_of(post) for post in similar},
        "is_anonymous": wish.visibility is Visibility.ANONYMOUS,
    }


def form_page(form: PostForm, post: Post | None = None, *, status: int | None = None) -> tuple[str, int]:
    """Show the form, with the preview when it was asked for."""
    shown = preview_of(form.wish, post.id if post else None) if form.look.data else None
    if shown:
        form.mark(shown["faults"])
    if post is not None and isinstance(form.refusal, ChangedMeanwhile):
        form.version.data = post.version
    duplicate = form.refusal if isinstance(form.refusal, DuplicateOf) else None
    page = render_template(
        "board/form.html",
        form=form,
        post=post,
        shown=shown,
        duplicate=duplicate,
        hindrance=None if form.is_submitted() else _hindrance(),
        lost_pictures=form.is_submitted() and any(one.filename for one in form.pictures.data or [] if one),
        is_published=post is not None and post.state is PostState.PUBLISHED,
    )
    return page, form.status if status is None else status


def _hindrance() -> RuleBroken | None:
    """Return why the firm may not send in anything at present; told before it types."""
    firm = organisation()
    if firm is None:
        raise NotFound
    try:
        refuse_unless_posting(db.session(), firm, reader().today)
    except RuleBroken as error:
        return error
    return None


def keep(form: PostForm, post_id: int | None = None):
    """Keep the draft with its pictures, and send it in when that was asked for.

    What keeps it from being sent in is shown on the form; the draft is kept all the same.
    """
    refusal: RuleBroken | None = None
    try:
        with begin_work(form) as work:
            post = posts.save_draft(work, form.wish, post_id, version=form.version.data if post_id else None)
            kept_id = post.id
            _change_pictures(work, form, kept_id)
            refusal = _sent_in(work, form, kept_id) if form.send.data else None
            told, address = _outcome(form, post)
            work.leads_to(url_for("board.draft", post_id=kept_id) if refusal else address)
    except RuleBroken as error:
        form.blame(_with_the_rest(form, error))
        return form_page(form, _own(post_id))
    if refusal is not None:
        return _kept_but_refused(form, kept_id, refusal)
    flash(translate(told), "success")
    return redirect(address, code=303)


def _with_the_rest(form: PostForm, error: RuleBroken) -> RuleBroken:
    """Return what keeps a post from being kept together with what would keep it from being sent in, if that was asked."""
    firm = organisation()
    if not isinstance(error, RulesBroken) or not form.send.data or firm is None:
        return error
    found: list[RuleBroken] = [*faults(form.wish, reader().today), *text_faults(db.session(), firm, form.wish)]
    told = {(one.field, one.message) for one in found}
    return RulesBroken([*found, *(one for one in error.errors if (one.field, one.message) not in told)])


def _change_pictures(work: Work, form: PostForm, post_id: int) -> None:
    for position in form.dropped.data or ():
        pictures.remove_picture(work, post_id, position)
    for upload in form.pictures.uploads:
        pictures.add_picture(work, uploads_folder(), post_id, upload)


def _sent_in(work: Work, form: PostForm, post_id: int) -> RuleBroken | None:
    """Send the draft in; return why not, with the draft as it was kept."""
    try:
        with work.session.begin_nested():
            posts.submit(work, post_id, knowingly=bool(form.knowingly.data))
    except RuleBroken as error:
        return error
    return None


def _outcome(form: PostForm, post: Post) -> tuple[str, str]:
    """Return what is told and where it goes on."""
    if post.state is PostState.PUBLISHED:
        return PUBLISHED, url_for("board.show", no=post.no)
    if post.state is PostState.SUBMITTED:
        return SENT, url_for("board.show", no=post.no)
    return KEPT, url_for("board.draft", post_id=post.id)


def _kept_but_refused(form: PostForm, post_id: int, refusal: RuleBroken) -> tuple[str, int]:
    """Show the form of the kept draft with what is wrong with it, ready to be sent once more."""
    post = own_post(db.session(), actor().organisation_id, post_id)
    form.settle(version=post.version, pictures=[one.position for one in post.pictures])
    form.blame(refusal)
    form.form_errors.append(gettext("What you typed has been kept as a draft."))
    return form_page(form, post)


def _own(post_id: int | None) -> Post | None:
    return own_post(db.session(), actor().organisation_id, post_id) if post_id else None
