"""The worker carries out what was promised: once in the database, at least once outside of it."""

import logging
import threading
from datetime import timedelta

import pytest
from sqlalchemy import Engine, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from services.core import clock
from services.core.actor import Actor
from services.core.audit import AuditEntry
from services.core.outbox import MOST_ATTEMPTS, OutboxTask, TaskState, wait_after
from services.core.settings import Setting
from services.core.work import Work, working
from services.jobs.leases import LeaseLost, finish, take
from services.jobs.worker import Worker
from services.mail.letters import Letter
from services.mail.server import Undeliverable
from tests.factories.jobs import Remembering, make_task


class Broken(Exception):
    """What a handler of the tests raises."""


def count_one(work: Work, **payload: object) -> None:
    work.session.add(AuditEntry(at=work.now, kind="test.counted", subject_table="outbox_task", facts=payload))


def count_and_fail(work: Work, **payload: object) -> None:
    count_one(work, **payload)
    work.session.flush()
    raise Broken("no luck\0")


def write_letter(_session: Session, *, to: str = "a@example.com", code: str = "") -> Letter:
    return Letter(name="accounts/contact_code", email=to, facts={"code": code})


@pytest.fixture
def postman() -> Remembering:
    return Remembering()


@pytest.fixture
def worker(engine: Engine, postman: Remembering) -> Worker:
    handlers = {"test.count": count_one, "test.fail": count_and_fail}
    letters = {"mail.contact_code": write_letter, "mail.nobody": lambda _session: None}
    return Worker(engine, postman, handlers=handlers, letters=letters, timetable=())


def counted(session: Session) -> int:
    return session.scalar(select(func.count()).where(AuditEntry.kind == "test.counted")) or 0


def again(session: Session, task: OutboxTask) -> OutboxTask:
    session.rollback()
    session.refresh(task)
    return task


def make_due(session: Session) -> None:
    session.execute(update(OutboxTask).values(due_at=clock.now()))
    session.commit()


def test_a_due_task_is_carried_out_and_marked_done_together(worker: Worker, session: Session) -> None:
    task = make_task(session, payload={"n": 1})

    assert worker.turn()
    assert not worker.turn()

    assert again(session, task).state is TaskState.DONE
    assert task.finished_at is not None
    assert task.leased_until is None
    assert counted(session) == 1


def test_a_task_that_is_not_due_waits(worker: Worker, session: Session) -> None:
    make_task(session, due_at=clock.now() + timedelta(minutes=1))
    assert not worker.turn()


def test_a_promise_is_taken_back_with_its_change(worker: Worker, session: Session) -> None:
    def promise_and_fail() -> None:
        with working(session, Actor.system("test")) as work:
            work.session.add(Setting(name="booking.hold_minutes", value=5))
            work.later("test.count")
            work.session.flush()
            raise Broken

    with pytest.raises(Broken):
        promise_and_fail()

    assert not worker.turn()
    assert session.scalars(select(Setting)).all() == []
    assert session.scalars(select(OutboxTask)).all() == []


def test_the_oldest_promise_comes_first(worker: Worker, session: Session) -> None:
    for minutes in (1, 3, 2):
        make_task(session, payload={"minutes": minutes}, due_at=clock.now() - timedelta(minutes=minutes))
    while worker.turn():
        pass
    done = session.scalars(select(AuditEntry.facts).order_by(AuditEntry.id)).all()
    assert [facts["minutes"] for facts in done] == [3, 2, 1]


def test_a_failure_leaves_nothing_and_waits_longer_each_time(worker: Worker, session: Session) -> None:
    task = make_task(session, "test.fail")
    waits = []
    for attempt in range(1, MOST_ATTEMPTS):
        make_due(session)
        assert worker.turn()
        again(session, task)
        assert (task.state, task.attempts) == (TaskState.WAITING, attempt)
        waits.append(round((task.due_at - clock.now()).total_seconds() / 30))

    assert waits == [1, 2, 4, 8, 16, 32, 64]
    assert task.last_error == "Broken: no luck "
    assert counted(session) == 0


def test_the_longest_wait_is_six_hours() -> None:
    assert wait_after(20) == timedelta(hours=6)


def test_after_the_last_attempt_a_task_is_parked(worker: Worker, session: Session) -> None:
    task = make_task(session, "test.fail", attempts=MOST_ATTEMPTS - 1)
    worker.turn()
    assert again(session, task).state is TaskState.PARKED
    assert not worker.turn()


def test_an_unknown_task_is_parked_at_once(worker: Worker, session: Session) -> None:
    task = make_task(session, "test.of_a_newer_version")
    worker.turn()
    assert again(session, task).state is TaskState.PARKED
    assert task.last_error == "UnknownTask: test.of_a_newer_version"


def test_a_payload_that_does_not_fit_does_not_stop_the_others(worker: Worker, session: Session) -> None:
    wrong = make_task(session, "mail.contact_code", payload={"nonsense": 1})
    right = make_task(session)
    while worker.turn():
        pass
    assert again(session, wrong).state is TaskState.WAITING
    assert again(session, right).state is TaskState.DONE


def test_the_task_of_a_dead_worker_comes_back_when_its_lease_lapses(worker: Worker, session: Session) -> None:
    task = make_task(session)
    with working(session, Actor.system("dead")) as work:
        assert take(session, work.now) is not None
    assert not worker.turn()

    session.execute(update(OutboxTask).values(leased_until=clock.now() - timedelta(seconds=1)))
    session.commit()
    assert worker.turn()
    assert again(session, task).state is TaskState.DONE
    assert counted(session) == 1


