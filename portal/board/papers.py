"""Posts on paper, and the posts of one's firm as a table."""

from __future__ import annotations

import segno
from flask import current_app, render_template, url_for

from portal.access import public
from portal.board import bp
from portal.board.posts import names_of, readable
from portal.board.presenting import facts_of
from services.board.queries.visibility import face_of


@bp.route("/board/<no>/print")
@public
def print_post(no: str):
    """Show a post on one A4 sheet, with a code that leads back to it."""
    post = readable(no)
    address = f"{current_app.config['PORTAL'].base_url}{url_for('board.show', no=no)}"
    return render_template(
        "documents/post.html",
        post=post,
        face=face_of(post),
        facts=facts_of(post, names_of(post)),
        address=address,
        code=segno.make(address, error="m").svg_data_uri(scale=3, border=0),
    )
