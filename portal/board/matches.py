"""The counterparts that were found for one's posts, and firms of the register that a post might interest."""

from __future__ import annotations

from itertools import groupby

from flask import render_template, url_for

from portal.access import holds
from portal.board import bp
from portal.board.match_pages import match_rows
from portal.extensions import db
from portal.paging import paged
from portal.reading import reader
from services.board.models.matches import PostMatch
from services.board.queries.matches import counterparts_of, firms_for, matches_of_firm, own_posts
from services.board.queries.posts import readable_post
from services.core import links
from services.core.errors import NotFound
from services.core.permissions import Permission


def _post_id(match: PostMatch) -> int:
    return match.post_id


@bp.route("/board/matches")
@holds(Permission.POST_WRITE)
def matches():
    """Show the counterparts of the firm's open posts, post by post."""
    who = reader()
    page = paged(matches_of_firm(who))
    posts = own_posts(db.session(), [match.post_id for match in page.items])
    groups = [
        (posts[post_id], links.post(posts[post_id].no or ""), match_rows(found))
        for post_id, found in groupby(page.items, key=_post_id)
    ]
    return render_template("board/matches/index.html", page=page, groups=groups)


@bp.route("/board/<no>/matches")
@holds(Permission.POST_WRITE)
def post_matches(no: str):
    """Show the counterparts of one post to its firm and its reviewers, and firms of the register."""
    who = reader()
    post = readable_post(db.session(), who, no)
    if not who.owns(post) and not who.reviews(post):
        raise NotFound
    rows = match_rows(counterparts_of(db.session(), post.id, who))
    return render_template(
        "board/matches/show.html",
        post=post,
        post_url=links.post(no),
        rows=rows,
        firms=[] if rows else firms_for(db.session(), post),
        all_url=url_for("board.matches"),
    )
