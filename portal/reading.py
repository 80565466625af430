"""On whose behalf posts are read in this request."""

from __future__ import annotations

from flask import g

from portal.current import actor
from portal.extensions import db
from services.board.queries.visibility import Reader, reader_of
from services.core import clock


def reader() -> Reader:
    """Return the reader behind this request; asked for once."""
    if "reader" not in g:
        g.reader = reader_of(db.session(), actor(), clock.local_day(clock.now()))
    return g.reader


def the_public() -> Reader:
    """Return the reader that everybody is: for feeds, and for what other sites show of a post."""
    return Reader(None, clock.local_day(clock.now()))
