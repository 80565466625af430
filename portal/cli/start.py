"""What every command does first: read the settings, reach the database, write the log as JSON lines."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import click
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from portal.config import Settings, SettingsError, from_environment
from services.core.engine import make_engine

_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class JsonLines(logging.Formatter):
    """One event, one line: what was said and by whom, with the facts given as ``extra``."""

    def format(self, record: logging.LogRecord) -> str:
        """Return ``record`` as one line of JSON; everything but ASCII is escaped, so that no sign breaks the line."""
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "event": record.getMessage(),
        }
        line |= {name: value for name, value in vars(record).items() if name not in _OWN}
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


def write_log() -> None:
    """Send every logger's events to standard error as JSON lines; a person at a terminal sees the warnings only."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    level = logging.WARNING if sys.stderr.isatty() else logging.INFO
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.getLogger("alembic").setLevel(logging.WARNING)


def chosen_settings() -> Settings:
    """Return the settings of the environment; a wrong one ends the command with the sentence that says so."""
    try:
        return from_environment()
    except SettingsError as error:
        raise click.ClickException(str(error)) from error


@contextmanager
def opened(settings: Settings) -> Iterator[Engine]:
    """Open the database for a command; one that cannot be reached ends the command with a clear sentence."""
    engine = make_engine(settings.database_url)
    try:
        yield engine
    except OperationalError as error:
        where = engine.url.render_as_string(hide_password=True)
        raise click.ClickException(f"The database {where} does not answer: {error.orig}") from error
    finally:
        engine.dispose()
