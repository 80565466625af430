"""``portal demo``: load invented data, so that everything can be tried."""

from __future__ import annotations

import click
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from portal.cli.database import bring_up_to_date
from portal.cli.demo import LOADER, Loaded, Size, load
from portal.cli.search import build_index
from portal.cli.start import chosen_settings, opened
from portal.config import Settings
from services.core import clock
from services.core.audit_queries import Wanted, entries
from services.core.database import alone
from services.core.settings import Setting
from services.core.work import working

LOADED = "demo.loaded"


@click.group()
def demo() -> None:
    """Load demonstration data."""


def load_once(engine: Engine, size: Size, settings: Settings) -> None:
    """Load the demonstration unless it was loaded to its end, so that what people changed stays; while ``alone``."""
    with Session(engine) as session:
        if session.scalar(entries(Wanted(kind=LOADED)).limit(1)) is None:
            _load(session, size, settings)


def _load(session: Session, size: Size, settings: Settings) -> Loaded:
    loaded = load(session, size=size, now=clock.now(), settings=settings)
    with working(session, LOADER) as work:
        work.record(LOADED, Setting(), size=size)
    return loaded


@demo.command("load")
@click.option("--small", "size", flag_value="small", default=True, help="Enough to look around (the default).")
@click.option("--full", "size", flag_value="full", help="Every organisation, module and resource of the demonstration.")
@click.option("--volume", "size", flag_value="volume", help="108,000 bookings, to measure with.")
def load_command(size: Size) -> None:
    """Load what is missing of the demonstration, with dates around today; a second time changes nothing."""
    settings = chosen_settings()
    with opened(settings) as engine:
        with alone(engine):
            bring_up_to_date(engine)
            with Session(engine) as session:
                click.echo(_load(session, size, settings).sentence())
        build_index(settings, engine)
