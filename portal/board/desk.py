"""The review desk: the queue, and a post with its checklist, suggestions, decisions and history."""

from __future__ import annotations

from typing import Any

from flask import render_template, url_for

from portal.access import holds
from portal.board import bp
from portal.board.desk_forms import ReviewForm
from portal.board.posts import event_line, names_of
from portal.board.presenting import facts_of
from portal.desk import ReasonForm, asked_word, carry_out
from portal.extensions import db
from portal.i18n import gettext
from portal.paging import paged
from portal.reading import reader
from services.board.models.posts import Post, PostState
from services.board.operations import reviewing
from services.board.queries import desk as queries
from services.board.queries.matches import counterparts_of, firms_for
from services.board.queries.posts import history_of
from services.board.rules.states import POST_STEPS
from services.board.words import EVENT_NAMES
from services.core.permissions import Permission


@bp.route("/board/desk")
@holds(Permission.POST_REVIEW)
def desk():
    """Show a list of the desk, what is due first at the top."""
    which = asked_word(queries.Queue, "list") or queries.Queue.WAITING
    return render_template(
        "board/desk/queue.html",
        which=which,
        page=paged(queries.queue(reader(), which)),
        counts=queries.queue_counts(db.session(), reader()),
        open_reports=queries.open_reports(db.session(), reader()),
        today=reader().today,
    )


@bp.route("/board/desk/posts/<no>")
@holds(Permission.POST_REVIEW)
def desk_post(no: str):
    """Show a post to its reviewer."""
    return _page(queries.desk_post(db.session(), reader(), no))


@bp.route("/board/desk/posts/<no>/review", methods=["POST"])
@holds(Permission.POST_REVIEW)
def review_post(no: str):
    """Decide about a post."""
    post = queries.desk_post(db.session(), reader(), no)
    post_id, form = post.id, ReviewForm(mark="review")
    address = url_for("board.desk")
    done = carry_out(
        form,
        lambda work: reviewing.review(work, post_id, form.decision),
        leads_to=address,
        done=gettext("The decision is kept; the firm is told."),
    )
    return done or _page(queries.desk_post(db.session(), reader(), no), review=form)


@bp.route("/board/desk/posts/<no>/take-down", methods=["POST"])
@holds(Permission.POST_REVIEW)
def take_post_down(no: str):
    """Take a post off the board."""
    post = queries.desk_post(db.session(), reader(), no)
    post_id, form = post.id, ReasonForm(mark="down")
    done = carry_out(
        form,
        lambda work: reviewing.take_down(work, post_id, reason=form.reason.data),
        leads_to=url_for("board.desk_post", no=no),
        done=gettext("The post is taken down; the firm is told."),
    )
    return done or _page(queries.desk_post(db.session(), reader(), no), down=form)


def _page(post: Post, **sent: Any) -> Any:
    session = db.session()
    is_open = post.state is PostState.PUBLISHED
    forms = {
        "review": ReviewForm(mark="review", fresh=True, version=post.version, can_hold=not is_open),
        "down": ReasonForm(mark="down", fresh=True),
    } | sent
    page = render_template(
        "board/desk/post.html",
        post=post,
        facts=facts_of(post, names_of(post)),
        forms=forms,
        sent=next(iter(sent.values()), None),
        is_to_review=post.state is PostState.SUBMITTED or (is_open and post.accepted_at is None),
        can_be_taken_down=post.state in POST_STEPS["take_down"][0],
        matches=counterparts_of(session, post.id, reader()),
        firms=firms_for(session, post),
        reviews=queries.reviews_of(session, post),
        history=[event_line(event) for event in history_of(session, post) if event.kind in EVENT_NAMES],
        today=reader().today,
    )
    return page, next((form.status for form in sent.values()), 200)
