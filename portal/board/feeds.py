"""What newsreaders follow: the posts that everybody may read, narrowed like the board itself."""

from __future__ import annotations

from flask import Response, current_app, render_template, request

from portal.access import public
from portal.board import bp
from portal.board.narrowing import searched, wish_of
from portal.extensions import db
from portal.reading import the_public
from services.board.queries.browsing import newest
from services.board.queries.visibility import face_of
from services.core import clock

MOST_ENTRIES = 50


@bp.route("/board/feed.atom")
@public
def feed():
    """Return the newest posts as an Atom feed; whoever asks, it holds what the public reads."""
    who = the_public()
    posts = newest(db.session(), who, searched(wish_of(request.args), who), most=MOST_ENTRIES)
    page = render_template(
        "board/feed.xml",
        posts=posts,
        faces={post.id: face_of(post) for post in posts},
        base_url=current_app.config["PORTAL"].base_url,
        own_path=request.full_path.rstrip("?"),
        updated_at=max((post.published_at for post in posts), default=clock.now()),
    )
    return Response(page, mimetype="application/atom+xml")
