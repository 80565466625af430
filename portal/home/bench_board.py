"""What waits on the work bench because of the board: interests to answer, counterparts, posts that end soon."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from flask import url_for

from portal.current import actor
from portal.extensions import db
from portal.home.bench_laboratory import Duty
from portal.i18n import translate
from portal.reading import reader
from services.board.queries import interests
from services.board.queries.desk import Queue, queue_counts
from services.board.queries.interests import Box
from services.board.queries.matches import ending_soon, unanswered_matches
from services.core.messages import N_
from services.core.permissions import Permission


def board_duties() -> Iterator[Duty]:
    """Yield what waits for this person because of the board."""
    session, who = db.session(), reader()
    if actor().may(Permission.POST_REVIEW):
        yield _duty(N_("Posts to review"), queue_counts(session, who)[Queue.WAITING], "board.desk")
    if actor().organisation_id is None or not actor().may(Permission.INTEREST_SEND):
        return
    count, since, is_late = interests.waiting(session, who, Box.RECEIVED)
    yield _duty(N_("Interests to answer"), count, "board.interests", since=since, is_late=is_late)
    if who.associations:
        count, since, is_late = interests.waiting(session, who, Box.FORWARD)
        yield _duty(N_("Interests to pass on"), count, "board.interests", Box.FORWARD, since=since, is_late=is_late)
        count, since, _ = interests.waiting(session, who, Box.LATE)
        label = N_("Interests that nobody answered in time")
        yield _duty(label, count, "board.interests", Box.LATE, since=since, is_late=True)
    yield _duty(N_("Counterparts of our posts"), unanswered_matches(session, who), "board.matches")
    yield _duty(N_("Posts that end soon"), ending_soon(session, who), "board.mine")


def _duty(
    label: str,
    count: int,
    endpoint: str,
    box: Box | None = None,
    *,
    since: datetime | None = None,
    is_late: bool = False,
) -> Duty:
    address = url_for(endpoint, box=box.value) if box is not None else url_for(endpoint)
    return Duty(translate(label), count, address, since, is_late)
