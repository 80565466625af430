"""A worker that the test kills: ``python -m tests.services.jobs.doomed_worker DATABASE_URL FILE``.

Each task ``test.count`` adds an audit entry; each letter adds a line with its key to FILE.
"""

import sys
import threading
import time
from datetime import datetime
from pathlib import Path

from services.core.audit import AuditEntry
from services.core.engine import make_engine
from services.core.work import Work
from services.jobs.worker import Worker
from services.mail.letters import Letter


def count(work: Work, *, number: int) -> None:
    work.session.add(AuditEntry(at=work.now, kind="test.counted", subject_table="x", subject_id=number))
    work.session.flush()
    time.sleep(0.003)  # wide enough to be hit


class LinePostman:
    """Writes a line for each letter; a line is there as a whole or not at all."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def post(self, letter: Letter, key: str, at: datetime) -> None:
        with self.path.open("ab", buffering=0) as file:
            file.write(f"{letter.facts['number']} {key}\n".encode())
        time.sleep(0.003)


def make_doomed_worker(url: str, path: Path) -> Worker:
    return Worker(
        make_engine(url),
        LinePostman(path),
        handlers={"test.count": count},
        letters={"mail.count": lambda _session, *, number: Letter(name="x", facts={"number": number})},
        timetable=(),
    )


if __name__ == "__main__":
    make_doomed_worker(sys.argv[1], Path(sys.argv[2])).run(threading.Event())
