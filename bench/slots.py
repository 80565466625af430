"""Free slots of many resources, on 200 resources and 108,000 bookings."""

from __future__ import annotations

import json
import statistics
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from time import perf_counter

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from bench.measure import Duration
from portal.cli.demo.volume import REGION, load_volume
from services.booking.availability import free_times, week_grid
from services.booking.models import Claim
from services.core import clock
from services.organisations.models import Region

RESOURCES, BOOKINGS, ORGANISATIONS = 200, 108_000, 1_000
ROUNDS = 15


def prepare(engine: Engine, now: datetime) -> list[int]:
    """Load the volume and return the ids of its resources."""
    with Session(engine) as session:
        session.merge(Region(code=REGION, name="江苏省扬州市宝应县"))
        session.commit()
        load_volume(session, now=now, organisations=ORGANISATIONS, resources=RESOURCES, bookings=BOOKINGS)
        return list(session.scalars(select(Claim.resource_id).distinct().order_by(Claim.resource_id)))


def measure(engine: Engine, resources: list[int], now: datetime) -> Iterator[Duration]:
    """Yield the medians of one resource and week, all resources and a day, all resources and a week."""
    today = clock.local_day(now)
    monday = today - timedelta(days=today.weekday())
    name = engine.dialect.name
    yield Duration(
        f"one resource and week as a grid, {name}",
        _median(engine, lambda session: week_grid(session, resources[0], monday, now)),
        50,
    )
    for days, aim, aim_kb in ((1, 100, 60.0), (7, 300, None)):
        found: list[object] = []

        def look(session: Session, days: int = days, found: list[object] = found) -> None:
            found[:] = [free_times(session, resources, today, days, now)]

        median = _median(engine, look)
        size = len(compact(found[0], now)) / 1024 if aim_kb else None
        label = f"{len(resources)} resources and {days} day{'s' if days > 1 else ''}, {name}"
        yield Duration(label, median, aim, size, aim_kb)


def compact(times: object, now: datetime) -> bytes:
    """Return what a browser is sent: minutes from midnight and free units, by resource."""
    midnight = clock.at(clock.local_day(now), 0)
    assert isinstance(times, dict)
    minutes = {
        key: [[(a - midnight).seconds // 60, (b - midnight).seconds // 60, free] for a, b, free in stretches]
        for key, stretches in times.items()
    }
    return json.dumps(minutes, separators=(",", ":")).encode()


def _median(engine: Engine, look: Callable[[Session], object]) -> float:
    durations = []
    for _ in range(ROUNDS):
        with Session(engine) as session:
            begun = perf_counter()
            look(session)
            durations.append((perf_counter() - begun) * 1000)
    return statistics.median(durations)
