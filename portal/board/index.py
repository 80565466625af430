"""The board as everybody opens it: what is needed and offered, to be narrowed, ordered and followed."""

from __future__ import annotations

from flask import render_template, request

from portal.access import public
from portal.board import bp
from portal.board.interest_forms import SaveSearchForm
from portal.board.narrowing import feed_url, narrowing, searched, wish_of
from portal.current import user
from portal.extensions import db
from portal.kept import kept_for_visitors
from portal.paging import Page, asked_page
from portal.reading import reader
from services.board.queries.browsing import BoardWish, found
from services.board.queries.visibility import face_of

LONGEST_TITLE = 40


@bp.route("/board")
@public
@kept_for_visitors
def index():
    """List the posts that this reader may read, with facets."""
    who = reader()
    wish = searched(wish_of(request.args), who)
    posts = found(db.session(), who, wish, page=asked_page())
    shown = narrowing(wish, posts)
    return render_template(
        "board/index.html",
        wish=wish,
        page=Page(posts.posts, posts.number, posts.pages, posts.total),
        narrowing=shown,
        feed_url=feed_url(shown),
        faces={post.id: face_of(post) for post in posts.posts},
        title_wanted=wish.line[:LONGEST_TITLE],
        saving=_saving(wish) if user() and (wish.line or wish.choices) else None,
    )


def _saving(wish: BoardWish) -> SaveSearchForm:
    """Return the form that keeps what is looked for, so that the digest tells what is new."""
    return SaveSearchForm(mark="save", fresh=True, name=wish.line[:LONGEST_TITLE], words=wish.line, **wish.choices)
