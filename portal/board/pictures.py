"""Pictures of posts, and the picture that other sites show of a post; neither tells anything but what is read there."""

from __future__ import annotations

import io
from functools import lru_cache

from flask import Response, abort, current_app
from PIL import Image, ImageDraw, ImageFont

from portal.access import holds, public
from portal.board import bp
from portal.board.posts import readable
from portal.board.presenting import price_text, quantity_text, stands_open
from portal.components import word
from portal.extensions import db
from portal.files import POLICY, uploads_folder
from portal.reading import reader, the_public
from services.board.models.posts import Direction, Post
from services.board.queries.posts import own_post, readable_post
from services.board.queries.visibility import face_of
from services.core.files import content_of
from services.core.permissions import Permission
from services.documents.rendering import FONTS

WIDTH, HEIGHT, EDGE = 1200, 630, 80
INK, SOFT, NAVY, PAPER = "#1c2634", "#55637a", "#0b2d63", "#ffffff"
BARS = {Direction.NEED: "#b35900", Direction.OFFER: "#14713f"}
TITLE_SIZE, TEXT_SIZE, SMALL_SIZE = 64, 40, 32
MOST_TITLE_LINES = 3
FIVE_MINUTES = "private, max-age=300"


@bp.route("/board/<no>/pictures/<id:position>")
@public
def picture(no: str, position: int):
    """Return a picture of a post to whoever may read the post."""
    return _picture(readable(no), position)


@bp.route("/board/drafts/<id:post_id>/pictures/<id:position>")
@holds(Permission.POST_WRITE)
def draft_picture(post_id: int, position: int):
    """Return a picture of a draft, which has no number, to its firm."""
    return _picture(own_post(db.session(), reader().organisation_id, post_id), position)


def _picture(post: Post, position: int) -> Response:
    found = next((one for one in post.pictures if one.position == position), None)
    if found is None:
        abort(404)
    return _answer(content_of(uploads_folder(), found.file), found.file.media_type)


@bp.route("/board/<no>/card.png")
@public
def card(no: str):
    """Return the picture that other sites show beside a link to a post that everybody reads."""
    post = readable_post(db.session(), the_public(), no)
    if not stands_open(post.visibility):
        abort(404)
    return _answer(_drawn(post), "image/png")


def _answer(content: bytes, media_type: str) -> Response:
    answer = Response(content, mimetype=media_type)
    answer.headers["Content-Security-Policy"] = POLICY
    answer.headers["Cache-Control"] = FIVE_MINUTES
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin" if media_type == "image/png" else "same-origin"
    return answer


def _drawn(post: Post) -> bytes:
    """Draw title, quantity, price and who is seen to stand behind it, as the public reads it."""
    sheet = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    pen = ImageDraw.Draw(sheet)
    pen.rectangle((0, 0, WIDTH, 24), fill=BARS[post.direction])
    pen.text(
        (EDGE, 64), f"{word(post.direction)} · {word(post.type)}", font=_font(TEXT_SIZE), fill=BARS[post.direction]
    )
    top = 140
    for line in _lines(post.title, _font(TITLE_SIZE)):
        pen.text((EDGE, top), line, font=_font(TITLE_SIZE), fill=NAVY)
        top += TITLE_SIZE + 22
    said = "　".join(part for part in (quantity_text(post), price_text(post)) if part)
    pen.text((EDGE, top + 18), said[:44], font=_font(TEXT_SIZE), fill=INK)
    pen.line((EDGE, HEIGHT - 122, WIDTH - EDGE, HEIGHT - 122), fill="#c5cdd9", width=2)
    foot = f"{face_of(post).label} · {current_app.config['PORTAL'].site_name} · {post.no}"
    pen.text((EDGE, HEIGHT - 96), foot, font=_font(SMALL_SIZE), fill=SOFT)
    out = io.BytesIO()
    sheet.save(out, "PNG")
    return out.getvalue()


def _lines(text: str, font: ImageFont.FreeTypeFont) -> list[str]:
    """Break a title where the sheet ends; Chinese breaks anywhere."""
    lines, rest = [], text
    while rest and len(lines) < MOST_TITLE_LINES:
        length = len(rest)
        while font.getlength(rest[:length]) > WIDTH - 2 * EDGE:
            length -= 1
        lines.append(rest[:length])
        rest = rest[length:]
    return lines


@lru_cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONTS / "NotoSansSC-Regular.ttf"), size)
