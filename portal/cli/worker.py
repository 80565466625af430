"""``portal worker``: carry out promised tasks in a process of its own."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import click

from portal.cli.search import make_indexer
from portal.cli.start import chosen_settings, opened, write_log
from portal.config import Settings
from services.core.database import head, revision_of
from services.jobs.worker import Worker
from services.mail.postman import make_postman
from services.search.indexing import Indexer

GRACE = 20  # seconds for what is being done when the process is told to stop


def make_worker(settings: Settings, engine) -> Worker:
    """Return the worker of this installation."""
    postman = make_postman(
        smtp_url=settings.smtp_url,
        folder=settings.letters,
        sender=settings.mail_from,
        site_name=settings.site_name,
        base_url=settings.base_url,
    )
    return Worker(engine, postman)


@contextmanager
def beside(loop: Worker | Indexer, stop: threading.Event, name: str) -> Iterator[None]:
    """Run ``loop`` in a thread of its own; at the end of the block it is told to stop, and finishes what it does."""
    thread = threading.Thread(target=loop.run, args=(stop,), name=name)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        loop.wake.set()
        thread.join(GRACE)


def on_stop_signal(react) -> None:
    """Call ``react`` once the process is asked to stop (SIGTERM, Ctrl-C)."""

    def handle(_number: int, _frame: FrameType | None) -> None:
        react()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, handle)


@click.command()
def worker() -> None:
    """Carry out what was promised: letters, expiry of holds, reminders, the search index. Several workers may run."""
    settings, stop = chosen_settings(), threading.Event()
    write_log()
    with opened(settings) as engine:
        if revision_of(engine) != head():
            raise click.ClickException("The database is not up to date. Run: portal database upgrade")
        worker = make_worker(settings, engine)
        on_stop_signal(lambda: (stop.set(), worker.wake.set()))
        with beside(make_indexer(settings, engine), stop, "index"):
            worker.run(stop)
