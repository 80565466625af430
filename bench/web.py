"""Pages and bookings over real HTTP, beside a bare Flask application of the same size on the same server software."""

from __future__ import annotations

import http.client
import json
import os
import re
import secrets
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from time import perf_counter, sleep
from typing import Any
from urllib.parse import urlencode

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from bench.bookings import Course, book, last_ids, rows_since
from bench.measure import Ratio
from portal.app import create_app
from portal.config import Settings
from services.accounts.models import SignIn
from services.accounts.rules import token_hash
from services.catalogue.models import ServiceModule
from services.core import clock

CLIENTS, SECONDS = 4, 6.0
TICKS = os.sysconf("SC_CLK_TCK")
ROOT = Path(__file__).resolve().parent.parent


@dataclass
class Server:
    """A running server and the processor time it has used."""

    port: int
    process: subprocess.Popen[bytes]

    def processor_seconds(self) -> float:
        """Return the processor time of the process so far; 0 where the system does not tell."""
        path = Path(f"/proc/{self.process.pid}/stat")
        if not path.exists():
            return 0.0
        fields = path.read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS


@dataclass(frozen=True)
class Load:
    """What a load came to."""

    per_second: float
    processor_ms: float


@contextmanager
def serving(command: list[str], environment: dict[str, str], port: int) -> Iterator[Server]:
    """Run a server until the block ends."""
    process = subprocess.Popen(
        command, cwd=ROOT, env=os.environ | environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait_for(port, process)
        yield Server(port, process)
    finally:
        process.terminate()
        process.wait(timeout=30)


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        sleep(0.1)
    raise RuntimeError("the server does not answer")


Turn = Callable[[http.client.HTTPConnection, int], None]


def load(server: Server, turn: Turn, *, seconds: float = SECONDS, clients: int = CLIENTS) -> Load:
    """Let ``clients`` take turns for ``seconds`` and return turns per second and processor time per turn."""
    numbers = iter(range(10**9))
    counts = [0] * clients
    end = perf_counter() + seconds
    before, begun = server.processor_seconds(), perf_counter()

    def client(place: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        while perf_counter() < end:
            turn(connection, next(numbers))
            counts[place] += 1
        connection.close()

    threads = [threading.Thread(target=client, args=(place,)) for place in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took, done = perf_counter() - begun, sum(counts)
    return Load(done / took, (server.processor_seconds() - before) * 1000 / max(done, 1))


def getting(path: str, *, anew: bool = False) -> Turn:
    """Return the turn that gets a page; ``anew`` asks at another address each time, so that no kept page answers."""

    def turn(connection: http.client.HTTPConnection, number: int) -> None:
        connection.request("GET", f"{path}?anew={number}" if anew else path)
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{path} answered {answer.status}")

    return turn


def measure(engine: Engine, settings: Settings, course: Course) -> Iterator[Ratio]:
    """Yield the ratios of the catalogue page, the week grid and a booking, in answers and in processor time."""
    app = create_app(settings)
    browser = Browser(app, engine, course)
    code, resource = browser.codes()
    paths = {"catalogue page": "/services", "week grid": f"/bookings/week/{resource}"}
    sizes = {name: browser.size(path) for name, path in paths.items()}
    plan = settings.instance / "plan.json"
    plan.write_text(json.dumps({"rows": _booking_rows(engine, course)}))
    ports = free_port(), free_port()
    ours = [sys.executable, "-c", "from portal.cli import main; main()", "run", "--no-worker"]
    bare = [sys.executable, "-m", "bench.bare", str(ports[1]), settings.database_url, str(plan)]
    environment = environment_of(settings, ports[0])
    with serving(ours, environment, ports[0]) as portal, serving(bare, {}, ports[1]) as other:
        for name, path in paths.items():
            yield from _pages(name, portal, other, path, sizes[name])
        yield from _bookings(portal, other, browser, code)


def _pages(name: str, portal: Server, other: Server, path: str, size: int) -> Iterator[Ratio]:
    for server, there in ((portal, path), (other, f"/page/{size}")):
        load(server, getting(there), seconds=1.0)
    raw = load(other, getting(f"/page/{size}"))
    label = f"bare Flask and Jinja page of {size // 1024} KB with one query"
    for what, anew in ((name, False), (f"{name} rendered anew", True)):
        ours = load(portal, getting(path, anew=anew))
        yield Ratio(f"{what}, answers per second", ours.per_second, raw.per_second, label, 0.5)
        if ours.processor_ms and raw.processor_ms:
            per_processor = 1000 / ours.processor_ms, 1000 / raw.processor_ms
            yield Ratio(f"{what}, answers per second of processor", *per_processor, label, 0.5)


def _bookings(portal: Server, other: Server, browser: Browser, code: str) -> Iterator[Ratio]:
    ours = load(portal, browser.booking(code))

    def bare(connection: http.client.HTTPConnection, _: int) -> None:
        for part in (0, 1):
            connection.request("POST", f"/book/{part}", body=b"", headers={"Content-Length": "0"})
            answer = connection.getresponse()
            answer.read()
            if answer.status != 200:
                raise RuntimeError(f"the bare view answered {answer.status}")

    raw = load(other, bare)
    label = "bare Flask view that inserts the same rows in two requests"
    yield Ratio("booking with session and CSRF, per second", ours.per_second, raw.per_second, label, 0.25)


def signed_in(app: Flask, engine: Engine, person_id: int | None, organisation_id: int) -> FlaskClient:
    """Return a browser in which a person has signed in for an organisation."""
    token, now = secrets.token_urlsafe(32), clock.now()
    with Session(engine) as session:
        session.add(
            SignIn(
                token_hash=token_hash(token),
                person_id=person_id,
                organisation_id=organisation_id,
                started_at=now,
                seen_at=now,
            )
        )
        session.commit()
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = token
    return client


class Browser:
    """A signed-in browser whose cookie and CSRF token are made once, and who then only sends forms."""

    def __init__(self, app: Flask, engine: Engine, course: Course) -> None:
        self.course = course
        self.engine = engine
        self.client = signed_in(app, engine, course.actor.person_id, course.firm_id)

    def codes(self) -> tuple[str, str]:
        """Return the code of the module and of its resource."""
        with Session(self.engine) as session:
            module = session.get_one(ServiceModule, self.course.module_id)
            return module.code, module.resources[0].code

    def size(self, path: str) -> int:
        """Return the length of a page in bytes."""
        return len(self.client.application.test_client().get(path).data)

    def booking(self, code: str) -> Turn:
        """Return the turn that holds a slot and sends the booking."""
        page = self.client.get(f"/bookings/new/{code}").get_data(as_text=True)
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        assert found is not None
        cookie = self.client.get_cookie("session")
        assert cookie is not None
        headers = {"Cookie": f"session={cookie.value}", "Content-Type": "application/x-www-form-urlencoded"}

        def post(connection: http.client.HTTPConnection, path: str, form: dict[str, Any]) -> str:
            fields = {"csrf_token": found.group(1), "form_token": secrets.token_urlsafe(12)} | form
            connection.request("POST", path, body=urlencode(fields), headers=headers)
            answer = connection.getresponse()
            answer.read()
            if answer.status != 303:
                raise RuntimeError(f"{path} answered {answer.status}")
            return answer.headers["Location"]

        def turn(connection: http.client.HTTPConnection, number: int) -> None:
            choice = self.course.choice(number + 5000)
            assert choice.starts_at is not None
            start = clock.local(choice.starts_at).strftime("%Y-%m-%dT%H:%M")
            form = {"starts_at": start, "slot": "own", "minutes": 30, "quantity": 1, "urgency": "normal"}
            there = post(connection, f"/bookings/new/{code}", form)
            post(connection, there, {"purpose": "bench", "contact_name": "甲", "contact_phone": "13800000001"})

        return turn


def _booking_rows(engine: Engine, course: Course) -> list[list[tuple[str, dict[str, Any]]]]:
    """Return the rows that a booking over HTTP leaves, in two parts: each of its two forms spends a token besides."""
    before = last_ids(engine)
    book(engine, course, 4000)
    rows = [(table.name, _plain(row)) for table, row in rows_since(engine, before)]
    half = len(rows) // 2
    spent = {"token": "", "digest": "0" * 64, "outcome": "/bookings/4000/confirm", "at": course.now.isoformat()}
    return [[("form_receipt", spent), *part] for part in (rows[:half], rows[half:])]


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, datetime | date) else value
        for name, value in row.items()
        if name != "id"
    }


def environment_of(settings: Settings, port: int) -> dict[str, str]:
    """Return what tells the command to run a portal with these settings on a port."""
    return {
        "PORTAL_INSTANCE": str(settings.instance),
        "PORTAL_DATABASE_URL": settings.database_url,
        "PORTAL_SECRET_KEY": settings.secret_key,
        "PORTAL_PORT": str(port),
    }
