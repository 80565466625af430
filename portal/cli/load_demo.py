"""``portal demo``: load invented data, so that everything can be tried."""

from __future__ import annotations

import click
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from portal.cli.database import bring_up_to_date
from portal.cli.demo import Size, load
from portal.cli.start import chosen_settings, opened
from services.accounts.models import Person
from services.core import clock
from services.core.database import alone


@click.group()
def demo() -> None:
    """Load demonstration data."""


def is_loaded(session: Session) -> bool:
    """Tell whether demonstration data has been loaded."""
    return session.scalar(select(Person.id).where(Person.is_demo).limit(1)) is not None


def load_once(engine: Engine, size: Size) -> None:
    """Load the demonstration unless some of it is there, so that what people changed stays; call it while ``alone``."""
    with Session(engine) as session:
        if not is_loaded(session):
            load(session, size=size, now=clock.now())


@demo.command("load")
@click.option("--small", "size", flag_value="small", default=True, help="Enough to look around (the default).")
@click.option("--full", "size", flag_value="full", help="Every organisation, module and resource of the demonstration.")
@click.option("--volume", "size", flag_value="volume", help="108,000 bookings, to measure with.")
def load_command(size: Size) -> None:
    """Load what is missing of the demonstration, with dates around today; a second time changes nothing."""
    with opened(chosen_settings()) as engine, alone(engine):
        bring_up_to_date(engine)
        with Session(engine) as session:
            click.echo(load(session, size=size, now=clock.now()).sentence())
