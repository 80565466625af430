"""``portal demo``: load invented data, so that everything can be tried."""

from __future__ import annotations

from importlib import import_module

import click
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from portal.cli.database import bring_up_to_date
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


def load_once(engine: Engine, size: str) -> bool:
    """Load the demonstration unless it is there, and tell whether it was loaded now; call it while ``alone``."""
    with Session(engine) as session:
        if is_loaded(session):
            return False
        import_module("portal.cli.demo").load(session, size=size, today=clock.local_day(clock.now()))
        return True


@demo.command("load")
@click.option("--small", "size", flag_value="small", default=True, help="Enough to look around (the default).")
@click.option("--full", "size", flag_value="full", help="Every organisation, module and resource of the demonstration.")
@click.option("--volume", "size", flag_value="volume", help="108,000 bookings, to measure with.")
def load_command(size: str) -> None:
    """Load the demonstration, with dates around today; a second time changes nothing."""
    with opened(chosen_settings()) as engine, alone(engine):
        bring_up_to_date(engine)
        loaded = load_once(engine, size)
    click.echo(
        "The demonstration is loaded." if loaded else "The demonstration was loaded before; nothing was changed."
    )
