"""The portal starts with one command, beside another start if need be, and stops without cutting anybody off."""

import json
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from waitress.server import create_server

from portal.cli.run import serve
from portal.cli.start import JsonLines
from services.core import clock
from services.core.engine import make_engine
from services.core.outbox import OutboxTask, TaskState
from tests.plumbing.browser import answers, free_port

PATIENCE = 60
COMMAND = str(Path(sys.executable).with_name("portal"))


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Return a function that starts the installed command on an instance of its own."""
    started: list[subprocess.Popen[bytes]] = []

    def start_one(*words: str, **settings: object) -> subprocess.Popen[bytes]:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
        environment |= {"PORTAL_INSTANCE": str(tmp_path / "instance")}
        environment |= {f"PORTAL_{name}": str(value) for name, value in settings.items()}
        output = (tmp_path / f"output-{len(started)}").open("wb")
        started.append(subprocess.Popen([COMMAND, *words], env=environment, stdout=output, stderr=output))
        output.close()
        return started[-1]

    yield start_one
    for process in started:
        if process.poll() is None:
            process.kill()
        process.wait()


def wait_for(true: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, "waited for too long"
        time.sleep(0.05)


def output(tmp_path: Path, number: int = 0) -> str:
    return (tmp_path / f"output-{number}").read_text(encoding="utf-8")


def stopped(process: subprocess.Popen[bytes]) -> int:
    process.send_signal(signal.SIGTERM)
    return process.wait(PATIENCE)


def test_one_command_serves_and_carries_out_what_was_promised(start, tmp_path: Path) -> None:
    port = free_port()
    process = start("run", PORT=port)
    wait_for(lambda: answers(f"http://127.0.0.1:{port}/readyz"))
    payload = {"contact": "a@example.com", "code": "123456", "minutes": 15}
    engine = make_engine(f"sqlite:///{tmp_path / 'instance' / 'portal.db'}")
    with Session(engine) as session:
        now = clock.now()
        session.add(OutboxTask(task="mail.contact_code", payload=payload, created_at=now, due_at=now))
        session.commit()
        wait_for(lambda: list((tmp_path / "instance" / "mail").glob("*.eml")) != [])
        wait_for(lambda: _state(session) is TaskState.DONE)
    engine.dispose()

    assert stopped(process) == 0
    lines = output(tmp_path)
    assert f"http://127.0.0.1:{port}" in lines
    assert lines.rstrip().endswith("The portal has stopped.")
    events = [json.loads(line) for line in lines.splitlines() if line.startswith("{")]
    assert {"worker started", "task done", "worker stopped"} <= {event["event"] for event in events}
    assert "123456" not in lines


def _state(session: Session) -> TaskState:
    session.rollback()
    return session.scalars(select(OutboxTask.state).where(OutboxTask.task == "mail.contact_code")).one()


def test_two_starts_on_an_empty_folder_prepare_it_once(start, tmp_path: Path) -> None:
    ports = free_port(), free_port()
    processes = [start("run", "--no-worker", PORT=port) for port in ports]
    for port in ports:
        wait_for(lambda port=port: answers(f"http://127.0.0.1:{port}/readyz"))
    assert [stopped(process) for process in processes] == [0, 0]
    assert "Traceback" not in output(tmp_path, 0) + output(tmp_path, 1)


def test_a_port_that_is_taken_is_named(start, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert start("run", PORT=port).wait(PATIENCE) == 1
    assert f"Error: 127.0.0.1:{port} cannot be opened" in output(tmp_path)
    assert "Choose another PORTAL_PORT." in output(tmp_path)


class SlowPortal:
    """A server whose only answer takes until it is let go."""

    def __init__(self) -> None:
        self.asked, self.go, self.stop = threading.Event(), threading.Event(), threading.Event()
        self.channels: dict = {}
        self.server = create_server(self.answer, map=self.channels, host="127.0.0.1", port=0, threads=2)
        self.port = int(self.server.effective_port)
        self.thread = threading.Thread(target=serve, args=(self.server, self.channels, self.stop))
        self.thread.start()

    def answer(self, _environment, start_response):
        self.asked.set()
        self.go.wait(10)
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"finished" * 50_000]

    def close(self) -> None:
        self.go.set()
        self.stop.set()
        self.thread.join(30)
        self.server.trigger.close()
        for channel in list(self.channels.values()):
            channel.close()


@pytest.fixture
def slow() -> Iterator[SlowPortal]:
    portal = SlowPortal()
    yield portal
    portal.close()


def test_a_request_that_is_being_answered_is_answered_to_its_end(slow: SlowPortal) -> None:
    answer: list[bytes] = []

    def ask() -> None:
        with urllib.request.urlopen(f"http://127.0.0.1:{slow.port}/", timeout=20) as response:
            answer.append(response.read())

    asking = threading.Thread(target=ask)
    asking.start()
    assert slow.asked.wait(10)
    slow.stop.set()
    wait_for(lambda: is_closed(slow.port))
    slow.go.set()
    asking.join(20)
    slow.thread.join(20)
    assert answer == [b"finished" * 50_000]
    assert not slow.thread.is_alive()


def is_closed(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return True
    return False


def test_a_log_line_is_one_line_whatever_it_says() -> None:
    record = logging.makeLogRecord(
        {"msg": "a\nb \x1b[31m %s", "args": ("中文\u2028",), "name": "x", "levelname": "INFO"}
    )
    record.task_id = 7
    try:
        raise ZeroDivisionError("first\nsecond")
    except ZeroDivisionError:
        record.exc_info = sys.exc_info()
    line = JsonLines().format(record)
    assert len(line.splitlines()) == 1
    assert "\x1b" not in line
    event = json.loads(line)
    assert event["event"] == "a\nb \x1b[31m 中文\u2028"
    assert event["task_id"] == 7
    assert "ZeroDivisionError" in event["trace"]
