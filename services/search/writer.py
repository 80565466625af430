"""Who may write the index: one process at a time, by a lease in the database."""

from __future__ import annotations

import os
import secrets
import socket
from datetime import timedelta

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from services.core.actor import Actor
from services.core.insertion import insert_unless_taken
from services.core.work import working
from services.search.models import IndexState

LEASE = timedelta(minutes=5)
ACTOR = Actor.system("index")


class Writer:
    """A process that writes the index, or waits until the one that does has stopped."""

    def __init__(self, database: Engine) -> None:
        self._database = database
        self.name = f"{socket.gethostname()}/{os.getpid()}/{secrets.token_hex(4)}"

    def hold(self) -> bool:
        """Take the lease, or lengthen it; False while another writer has it."""
        with Session(self._database) as session, working(session, ACTOR) as work:
            insert_unless_taken(session, IndexState, id=1, holder="", rebuild_done=0, rebuild_total=0, last_error="")
            state = session.get_one(IndexState, 1, with_for_update=True)
            free = state.held_until is None or state.held_until < work.now or self._has_died(state.holder)
            if state.holder != self.name and not free:
                return False
            state.holder, state.held_until = self.name, work.now + LEASE
        return True

    def note(self, **values: object) -> None:
        """Write down how the index stands, and lengthen the lease."""
        with Session(self._database) as session, working(session, ACTOR) as work:
            state = session.get_one(IndexState, 1, with_for_update=True)
            if state.holder == self.name:
                state.held_until = work.now + LEASE
                for name, value in values.items():
                    setattr(state, name, value)

    def release(self) -> None:
        """Let another writer begin at once."""
        with Session(self._database) as session, working(session, ACTOR):
            state = session.get(IndexState, 1, with_for_update=True)
            if state is not None and state.holder == self.name:
                state.held_until = None

    def _has_died(self, holder: str) -> bool:
        """Whether the holder was a process of this machine that is no more, or had the number that this one has now."""
        host, _, rest = holder.partition("/")
        number = rest.partition("/")[0]
        if host != socket.gethostname() or not number.isdigit():
            return False
        if int(number) == os.getpid():
            return True
        try:
            os.kill(int(number), 0)
        except ProcessLookupError:
            return True
        except OSError:
            return False
        return False
