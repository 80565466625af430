"""Which databases a test runs on, and a fresh one for each test."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from services.core.database import upgrade
from services.core.engine import make_engine
from tests.plumbing.postgres import PostgresServer, running_server

BOTH = ("sqlite", "postgresql")
GUARD = {
    "sqlite": ("DROP TRIGGER claim_unit_insert", "DROP TRIGGER claim_unit_update"),
    "postgresql": ("ALTER TABLE claim DROP CONSTRAINT ex_claim_unit",),
}
"""What takes the guard of the claims away, so that a control can show what it is there for."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--databases",
        default="sqlite,postgresql",
        help="which of sqlite and postgresql to run on, separated by a comma",
    )


def databases_of(marks: set[str], path: str) -> list[str]:
    """Return the databases a test runs on, by its marks and the place of its file."""
    if "sqlite_only" in marks:
        return ["sqlite"]
    if "postgresql_only" in marks:
        return ["postgresql"]
    touches_data = "both_databases" in marks or "/tests/services/" in path
    return list(BOTH if touches_data else BOTH[:1])


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database" not in metafunc.fixturenames:
        return
    marks = {mark.name for mark in metafunc.definition.iter_markers()}
    wanted = metafunc.config.getoption("--databases").split(",")
    engines = [name for name in databases_of(marks, metafunc.definition.path.as_posix()) if name in wanted]
    metafunc.parametrize("database", engines, indirect=True)


@pytest.fixture
def database(request: pytest.FixtureRequest) -> str:
    """Return the kind of database this test runs on: ``sqlite`` or ``postgresql``."""
    return request.param


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    with running_server() as server:
        yield server


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a migrated SQLite file for the tests to copy."""
    path = tmp_path_factory.mktemp("sqlite") / "template.sqlite"
    engine = make_engine(f"sqlite:///{path}")
    upgrade(engine)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return path


@pytest.fixture
def database_url(database: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the URL of a migrated database without rows of other tests."""
    if database == "postgresql":
        return request.getfixturevalue("postgres").fresh_database()
    copy = tmp_path / "portal.sqlite"
    shutil.copyfile(request.getfixturevalue("sqlite_template"), copy)
    return f"sqlite:///{copy}"


@pytest.fixture
def empty_database_url(database: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the URL of a database without tables, for the migrations themselves."""
    if database == "postgresql":
        return request.getfixturevalue("postgres").empty_database()
    return f"sqlite:///{tmp_path / 'empty.sqlite'}"


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = make_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def new_session(engine: Engine) -> Iterator[Callable[[], Session]]:
    """Return a function that opens one more session, for what happens at the same time."""
    opened: list[Session] = []

    def open_one() -> Session:
        opened.append(Session(engine, expire_on_commit=True))
        return opened[-1]

    yield open_one
    for session in opened:
        session.close()


@pytest.fixture
def session(new_session: Callable[[], Session]) -> Session:
    return new_session()


@pytest.fixture
def unguard(engine: Engine, database: str, request: pytest.FixtureRequest) -> Iterator[Callable[[], None]]:
    """Return a function that takes the guard of the claims away, in this test's database and for no other test."""
    is_gone = False

    def take_away() -> None:
        nonlocal is_gone
        is_gone = True
        with engine.begin() as connection:
            for statement in GUARD[database]:
                connection.exec_driver_sql(statement)

    yield take_away
    if is_gone and database == "postgresql":
        request.getfixturevalue("postgres").forget()
