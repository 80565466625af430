"""One index after the other, for tests that every engine has to pass."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from services.core.engine import make_engine
from services.search.engine import Engine
from services.search.engines.choice import EngineName
from services.search.engines.choice import make_engine as make_index
from tests.services.search.engines.plain import PlainEngine

ENGINES = ("plain", *EngineName)
EMBEDDED = (EngineName.WHOOSH, EngineName.TANTIVY)


@pytest.fixture(scope="session")
def index_database(request: pytest.FixtureRequest) -> str:
    """Return the URL of a database that holds nothing but an index."""
    return request.getfixturevalue("postgres").empty_database()


@pytest.fixture
def open_index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[str], Engine]]:
    """Return a function that opens the named engine, always on the same index."""
    opened: list[Engine] = []
    databases = []

    def open_one(name: str) -> Engine:
        if name == "plain":
            return PlainEngine()
        is_inside = name == EngineName.POSTGRESQL
        databases.append(make_engine(request.getfixturevalue("index_database") if is_inside else "sqlite://"))
        opened.append(make_index(EngineName(name), tmp_path, databases[-1]))
        return opened[-1]

    yield open_one
    for index in opened:
        index.close()
    for database in databases:
        if database.dialect.name == "postgresql":
            with database.begin() as connection:
                connection.exec_driver_sql("DROP SCHEMA IF EXISTS search_index CASCADE")
        database.dispose()


@pytest.fixture(params=ENGINES)
def index(request: pytest.FixtureRequest, open_index: Callable[[str], Engine]) -> Engine:
    """Return an empty index of each engine in turn."""
    made = open_index(request.param)
    made.rebuild([])
    return made
