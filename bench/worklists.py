"""The analysts' work list as a page: with a small list, and with 20,000 lines behind it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, insert, select, text
from sqlalchemy.orm import Session

from bench.measure import Duration, counted, median_ms
from bench.web import signed_in
from portal.extensions import db
from services.core import clock
from services.laboratory.models.commissions import Commission, CommissionState
from services.laboratory.models.lines import LineState, TestLine
from services.laboratory.models.samples import Sample, SampleState
from tests.factories.laboratory import Laboratory

SMALL, LARGE, SAMPLES = 180, 20_004, 3  # a third are the analyst's own, so that every page is full
ROUNDS = 15
LISTS = ("mine", "all")


def measure(app: Flask, engine: Engine, lab: Laboratory) -> Iterator[Duration]:
    """Yield how long the pages take with few lines and with many; the statements are counted beside."""
    analyst = signed_in(app, engine, lab.analyst.id, lab.provider.organisation.id)
    held = 0
    for lines in (SMALL, LARGE):
        fill(engine, lab, held, lines)
        held = lines
        for name in LISTS:
            statements = statements_of(app, analyst, address(name))
            took = median_ms(lambda name=name: page(analyst, address(name)), ROUNDS)
            label = f"work list ({name}), {lines} lines in the laboratory, {engine.dialect.name}"
            yield Duration(f"{label}, {statements} statements", took)


def address(name: str) -> str:
    """Return the address of a list."""
    return f"/laboratory/work?show={name}"


def page(analyst: FlaskClient, path: str) -> str:
    """Return the page at ``path``."""
    answer = analyst.get(path)
    assert answer.status_code == 200, answer.status
    return answer.get_data(as_text=True)


def statements_of(app: Flask, analyst: FlaskClient, path: str) -> int:
    """Return how many statements the page sends once it is warm."""
    page(analyst, path)
    with app.app_context():
        engine = db.engine
    with counted(engine) as statements:
        page(analyst, path)
    return len(statements)


def fill(engine: Engine, lab: Laboratory, held: int, wanted: int) -> None:
    """Bring the laboratory's open lines to ``wanted``: three samples a commission, two items; a third are the analyst's."""
    items = lab.stress, lab.lead
    now, today = clock.now(), clock.local_day(clock.now())
    step = SAMPLES * len(items)
    numbers = range(held // step, wanted // step)
    commission = {
        "provider_id": lab.provider.id,
        "organisation_id": lab.firm.id,
        "placed_by_id": lab.agent.id,
        "state": CommissionState.TESTING,
        "state_at": now,
        "created_at": now,
    }
    sample = {"name": "玻璃杯", "state": SampleState.RECEIVED, "received_at": now, "place": "样品室A1"}
    line = {"state": LineState.SCHEDULED, "state_at": now}
    with Session(engine) as session:
        made = [
            commission | {"no": f"JC-BENCH-{number:05d}", "promised_on": today + timedelta(days=number % 20)}
            for number in numbers
        ]
        session.execute(insert(Commission), made)
        like = select(Commission.id, Commission.no).where(Commission.no.in_([one["no"] for one in made]))
        rows = [
            sample | {"commission_id": key, "position": position, "no": f"{no}-S{position:02d}"}
            for key, no in session.execute(like.order_by(Commission.id))
            for position in range(1, SAMPLES + 1)
        ]
        session.execute(insert(Sample), rows)
        owners = {row["commission_id"] for row in rows}
        those = select(Sample.id, Sample.commission_id).where(Sample.commission_id.in_(owners)).order_by(Sample.id)
        session.execute(
            insert(TestLine),
            [
                line
                | {"commission_id": owner, "sample_id": key, "item_id": item.id, "method_id": item.methods[0].id}
                | {"analyst_id": lab.analyst.id if owner % 3 == 0 else lab.other_analyst.id}
                for key, owner in session.execute(those).all()
                for item in items
            ],
        )
        session.commit()
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("ANALYZE"))  # as the server itself does a minute after so much has come
