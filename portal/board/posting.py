"""Writing posts: new ones, drafts, and changes of published ones; the preview stands beside the form."""

from __future__ import annotations

from flask import abort, flash, jsonify, redirect, render_template, request, url_for

from portal.access import holds
from portal.board import bp
from portal.board import drafting as shared
from portal.board.forms import PostForm
from portal.current import actor
from portal.desk import ActionForm, press
from portal.extensions import db
from portal.i18n import gettext, translate
from portal.work import begin_work
from services.board.models.posts import Post, PostState
from services.board.operations import posts
from services.board.operations.contents import wish_of
from services.board.queries.posts import own_post
from services.board.rules.states import POST_NAMES
from services.core.errors import RuleBroken, WrongState
from services.core.messages import N_
from services.core.permissions import Permission

DEEDS = {
    "withdraw": (posts.withdraw, N_("The post is a draft again. Change it and send it in once more.")),
    "renew": (posts.renew, N_("The post has been renewed from today.")),
    "close": (posts.close, N_("The post has been closed. Interests that are open can still be answered.")),
    "discard": (posts.discard, N_("The draft has been given up.")),
}


@bp.route("/board/new", methods=["GET", "POST"])
@holds(Permission.POST_WRITE)
def new():
    """Write a post; ``copy`` begins with one of one's own, ``title``, ``type`` and ``direction`` with what they say."""
    number = request.args.get("copy", "")
    form = shared.opened_form(shared.copied(number) if number else shared.first_data())
    return _looked_at(form) or (shared.keep(form) if form.submitted() else shared.form_page(form))


@bp.route("/board/drafts/<id:post_id>", methods=["GET", "POST"])
@holds(Permission.POST_WRITE)
def draft(post_id: int):
    """Go on with a draft or with a post that came back from the review."""
    post = own_post(db.session(), actor().organisation_id, post_id)
    if post.state not in shared.EDITABLE:
        flash(gettext("This post is no longer a draft. What you see here is how it stands now."), "info")
        return redirect(url_for("board.show", no=post.no), code=303)
    form = shared.opened_form(shared.data_of(wish_of(post)) | {"version": post.version}, post)
    return _looked_at(form, post) or (shared.keep(form, post_id) if form.submitted() else shared.form_page(form, post))


@bp.route("/board/<no>/edit", methods=["GET", "POST"])
@holds(Permission.POST_WRITE)
def edit(no: str):
    """Change a published post; unless its firm is pre-approved, it is looked at again before others read it."""
    post = shared.own_numbered(no)
    if post.state in shared.EDITABLE:
        return redirect(url_for("board.draft", post_id=post.id), code=303)
    if post.state is not PostState.PUBLISHED:
        raise WrongState(state=POST_NAMES[post.state])
    form = shared.opened_form(shared.data_of(wish_of(post)) | {"version": post.version}, post)
    if (looked_at := _looked_at(form, post)) or not form.submitted():
        return looked_at or shared.form_page(form, post)
    address = url_for("board.show", no=no)
    try:
        with begin_work(form) as work:
            changed = posts.edit_published(work, post.id, form.wish, version=form.version.data)
            told = shared.PUBLISHED if changed.state is PostState.PUBLISHED else shared.SENT
            work.leads_to(address)
    except RuleBroken as error:
        form.blame(error)
        return shared.form_page(form, shared.own_numbered(no))
    flash(translate(told), "success")
    return redirect(address, code=303)


def _looked_at(form: PostForm, post: Post | None = None):
    """Show the form once more with further rows or the preview; None when another button was pressed."""
    if not form.is_submitted() or not form.is_looked_at:
        return None
    if form.more.data:
        form.add_rows()
    else:
        form.validate()
    return shared.form_page(form, post, status=200)


@bp.route("/board/preview", methods=["POST"])
@holds(Permission.POST_WRITE)
def preview():
    """Return the preview alone, for the script of the form; keeps nothing."""
    form = shared.opened_form({})
    form.validate()
    return jsonify(html=render_template("board/_preview.html", shown=shared.preview_of(form.wish)))


@bp.route("/board/mine/<id:post_id>/<deed>", methods=["POST"])
@holds(Permission.POST_WRITE)
def act(post_id: int, deed: str):
    """Take back, renew, close or give up one of one's own posts."""
    if deed not in DEEDS:
        abort(404)
    post = own_post(db.session(), actor().organisation_id, post_id)
    operation, told = DEEDS[deed]
    address = url_for("board.draft", post_id=post.id) if deed == "withdraw" else url_for("board.mine")
    return press(ActionForm(), address, told, operation, post.id)
