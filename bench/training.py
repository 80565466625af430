"""Registrations per second for one hot class over HTTP, beside the same UPDATE and INSERT without the web."""

from __future__ import annotations

import http.client
import secrets
import sys
import threading
from datetime import date, timedelta
from itertools import count
from time import perf_counter
from urllib.parse import urlencode

from bs4 import BeautifulSoup
from sqlalchemy import Engine, insert, select, update
from sqlalchemy.orm import Session

from bench.measure import Ratio
from bench.web import CLIENTS, SECONDS, Server, Turn, environment_of, free_port, load, serving, signed_in
from portal.app import create_app
from portal.config import Settings
from services.core import clock
from services.core.engine import IMMEDIATE
from services.training.models.courses import TrainingClass
from services.training.models.registrations import Registration, Sex, Trainee
from tests.factories.training import School, identity_number, make_school

SEATS = 1_000_000
SPARE = 8_000
"""Trainees whom the bare statements register."""


def measure(engine: Engine, settings: Settings) -> Ratio:
    """Return the rates of registrations through the portal and of the two statements that decide about a seat."""
    with Session(engine) as session:
        school = make_school(session, capacity=SEATS)
        trainees = _trainees(session)
        turn = _turn(engine, settings, school)
        port = free_port()
        command = [sys.executable, "-c", "from portal.cli import main; main()", "run", "--no-worker"]
        with serving(command, environment_of(settings, port), port) as server:
            ours = _rate(server, turn)
        raw = _bare(engine, _pattern(session, school), trainees)
    name = f"registrations for one class over HTTP, {engine.dialect.name}, per second"
    return Ratio(name, ours, raw, "the UPDATE of the class and the INSERT of the registration alone")


def _rate(server: Server, turn: Turn) -> float:
    load(server, turn, seconds=1.0)
    return load(server, turn).per_second


def _turn(engine: Engine, settings: Settings, school: School) -> Turn:
    """Return the turn that registers one more worker of a firm: the form was opened before, as on opening day."""
    firm, agent = school.firm()
    client = signed_in(create_app(settings), engine, agent.person_id, firm.id)
    address = f"/classes/{school.training_class.no}/register?for=firm"
    form = BeautifulSoup(client.get(address).text, "html.parser").select_one("main form[method=post]")
    hidden = {one["name"]: one.get("value", "") for one in form.select("input[type=hidden]")}
    cookie = client.get_cookie("session")
    assert cookie is not None
    headers = {"Cookie": f"session={cookie.value}", "Content-Type": "application/x-www-form-urlencoded"}
    numbers = count()

    def turn(connection: http.client.HTTPConnection, _number: int) -> None:
        number = next(numbers)
        identity = identity_number(number, date(1970, 1, 1) + timedelta(days=number // 1000))
        fields = hidden | {"form_token": secrets.token_urlsafe(12), "name": "王示例", "identity": identity}
        connection.request("POST", address, body=urlencode(fields), headers=headers)
        answer = connection.getresponse()
        answer.read()
        if answer.status != 303:
            raise RuntimeError(f"{address} answered {answer.status}")

    return turn


def _trainees(session: Session) -> list[int]:
    """Enter people for the bare statements; committed."""
    rows = [
        {
            "name": "王示例",
            "identity_hash": f"bare-{number}",
            "identity_sealed": b"",
            "identity_masked": "",
            "born_on": date(1990, 5, 20),
            "sex": Sex.MALE,
            "mobile": "",
            "education": "",
            "created_at": clock.now(),
        }
        for number in range(SPARE)
    ]
    session.execute(insert(Trainee), rows)
    session.commit()
    return list(session.scalars(select(Trainee.id).where(Trainee.identity_hash.startswith("bare-"))))


def _pattern(session: Session, school: School) -> dict[str, object]:
    """Return a registration of the class as a row, without what differs from one to the next."""
    session.rollback()
    table = Registration.__table__
    found = session.execute(select(table).where(table.c.class_id == school.training_class.id).limit(1)).one()
    row = {name: value for name, value in found._mapping.items() if name not in {"id", "no", "trainee_id"}}
    session.rollback()
    return row


def _bare(engine: Engine, pattern: dict[str, object], trainees: list[int]) -> float:
    """Return how often a second as many threads as there are clients carry out the two statements."""
    end, done, places = perf_counter() + SECONDS, [0] * CLIENTS, iter(trainees)
    classes = TrainingClass.__table__.c
    take = (
        update(TrainingClass)
        .where(classes.id == pattern["class_id"], classes.seats_taken < classes.capacity, classes.waiting == 0)
        .values(seats_taken=classes.seats_taken + 1)
        .execution_options(synchronize_session=False)
    )

    def work(number: int) -> None:
        with engine.connect().execution_options(**IMMEDIATE) as connection:
            while perf_counter() < end and (trainee := next(places, None)) is not None:
                with connection.begin():
                    connection.execute(take)
                    connection.execute(
                        insert(Registration.__table__), pattern | {"no": f"BARE-{trainee}", "trainee_id": trainee}
                    )
                done[number] += 1

    begun = perf_counter()
    threads = [threading.Thread(target=work, args=(number,)) for number in range(CLIENTS)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return sum(done) / (perf_counter() - begun)
