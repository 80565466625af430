"""Mail servers misbehave in every way they know; the promise survives, and no letter gets two identities."""

import asyncio
import smtplib
import socket
import time
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP as Conversation
from aiosmtpd.smtp import Envelope
from aiosmtpd.smtp import Session as Caller
from sqlalchemy import Engine, update
from sqlalchemy.orm import Session

from services.core import clock
from services.core.outbox import OutboxTask, TaskState
from services.jobs.worker import Worker
from services.mail.folder import Folder
from services.mail.postman import HousePostman
from services.mail.server import Server
from tests.factories.jobs import make_task

pytestmark = pytest.mark.sqlite_only
TIMEOUT = 0.4


class Mood:
    """How the server behaves at present, and what it has received."""

    def __init__(self) -> None:
        self.rcpt = "250 OK"
        self.data = "250 OK"
        self.hangs = False
        self.drops = False
        self.received: list[EmailMessage] = []

    async def handle_RCPT(
        self, conversation: Conversation, _caller: Caller, envelope: Envelope, address: str, _options: list[Any]
    ) -> str:
        if self.hangs:
            await asyncio.sleep(5 * TIMEOUT)
        if self.rcpt.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(self, conversation: Conversation, _caller: Caller, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        self.received.append(envelope.content)
        if self.drops and conversation.transport is not None:
            conversation.transport.close()
        return self.data


@pytest.fixture
def mood() -> Mood:
    return Mood()


@pytest.fixture
def port(mood: Mood) -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number = probe.getsockname()[1]
    controller = Controller(mood, hostname="127.0.0.1", port=number, ready_timeout=20)
    controller.start()
    yield number
    controller.stop()


@pytest.fixture
def worker(engine: Engine, port: int, tmp_path: Path) -> Worker:
    return make_worker(engine, port, tmp_path)


def make_worker(engine: Engine, port: int, folder: Path) -> Worker:
    server = Server("127.0.0.1", port, timeout=TIMEOUT)
    postman = HousePostman("portal@example.com", "平台", "http://localhost", Folder(folder / "mail"), server)
    return Worker(engine, postman, handlers={}, timetable=())


def promise(session: Session) -> OutboxTask:
    payload = {"contact": "a@example.com", "code": "123456", "minutes": 15}
    return make_task(session, "mail.contact_code", payload=payload)


def state_of(session: Session, task: OutboxTask) -> TaskState:
    session.rollback()
    session.refresh(task)
    return task.state


def try_again(session: Session, worker: Worker) -> None:
    session.execute(update(OutboxTask).values(due_at=clock.now() - timedelta(seconds=1)))
    session.commit()
    worker.turn()


def test_a_letter_reaches_the_server(session: Session, worker: Worker, mood: Mood) -> None:
    task = promise(session)
    worker.turn()
    assert state_of(session, task) is TaskState.DONE
    (content,) = mood.received
    assert b"Message-ID: <" in content
    assert b"To: a@example.com" in content


@pytest.mark.parametrize("answer", ["450 mailbox busy", "421 shutting down"])
def test_a_reader_who_is_not_accepted_now_is_tried_later(
    session: Session, worker: Worker, mood: Mood, answer: str
) -> None:
    task = promise(session)
    mood.rcpt = answer
    worker.turn()
    assert state_of(session, task) is TaskState.WAITING
    mood.rcpt = "250 OK"
    try_again(session, worker)
    assert state_of(session, task) is TaskState.DONE


def test_a_reader_who_is_refused_is_parked_at_once(session: Session, worker: Worker, mood: Mood) -> None:
    task = promise(session)
    mood.rcpt = "550 no such user a@example.com"
    worker.turn()
    assert state_of(session, task) is TaskState.PARKED
    assert task.last_error == "Undeliverable: the reader is refused (550)"


def test_a_letter_that_is_refused_is_parked_at_once(session: Session, worker: Worker, mood: Mood) -> None:
    task = promise(session)
    mood.data = "554 looks like spam"
    worker.turn()
    assert state_of(session, task) is TaskState.PARKED


def test_a_letter_that_is_not_taken_now_is_tried_later(session: Session, worker: Worker, mood: Mood) -> None:
    task = promise(session)
    mood.data = "451 later"
    worker.turn()
    assert state_of(session, task) is TaskState.WAITING


def test_a_server_that_hangs_costs_its_timeout_and_no_more(session: Session, worker: Worker, mood: Mood) -> None:
    task = promise(session)
    mood.hangs = True
    began = time.monotonic()
    worker.turn()
    assert time.monotonic() - began < 4 * TIMEOUT
    assert state_of(session, task) is TaskState.WAITING


def test_a_letter_whose_receipt_got_lost_comes_again_under_its_message_id(
    session: Session, worker: Worker, mood: Mood
) -> None:
    task = promise(session)
    mood.drops = True
    worker.turn()
    assert state_of(session, task) is TaskState.WAITING
    mood.drops = False
    try_again(session, worker)

    assert state_of(session, task) is TaskState.DONE
    ids = {line for content in mood.received for line in content.splitlines() if line.startswith(b"Message-ID")}
    assert len(mood.received) == 2
    assert len(ids) == 1


def test_a_server_that_is_away_is_tried_later(session: Session, engine: Engine, tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        closed = probe.getsockname()[1]
    task = promise(session)
    make_worker(engine, closed, tmp_path).turn()
    assert state_of(session, task) is TaskState.WAITING
    assert task.last_error.startswith("ConnectionRefusedError")


def test_a_password_that_is_wrong_is_tried_later(port: int) -> None:
    server = Server("127.0.0.1", port, user="portal", password="wrong", timeout=TIMEOUT)
    with pytest.raises(smtplib.SMTPException):
        server.send(EmailMessage())
