"""The worker loop. Several workers may run, in the web process and elsewhere; killing one loses nothing.

A task that changes the database is carried out in the transaction that marks it done, so its effect comes exactly
once. A letter is composed from the database, posted while no transaction is open, and marked done afterwards: when the
worker dies between the two it is posted again, under the same Message-ID.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from services.core import clock
from services.core.actor import Actor
from services.core.outbox import MOST_ATTEMPTS
from services.core.work import working
from services.jobs.handlers import HANDLERS, Handler
from services.jobs.leases import Leased, LeaseLost, finish, next_due, put_back, take
from services.jobs.timetable import TIMETABLE, Every, due_tasks, enter, take_entry
from services.mail.composing import LETTERS, SECRET, Composer
from services.mail.postman import Postman, message_key
from services.mail.server import Undeliverable

log = logging.getLogger(__name__)

ACTOR = Actor.system("worker")
PAUSE = 1.0  # seconds between two looks at an empty outbox
AFTER_TROUBLE = 5.0  # seconds to wait when the database does not answer


class UnknownTask(Exception):
    """No handler has this name; the task is parked until a version that knows it runs."""


class WorkerDied(Exception):
    """Every attempt ended with the death of its worker: the task itself is the likely cause."""


class Worker:
    """Carries out due tasks, one after the other, until it is told to stop."""

    def __init__(
        self,
        engine: Engine,
        postman: Postman,
        *,
        handlers: Mapping[str, Handler] = HANDLERS,
        letters: Mapping[str, Composer] = LETTERS,
        timetable: tuple[Every, ...] = TIMETABLE,
    ) -> None:
        self.wake = threading.Event()
        self._engine = engine
        self._postman = postman
        self._handlers = handlers
        self._letters = letters
        self._timetable = timetable

    def run(self, stop: threading.Event) -> None:
        """Work until ``stop`` is set; the task in hand is finished first."""
        log.info("worker started")
        entered = False
        while not stop.is_set():
            self.wake.clear()
            try:
                entered = entered or self._enter_timetable()
                busy = self.turn()
            except DBAPIError as error:
                log.error("the database does not answer", extra={"error": type(error.orig).__name__})
                stop.wait(AFTER_TROUBLE)
                continue
            if not busy:
                self.wake.wait(PAUSE)
        log.info("worker stopped")

    def turn(self) -> bool:
        """Run what the timetable has due, then one task; tell whether there was a task."""
        with Session(self._engine) as session:
            due = due_tasks(session, self._timetable, clock.now())
            session.rollback()
            for every in due:
                self._keep_appointment(session, every)
            leased = self._next_task(session)
            if leased is not None:
                self._carry_out(session, leased)
        return leased is not None

    def _enter_timetable(self) -> bool:
        with Session(self._engine) as session, working(session, ACTOR) as work:
            enter(session, self._timetable, work.now)
        return True

    def _next_task(self, session: Session) -> Leased | None:
        """Look without the write lock first; nearly always there is nothing to do."""
        found = session.scalar(next_due(clock.now()))
        session.rollback()
        if found is None:
            return None
        with working(session, ACTOR) as work:
            return take(session, work.now)

    def _carry_out(self, session: Session, leased: Leased) -> None:
        facts = {"task": leased.task, "task_id": leased.id, "attempt": leased.attempts}
        try:
            self._do(session, leased)
        except LeaseLost:
            log.warning("task taken over by another worker", extra=facts)
        except Exception as error:  # whatever a task raises, the others go on
            park = isinstance(error, UnknownTask | Undeliverable | WorkerDied)
            state = self._put_back(session, leased, error, park=park)
            log.warning("task failed", extra=facts | {"state": state, "error": type(error).__name__})
        else:
            log.info("task done", extra=facts)

    def _put_back(self, session: Session, leased: Leased, error: Exception, *, park: bool) -> str:
        try:
            with working(session, ACTOR) as work:
                return put_back(session, leased, work.now, f"{type(error).__name__}: {error}", park=park).value
        except LeaseLost:
            return "taken over"  # by another worker, who has the say now

    def _do(self, session: Session, leased: Leased) -> None:
        if leased.attempts > MOST_ATTEMPTS:
            raise WorkerDied
        if leased.task in self._letters:
            self._post(session, leased)
        elif leased.task in self._handlers:
            with working(session, ACTOR) as work:
                finish(session, leased, work.now)  # first: it locks the row and tells whether the lease still holds
                self._handlers[leased.task](work, **leased.payload)
        else:
            raise UnknownTask(leased.task)

    def _post(self, session: Session, leased: Leased) -> None:
        letter = self._letters[leased.task](session, **leased.payload)
        session.rollback()  # nobody waits for a mail server with a transaction open
        if letter is not None:
            self._postman.post(letter, message_key(leased.id, leased.created_at), leased.created_at)
        with working(session, ACTOR) as work:
            finish(session, leased, work.now, forget=leased.task in SECRET)

    def _keep_appointment(self, session: Session, every: Every) -> None:
        try:
            with working(session, ACTOR) as work:
                entry = take_entry(session, every, work.now)
                if entry is not None:
                    entry.last_error = ""
                    self._handlers[every.task](work)
        except Exception as error:  # the next run may do better, and the tasks below must not wait for it
            log.warning("timetable failed", extra={"task": every.task, "error": type(error).__name__})
            with working(session, ACTOR) as work:
                entry = take_entry(session, every, work.now)
                if entry is not None:
                    entry.last_error = f"{type(error).__name__}: {error}"
