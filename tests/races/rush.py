"""Opening day over real HTTP: the released command as a process, and people with browsers who register and leave."""

from __future__ import annotations

import http.client
import os
import re
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

from bs4 import BeautifulSoup, SoupStrainer
from flask import Flask
from sqlalchemy.orm import Session

from portal.config import Settings
from services.accounts.models import SignIn
from services.accounts.rules import token_hash
from services.core import clock
from tests.factories.accounts import make_person
from tests.factories.training import identity_number
from tests.plumbing.browser import answers, free_port

COMMAND = (str(Path(sys.executable).with_name("portal")), "run")
UNGUARDED = (sys.executable, "-m", "tests.races.unguarded_portal", "run")
TOGETHER = 8
"""How many people look together in the unguarded portal: as many as it has threads, and nobody besides, who would stand in
the queue before the door."""
PATIENCE = 180
"""Seconds that anybody waits for an answer, and the portal may need to start on a machine that is busy."""
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@contextmanager
def running(command: tuple[str, ...], settings: Settings) -> Iterator[int]:
    """Run a portal with these settings until the block ends; yield its port."""
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
    environment |= {
        "PORTAL_INSTANCE": str(settings.instance),
        "PORTAL_PORT": str(port),
        "PORTAL_DATABASE_URL": settings.database_url,
        "PORTAL_SECRET_KEY": settings.secret_key,
    }
    log = settings.instance / "portal.log"
    with log.open("wb") as output:
        portal = subprocess.Popen(command, env=environment, stdout=output, stderr=subprocess.STDOUT)
        try:
            end = time.monotonic() + PATIENCE
            while not answers(f"http://127.0.0.1:{port}/healthz"):
                assert portal.poll() is None, log.read_text()[-3000:]
                assert time.monotonic() < end, log.read_text()[-3000:]
                time.sleep(0.1)
            yield port
        finally:
            portal.terminate()
            portal.wait(timeout=PATIENCE)
    assert "defect" not in log.read_text(), log.read_text()[-3000:]


@dataclass
class Somebody:
    """A worker with a browser that is signed in, keeps its cookies and follows the waiting page as a browser does."""

    cookie: str
    identity: str
    name: str
    port: int = 0
    statuses: list[int] = field(default_factory=list)
    queued: int = 0

    def register(self, class_no: str) -> str:
        """Open the form, fill it in and send it; return where the answer leads."""
        address = f"/classes/{class_no}/register"
        return self._fill_in(address, {"name": self.name, "identity": self.identity})

    def withdraw(self, address: str) -> str:
        """Give the registration back; return where the answer leads."""
        return self._fill_in(f"{address}/withdrawal", {})

    def _fill_in(self, address: str, typed: dict[str, str]) -> str:
        fields = self._past_the_door("GET", address, {})
        return self._past_the_door("POST", address, fields | typed)

    def _past_the_door(self, method: str, address: str, fields: dict[str, str]) -> dict[str, str] | str:
        """Send something until it is answered by something other than the waiting page."""
        while True:
            page, leads_to = self._ask(method, address, fields)
            if leads_to:
                return leads_to
            shown = BeautifulSoup(page, "html.parser", parse_only=SoupStrainer("main"))
            form = shown.select_one("form[data-knock]")
            if form is None:
                assert method == "GET", shown.select_one("main").get_text(" ", strip=True)[:500]
                form = shown.select_one("main form[method=post]")
                return {one["name"]: one.get("value", "") for one in form.select("input[type=hidden]")}
            self.queued += 1
            fields = {one["name"]: one["value"] for one in form.select("input[name]")}
            time.sleep(float(form["data-knock"]))

    def _ask(self, method: str, address: str, fields: dict[str, str]) -> tuple[str, str]:
        body = urlencode(fields)
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            if method == "GET":
                connection.request("GET", f"{address}?{body}" if body else address, headers={"Cookie": self.cookie})
            else:
                connection.request("POST", address, body=body, headers={"Cookie": self.cookie, **FORM})
            answer = connection.getresponse()
            page = answer.read().decode()
        finally:
            connection.close()
        self.statuses.append(answer.status)
        assert answer.status in {200, 303}, f"{address} answered {answer.status}: {page[:300]}"
        for given in answer.headers.get_all("Set-Cookie") or []:
            self.cookie = "; ".join(f"{name}={one.value}" for name, one in SimpleCookie(given).items())
        return page, answer.headers.get("Location", "")


def signed_in(app: Flask, session: Session, how_many: int) -> list[Somebody]:
    """Make people who have signed in before the rush; committed."""
    signing = app.session_interface.get_signing_serializer(app)
    assert signing is not None
    people, now = [], clock.now()
    for number in range(how_many):
        person, token = make_person(session), secrets.token_urlsafe(32)
        session.add(SignIn(token_hash=token_hash(token), person_id=person.id, started_at=now, seen_at=now))
        cookie = f"{app.config['SESSION_COOKIE_NAME']}={signing.dumps({'_user_id': token})}"
        people.append(Somebody(cookie, identity_number(number), person.name))
    session.commit()
    return people


def rush(port: int, class_no: str, people: list[Somebody], seconds: float, *, leaving: int = 0) -> list[str]:
    """Let people register within so many seconds; each ``leaving``-th of them withdraws at once. Return where they land."""
    begun = time.monotonic()

    def come(number: int) -> str:
        time.sleep(max(0.0, begun + seconds * number / len(people) - time.monotonic()))
        people[number].port = port
        landed = people[number].register(class_no)
        return people[number].withdraw(landed) if leaving and number % leaving == 0 else landed

    with ThreadPoolExecutor(len(people)) as pool:
        return list(pool.map(come, range(len(people))))


def is_registration(address: str) -> bool:
    """Tell whether an answer led to the page of a registration."""
    return re.fullmatch(r"/registrations/\d+", address) is not None
