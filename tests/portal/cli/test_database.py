"""The database is brought up to date, checked, and taken back from the shell."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy.orm import Session

from portal.cli import main
from services.core.calendar import CalendarYear
from services.core.database import head
from services.core.engine import make_engine


@pytest.fixture
def portal(tmp_path: Path):
    def run(*words: str, answer: str = "") -> Result:
        return CliRunner().invoke(main, list(words), env={"PORTAL_INSTANCE": str(tmp_path)}, input=answer)

    return run


def test_upgrading_makes_the_tables_and_the_calendar(portal, tmp_path: Path) -> None:
    for _ in range(2):
        assert f"revision {head()}" in portal("database", "upgrade").output
    engine = make_engine(f"sqlite:///{tmp_path / 'portal.db'}")
    with Session(engine) as session:
        assert session.get(CalendarYear, 2026)
    engine.dispose()


def test_a_database_that_is_behind_is_told(portal) -> None:
    result = portal("database", "check")
    assert result.exit_code == 1
    assert f"revision none, this version needs {head()}" in result.output
    portal("database", "upgrade")
    assert "in order" in portal("database", "check").output


def test_rows_that_point_nowhere_are_told(portal, tmp_path: Path) -> None:
    portal("database", "upgrade")
    with closing(sqlite3.connect(tmp_path / "portal.db")) as careless:  # no foreign keys unless asked for
        careless.execute(
            "INSERT INTO notification (person_id, at, message, facts, link) VALUES (99, '2026-01-01', 'x', '{}', '')"
        )
        careless.commit()
    assert "1 rows refer to rows that do not exist" in portal("database", "check").output


def test_going_back_asks_first(portal) -> None:
    portal("database", "upgrade")
    assert portal("database", "downgrade", "base", answer="n\n").exit_code == 1
    assert "in order" in portal("database", "check").output
    assert "revision none" in portal("database", "downgrade", "base", answer="y\n").output


def test_a_worker_does_not_start_on_old_tables(portal) -> None:
    result = portal("worker")
    assert result.exit_code == 1
    assert "portal database upgrade" in result.output
