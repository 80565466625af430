"""Opening day: a few registrations are in work at once, the others queue by number, and nothing typed is lost.

Whoever finds the door full is answered at once with a small page that carries what was sent, and knocks again by itself.
Its ticket keeps the place in the queue, so that whoever came first is let in first (docs/decisions/0016).
"""

from __future__ import annotations

import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from itertools import takewhile
from math import ceil
from threading import Lock
from typing import Any

from flask import Response, current_app, make_response, request
from flask_babel import force_locale

from portal.i18n import chosen_locale

TICKET = "ticket"
AWAY, FORGOTTEN = 15.0, 120.0
"""Seconds unseen after which somebody holds up nobody, and after which the place is lost."""
MOST = 5_000
SOONEST, LATEST, A_SECOND = 0.5, 10.0, 10
"""Somebody knocks again after that many seconds at least and at most, and between them after one for so many people before.

Only whoever knocks is let in: were the first in the queue to knock seldom, the places would stand empty until they do.
"""

View = Callable[..., Any]


@dataclass(frozen=True)
class Queued:
    """A place in the queue before the door."""

    ticket: str
    ahead: int

    @property
    def seconds(self) -> float:
        """When to knock again."""
        return round(min(LATEST, max(SOONEST, self.ahead / A_SECOND)), 1)


class Door:
    """Lets at most ``places`` people in at once, in the order in which they came."""

    def __init__(self, places: int, moment: Callable[[], float] = time.monotonic) -> None:
        self._places = places
        self._moment = moment
        self._inside = 0
        self._seen: OrderedDict[str, float] = OrderedDict()
        self._lock = Lock()

    @contextmanager
    def entered(self, ticket: str) -> Iterator[Queued | None]:
        """Be inside for the block, with None; or be told the place in the queue, and be outside."""
        queued = self._knock(ticket)
        try:
            yield queued
        finally:
            if queued is None:
                with self._lock:
                    self._inside -= 1

    def _knock(self, ticket: str) -> Queued | None:
        with self._lock:
            now = self._moment()
            for one in [one for one, seen in self._seen.items() if now - seen > FORGOTTEN]:
                del self._seen[one]
            before = takewhile(lambda one: one[0] != ticket, self._seen.items())
            ahead = sum(now - seen <= AWAY for _, seen in before)
            if self._inside + ahead < self._places:
                self._seen.pop(ticket, None)
                self._inside += 1
                return None
            if ticket not in self._seen:
                if len(self._seen) >= MOST:
                    return Queued("", ahead)
                ticket = secrets.token_urlsafe(12)
            self._seen[ticket] = now
            return Queued(ticket, ahead)


def paced(view: View) -> View:
    """Let few requests at once into a view; the others wait on a page that knocks again. Stands below the audience.

    What brings a file is let in at any time, for the page could not carry it.
    """

    @wraps(view)
    def answer(*args: Any, **kwargs: Any) -> Any:
        if request.files:
            return view(*args, **kwargs)
        with _door().entered(request.values.get(TICKET, "")) as queued:
            return view(*args, **kwargs) if queued is None else _waiting_page(queued)

    return answer


def _door() -> Door:
    """Return the door of this process: half of its threads may be inside, the others serve the waiting and the rest."""
    threads = current_app.config["PORTAL"].threads
    door: Door = current_app.extensions.setdefault("registration_door", Door(max(1, threads // 2)))
    return door


def _waiting_page(queued: Queued) -> Response:
    """Render the page without the frame, which would ask the database."""
    kept = request.form if request.method == "POST" else request.args
    typed = [(name, value) for name, value in kept.items(multi=True) if name != TICKET]
    with force_locale(chosen_locale()):
        template = current_app.jinja_env.get_template("training/rush.html")
        page = template.render(
            queued=queued, typed=typed, method=request.method.lower(), path=request.path, locale=chosen_locale()
        )
    response = make_response(page)
    response.headers["Retry-After"] = str(ceil(queued.seconds))
    return response
