"""What is done again and again is done by one worker at a time, at the times that the database holds."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session

from services.core import clock
from services.core.actor import Actor
from services.core.audit import AuditEntry
from services.core.work import Work, working
from services.jobs.handlers import HANDLERS
from services.jobs.models import TimetableEntry
from services.jobs.timetable import TIMETABLE, Every, due_tasks, enter, take_entry
from services.jobs.worker import Worker
from tests.factories.jobs import Remembering

TABLE = (Every(minutes=5, task="test.sweep"),)


def sweep(work: Work) -> None:
    work.session.add(AuditEntry(at=work.now, kind="test.swept", subject_table="timetable_entry"))


def fail(_work: Work) -> None:
    raise RuntimeError("no luck")


def make_worker(engine: Engine, handler=sweep) -> Worker:
    return Worker(engine, Remembering(), handlers={"test.sweep": handler}, letters={}, timetable=TABLE)


@pytest.fixture(autouse=True)
def entered(session: Session) -> None:
    with working(session, Actor.system("test")) as work:
        enter(session, TABLE, work.now)


def swept(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count()).where(AuditEntry.kind == "test.swept")) or 0


def move(session: Session, **by: float) -> None:
    session.execute(update(TimetableEntry).values(due_at=clock.now() + timedelta(**by)))
    session.commit()


def test_a_new_entry_is_due_at_once_and_then_after_its_interval(engine: Engine, session: Session) -> None:
    worker = make_worker(engine)
    worker.turn()
    worker.turn()
    assert swept(session) == 1

    entry = session.get_one(TimetableEntry, "test.sweep")
    assert entry.last_run_at is not None
    assert entry.due_at == entry.last_run_at + timedelta(minutes=5)

    move(session, seconds=-1)
    worker.turn()
    assert swept(session) == 2


def test_entering_it_again_keeps_the_due_time(session: Session) -> None:
    move(session, minutes=3)
    before = session.get_one(TimetableEntry, "test.sweep").due_at
    with working(session, Actor.system("test")) as work:
        enter(session, TABLE, work.now)
    assert session.get_one(TimetableEntry, "test.sweep").due_at == before


def test_workers_that_look_together_run_it_once(engine: Engine, session: Session) -> None:
    start = threading.Barrier(4)

    def look() -> None:
        start.wait(10)
        make_worker(engine).turn()

    threads = [threading.Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert swept(session) == 1


def test_who_looked_at_the_clock_before_another_ran_it_does_not_run_it_again(session: Session) -> None:
    looked_at, every = clock.now(), TABLE[0]
    assert take_entry(session, every, looked_at + timedelta(seconds=20)) is not None
    session.commit()

    assert take_entry(session, every, looked_at) is None
    assert due_tasks(session, TABLE, looked_at) == []


def test_a_failure_is_kept_for_staff_and_tried_at_the_next_time(engine: Engine, session: Session) -> None:
    make_worker(engine, fail).turn()
    session.rollback()
    entry = session.get_one(TimetableEntry, "test.sweep")
    assert entry.last_error == "RuntimeError: no luck"
    assert entry.due_at > clock.now() + timedelta(minutes=4)

    move(session, seconds=-1)
    make_worker(engine).turn()
    session.rollback()
    session.refresh(entry)
    assert entry.last_error == ""


def test_a_clock_that_was_set_back_does_not_stop_it(engine: Engine, session: Session) -> None:
    move(session, days=1)
    make_worker(engine).turn()
    assert swept(session) == 1


def test_every_task_of_the_timetable_has_a_handler() -> None:
    assert {every.task for every in TIMETABLE} <= set(HANDLERS)


def test_the_timetable_runs_on_an_empty_portal(engine: Engine, session: Session) -> None:
    with working(session, Actor.system("test")) as work:
        enter(session, TIMETABLE, work.now)
    Worker(engine, Remembering()).turn()
    session.rollback()
    errors = session.scalars(select(TimetableEntry.last_error).where(TimetableEntry.task != "test.sweep")).all()
    assert errors == [""] * len(TIMETABLE)
