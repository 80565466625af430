"""Workers are killed in the middle of their work: nothing is lost, and the database sees each effect once."""

import random
import subprocess
import sys
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from services.core import clock
from services.core.actor import Actor
from services.core.audit import AuditEntry
from services.core.outbox import OutboxTask, TaskState
from services.core.work import working
from tests.rules.python_rules import ROOT
from tests.services.jobs.doomed_worker import make_doomed_worker

TASKS = 60
PATIENCE = 60


def run_and_kill(url: str, lines: Path, more: int) -> None:
    """Start two workers and end both without a word once ``more`` further letters are out."""
    command = [sys.executable, "-m", "tests.services.jobs.doomed_worker", url, str(lines)]
    workers = [subprocess.Popen(command, cwd=ROOT) for _ in range(2)]
    wanted, end = length(lines) + more, time.monotonic() + PATIENCE
    try:
        while length(lines) < wanted and time.monotonic() < end:
            time.sleep(0.002)
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()


def length(lines: Path) -> int:
    return len(lines.read_bytes().splitlines()) if lines.exists() else 0


def test_killed_workers_lose_nothing_and_repeat_nothing_in_the_database(
    database_url: str, session: Session, tmp_path: Path, race_rounds: int
) -> None:
    lines, now = tmp_path / "letters", clock.now()
    for number in range(TASKS):
        for task in ("test.count", "mail.count"):
            session.add(OutboxTask(task=task, payload={"number": number}, created_at=now, due_at=now))
    session.commit()

    unfinished = select(func.count()).where(OutboxTask.state != TaskState.DONE)
    hit = rounds = 0
    while rounds < min(race_rounds // 4, 8) or (hit == 0 and rounds < 10):
        rounds += 1
        run_and_kill(database_url, lines, more=random.randint(1, 5))
        with working(session, Actor.system("test")):
            held = update(OutboxTask).where(OutboxTask.state == TaskState.RUNNING)
            hit += session.execute(held.values(leased_until=now - timedelta(seconds=1))).rowcount
        if session.scalar(unfinished) == 0:
            break
    last = make_doomed_worker(database_url, lines)
    while last.turn():
        pass
    last._engine.dispose()

    session.rollback()  # forget the snapshot
    assert session.scalar(unfinished) == 0
    counted = Counter(session.scalars(select(AuditEntry.subject_id)))
    assert counted == Counter(range(TASKS))
    keys: dict[str, set[str]] = {}
    for line in lines.read_text().splitlines():
        number, key = line.split()
        keys.setdefault(number, set()).add(key)
    assert set(keys) == {str(number) for number in range(TASKS)}
    assert all(len(found) == 1 for found in keys.values())  # a letter that came twice says that it is the same
    assert hit > 0, "no worker was hit in the middle of a task"
