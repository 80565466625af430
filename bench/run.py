"""``make bench``: what the portal costs beside the least that this machine needs, as ratios of one run."""

from __future__ import annotations

import os
import platform
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from bench import bookings, orders, reports, search, slots, training, web, worklists
from bench.bookings import Course
from portal.app import create_app
from portal.config import Settings, from_environment
from services.core import clock
from services.core.database import upgrade
from services.core.engine import make_engine
from tests.factories.laboratory import make_laboratory
from tests.plumbing.postgres import running_server
from tests.races.contenders import actor_of
from tests.races.test_races import Ring


def main() -> None:
    """Run every measurement and print it with the size of the machine."""
    print(f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}")
    with tempfile.TemporaryDirectory() as folder, running_server() as server:
        urls = [f"sqlite:///{Path(folder) / 'bookings.db'}", server.empty_database()]
        volumes = [f"sqlite:///{Path(folder) / 'volume.db'}", server.empty_database()]
        for url in urls:
            engine = opened(url)
            print(bookings.measure(engine, course_on(engine)))
            engine.dispose()
        for url in volumes:
            engine = opened(url)
            now = clock.now()
            for duration in slots.measure(engine, slots.prepare(engine, now), now):
                print(duration)
            engine.dispose()
        for url in (f"sqlite:///{Path(folder) / 'laboratory.db'}", server.empty_database()):
            in_the_laboratory(Path(folder), url)
        over_http(Path(folder), volumes[0])
        for url in (f"sqlite:///{Path(folder) / 'training.db'}", server.empty_database()):
            engine = opened(url)
            print(training.measure(engine, settings_for(Path(folder), url)), flush=True)
            engine.dispose()
        for line in search.report(server):
            print(line, flush=True)


def opened(url: str) -> Engine:
    """Return an engine on a database in its present shape."""
    engine = make_engine(url)
    upgrade(engine)
    return engine


def course_on(engine: Engine) -> Course:
    """Make an instrument that is open day and night, and a firm that books it half hour after half hour."""
    now = clock.now().replace(second=0, microsecond=0)
    with Session(engine) as session:
        ring = Ring(session)
        task = ring.people[0]
        first = clock.at(clock.local_day(now) + timedelta(days=2), 0)
        return Course(ring.one.id, task["firm"], actor_of(task), first, now)


def in_the_laboratory(folder: Path, url: str) -> None:
    """Measure orders and work lists on one database, and reports, which need none, on SQLite only."""
    engine = opened(url)
    settings = settings_for(folder, url)
    app = create_app(settings)
    with Session(engine) as session:
        lab = make_laboratory(session)
        print(orders.measure(engine, orders.prepare(lab)))
        if engine.dialect.name == "sqlite":
            for duration in reports.measure(lab, settings.instance):
                print(duration)
        lab = make_laboratory(session)
        for duration in worklists.measure(app, engine, lab):
            print(duration)
    engine.dispose()


def settings_for(folder: Path, url: str) -> Settings:
    """Return the settings of a portal on a database."""
    return from_environment(
        {"PORTAL_INSTANCE": str(folder / "instance"), "PORTAL_DATABASE_URL": url, "PORTAL_SECRET_KEY": "b" * 48}
    )


def over_http(folder: Path, volume: str) -> None:
    """Measure pages and bookings on the database with the volume."""
    settings = settings_for(folder, volume)
    engine = opened(volume)
    for ratio in web.measure(engine, settings, course_on(engine)):
        print(ratio)
    engine.dispose()


if __name__ == "__main__":
    sys.exit(main())
