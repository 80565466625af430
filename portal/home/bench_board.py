"""What waits on the work bench because of the board: interests to answer, counterparts, posts that end soon."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from flask import url_for

from portal.current import actor
from portal.extensions import db
from portal.home.bench_laboratory import Duty
from portal.i18n import translate
from services.board.queries import interests
from services.board.queries.interests import Box
from services.board.queries.matches import ending_soon, unanswered_matches
from services.board.queries.visibility import reader_of
from services.core import clock
from services.core.messages import N_
from services.core.permissions import Permission


def board_duties(now: datetime) -> Iterator[Duty]:
    """Yield what waits for this person because of the board."""
    who = actor()
    if who.organisation_id is None or not who.may(Permission.INTEREST_SEND):
        return
    session, reader = db.session(), reader_of(db.session(), who, clock.local_day(now))
    count, since, is_late = interests.waiting(session, reader, Box.RECEIVED)
    yield _duty(N_("Interests to answer"), count, "board.interests", since=since, is_late=is_late)
    if reader.associations:
        count, since, is_late = interests.waiting(session, reader, Box.FORWARD)
        yield _duty(N_("Interests to pass on"), count, "board.interests", Box.FORWARD, since=since, is_late=is_late)
        count, since, _ = interests.waiting(session, reader, Box.LATE)
        label = N_("Interests that nobody answered in time")
        yield _duty(label, count, "board.interests", Box.LATE, since=since, is_late=True)
    yield _duty(N_("Counterparts of our posts"), unanswered_matches(session, reader), "board.matches")
    yield _duty(N_("Posts that end soon"), ending_soon(session, reader), "board.mine")


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
