"""What is the same for every test and costs more than the test itself is made once a run: addresses and statements.

Each test has an application, an engine and a database of its own. What both only look up stays from one to the next: the
map of addresses with what builds them, the catalogues of words, and the SQL that SQLAlchemy has compiled for a statement.
Nothing that a test writes to SQLite has to outlive a loss of power.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

import pytest
from babel.support import NullTranslations, Translations
from sqlalchemy import Engine, Pool, event
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.util import LRUCache
from werkzeug.routing import Map

from portal.app import Portal

STATEMENTS = 2_000


class Addresses(Map):
    """The addresses of the portal; one that is in it already is not bound again.

    A test that adds an address of its own spoils the map, and the next application begins a new one.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.known: set[tuple[object, ...]] = set()
        self.is_whole = self.is_spoilt = False

    def add(self, rulefactory: Any) -> None:
        key = (rulefactory.rule, rulefactory.endpoint, frozenset(rulefactory.methods), repr(rulefactory.defaults))
        if key not in self.known:
            self.is_spoilt = self.is_whole
            self.known.add(key)
            super().add(rulefactory)


@pytest.fixture(scope="session", autouse=True)
def addresses_made_once() -> Iterator[None]:
    """Let every application of this process look up its addresses in the same map."""
    kept: list[Addresses] = []

    def addresses(**options: Any) -> Addresses:
        if not kept or kept[-1].is_spoilt:
            kept.append(Addresses(**options))
        return kept[-1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Portal, "url_map_class", staticmethod(addresses))
        yield


@pytest.fixture(scope="session", autouse=True)
def statements_compiled_once() -> Iterator[None]:
    """Let every engine of this process find what another one of its kind has compiled."""
    compiled: LRUCache[Any, Any] = LRUCache(STATEMENTS)

    def is_alike(dialect: Dialect, other: object) -> bool:
        return type(dialect) is type(other)

    def by_kind(dialect: Dialect) -> int:
        return hash(type(dialect))

    with pytest.MonkeyPatch.context() as patch:
        shared = property(lambda engine: compiled, lambda engine, own: None)
        patch.setattr(Engine, "_compiled_cache", shared, raising=False)
        for kind in (SQLiteDialect_pysqlite, PGDialect_psycopg):
            patch.setattr(kind, "__eq__", is_alike)
            patch.setattr(kind, "__hash__", by_kind)
        yield


@pytest.fixture(scope="session", autouse=True)
def words_read_once() -> Iterator[None]:
    """Let every application of this process read its translations from the same catalogues."""
    load = lru_cache(Translations.load)

    def known(folder: str, locales: Iterable[object], domain: str | None = None) -> NullTranslations:
        return load(folder, tuple(locales), domain)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Translations, "load", staticmethod(known))
        yield


@pytest.fixture(scope="session", autouse=True)
def sqlite_does_not_wait_for_the_disk() -> Iterator[None]:
    """Let no commit of a test wait until the disk has it; processes that a test starts do."""

    def hurry(connection: Any, *_: Any) -> None:
        if isinstance(connection, sqlite3.Connection):
            connection.execute("PRAGMA synchronous=OFF")

    event.listen(Pool, "checkout", hurry)
    yield
    event.remove(Pool, "checkout", hurry)