def test_a_task_that_kills_its_workers_is_parked(worker: Worker, session: Session) -> None:
    past = clock.now() - timedelta(minutes=1)
    task = make_task(session, state=TaskState.RUNNING, leased_until=past, attempts=MOST_ATTEMPTS)
    worker.turn()
    assert again(session, task).state is TaskState.PARKED
    assert task.last_error.startswith("WorkerDied")
    assert counted(session) == 0


def test_who_lost_the_lease_cannot_mark_the_task_done(session: Session) -> None:
    make_task(session)
    with working(session, Actor.system("slow")) as work:
        leased = take(session, work.now)
    assert leased is not None
    with working(session, Actor.system("other")) as work:
        session.execute(update(OutboxTask).values(leased_until=work.now - timedelta(seconds=1)))
        assert take(session, work.now) is not None

    with pytest.raises(LeaseLost), working(session, Actor.system("slow")) as work:
        finish(session, leased, work.now)


def test_a_task_that_was_taken_over_and_then_fails_does_not_stop_the_worker(engine: Engine, session: Session) -> None:
    def lose_the_lease_and_fail(_session: Session) -> Letter:
        with Session(engine) as other, working(other, Actor.system("other")) as work:
            other.execute(update(OutboxTask).values(leased_until=work.now - timedelta(seconds=1)))
            assert take(other, work.now) is not None
        raise Broken

    task = make_task(session, "mail.slow")
    worker = Worker(engine, Remembering(), handlers={}, letters={"mail.slow": lose_the_lease_and_fail}, timetable=())

    assert worker.turn()
    assert again(session, task).state is TaskState.RUNNING
    assert task.attempts == 2


def test_many_workers_do_each_task_once(engine: Engine, postman: Remembering, session: Session, worker: Worker) -> None:
    for number in range(30):
        make_task(session, payload={"number": number})
    handlers = {"test.count": count_one}
    workers = [Worker(engine, postman, handlers=handlers, letters={}, timetable=()) for _ in range(4)]
    start = threading.Barrier(4)

    def run(one: Worker) -> None:
        start.wait(10)
        while one.turn():
            pass

    threads = [threading.Thread(target=run, args=(one,)) for one in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    facts = session.scalars(select(AuditEntry.facts)).all()
    assert sorted(fact["number"] for fact in facts) == list(range(30))


def test_a_letter_is_posted_and_then_marked_done(worker: Worker, session: Session, postman: Remembering) -> None:
    task = make_task(session, "mail.contact_code", payload={"code": "123456"})
    worker.turn()
    assert [letter.email for letter, _ in postman.posted] == ["a@example.com"]
    assert again(session, task).state is TaskState.DONE
    assert task.payload == {}  # the code opens something


def test_a_letter_that_may_have_arrived_is_posted_again_under_the_same_key(
    worker: Worker, session: Session, postman: Remembering
) -> None:
    make_task(session, "mail.contact_code")
    postman.trouble = ConnectionResetError()
    worker.turn()
    postman.trouble = None
    make_due(session)
    worker.turn()
    assert len(postman.posted) == 2
    assert len({key for _, key in postman.posted}) == 1


def test_no_transaction_is_open_while_a_letter_is_posted(
    worker: Worker, session: Session, postman: Remembering, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_task(session, "mail.contact_code")

    def write_meanwhile(*_args: object) -> None:
        with working(session, Actor.system("request")) as work:  # waits for 20 s where the lock is held
            work.session.add(Setting(name="booking.hold_minutes", value=5))

    monkeypatch.setattr(postman, "post", write_meanwhile)
    worker.turn()
    assert session.get(Setting, "booking.hold_minutes") is not None


def test_a_letter_to_nobody_is_done(worker: Worker, session: Session, postman: Remembering) -> None:
    task = make_task(session, "mail.nobody")
    worker.turn()
    assert again(session, task).state is TaskState.DONE
    assert postman.posted == []


def test_what_will_never_arrive_is_parked_at_once(worker: Worker, session: Session, postman: Remembering) -> None:
    task = make_task(session, "mail.contact_code")
    postman.trouble = Undeliverable("the reader is refused (550)")
    worker.turn()
    assert again(session, task).state is TaskState.PARKED


def test_a_database_error_of_a_handler_is_a_failure_like_any_other(engine: Engine, session: Session) -> None:
    def break_a_rule(work: Work) -> None:
        work.session.add_all([Setting(name="x", value=1), Setting(name="x", value=2)])
        with pytest.raises(IntegrityError):
            work.session.flush()
        work.session.flush()

    task = make_task(session, "test.break")
    Worker(engine, Remembering(), handlers={"test.break": break_a_rule}, letters={}, timetable=()).turn()
    assert again(session, task).state is TaskState.WAITING


def test_the_loop_stops_when_told_and_wakes_at_once(engine: Engine, session: Session) -> None:
    worker = Worker(engine, Remembering(), handlers={"test.count": count_one}, letters={}, timetable=())
    stop = threading.Event()
    thread = threading.Thread(target=worker.run, args=(stop,))
    thread.start()
    task = make_task(session)
    worker.wake.set()
    for _ in range(100):
        if again(session, task).state is TaskState.DONE:
            break
        stop.wait(0.05)
    stop.set()
    worker.wake.set()
    thread.join(10)
    assert not thread.is_alive()
    assert task.state is TaskState.DONE


def test_the_log_says_which_task_and_nothing_about_people(
    worker: Worker, session: Session, caplog: pytest.LogCaptureFixture
) -> None:
    make_task(session, "mail.contact_code", payload={"to": "canary@example.com", "code": "424242"})
    make_task(session, "test.fail", payload={"name": "Canary"})
    with caplog.at_level(logging.INFO):
        while worker.turn():
            pass
    written = "\n".join(f"{record.getMessage()} {vars(record)}" for record in caplog.records)
    assert "mail.contact_code" in written
    assert "anary" not in written
    assert "424242" not in written
