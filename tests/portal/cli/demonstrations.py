"""The demonstration as tests load it: on a known morning, into a folder of their own."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.orm import Session

from portal.cli.demo import Size, load
from portal.config import Settings
from services.core.database import upgrade
from services.core.engine import make_engine

NOW = datetime(2026, 11, 25, 1, 30, tzinfo=UTC)  # a Wednesday morning in Shanghai


def settings_in(folder: Path) -> Settings:
    """Return the settings of a portal whose reports and photographs lie in ``folder``."""
    return Settings(instance=folder, database_url="", secret_key="", base_url="http://portal.test")


def loaded(folder: Path, size: Size) -> Iterator[Session]:
    """Yield a session on a new database with the demonstration of this size."""
    engine = make_engine(f"sqlite:///{folder}/demo.sqlite3")
    upgrade(engine)
    with Session(engine) as session:
        load(session, size=size, now=NOW, settings=settings_in(folder))
        yield session
    engine.dispose()
