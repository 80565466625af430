"""``portal database``: bring the tables up to date, check them, go back."""

from __future__ import annotations

import click
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from portal.cli.start import chosen_settings, opened
from services.core.actor import Actor
from services.core.database import alone, downgrade, head, revision_of, upgrade
from services.core.holidays import seed_calendar
from services.core.work import working


@click.group()
def database() -> None:
    """Look after the database."""


def bring_up_to_date(engine: Engine) -> None:
    """Run what is missing of the migrations and of the published calendar; call it while ``alone``."""
    upgrade(engine)
    with Session(engine) as session, working(session, Actor.system("calendar")) as work:
        seed_calendar(work.session)


@database.command("upgrade")
def upgrade_command() -> None:
    """Bring the tables to the shape this version needs, and enter newly published holidays."""
    with opened(chosen_settings()) as engine:
        with alone(engine):
            bring_up_to_date(engine)
        click.echo(f"The database is at revision {revision_of(engine)}.")


@database.command("check")
def check_command() -> None:
    """Tell whether the tables have the shape this version needs and, on SQLite, whether the file is sound."""
    with opened(chosen_settings()) as engine:
        found, wanted = revision_of(engine), head()
        faults = [] if found == wanted else [f"revision {found or 'none'}, this version needs {wanted}"]
        if engine.dialect.name == "sqlite":
            faults += _faults_of_the_file(engine)
    if faults:
        raise click.ClickException("The database is not in order: " + "; ".join(faults) + ".")
    click.echo(f"The database is in order, at revision {found}.")


@database.command("downgrade")
@click.argument("revision")
@click.confirmation_option(prompt="Tables that newer versions added are removed with their rows. Go on?")
def downgrade_command(revision: str) -> None:
    """Take the tables back to REVISION."""
    with opened(chosen_settings()) as engine:
        with alone(engine):
            downgrade(engine, revision)
        click.echo(f"The database is at revision {revision_of(engine) or 'none'}.")


def _faults_of_the_file(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        words = [row[0] for row in connection.exec_driver_sql("PRAGMA integrity_check(5)")]
        orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    faults = [] if words == ["ok"] else words
    return faults + ([f"{len(orphans)} rows refer to rows that do not exist"] if orphans else [])
