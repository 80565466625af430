"""Which engine this installation searches with."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

import sqlalchemy

from services.search.engine import Engine
from services.search.engines.postgresql_engine import PostgresqlEngine
from services.search.engines.tantivy_engine import TantivyEngine
from services.search.engines.whoosh_engine import WhooshEngine


class EngineName(StrEnum):
    """The engines, by the word that PORTAL_SEARCH takes."""

    WHOOSH = "whoosh"
    TANTIVY = "tantivy"
    POSTGRESQL = "postgresql"


def make_engine(name: EngineName, folder: Path, database: sqlalchemy.Engine) -> Engine:
    """Return the named engine; its index lies in ``folder``, under its name, or in ``database``."""
    if name is EngineName.TANTIVY:
        return TantivyEngine(folder / name)
    if name is EngineName.POSTGRESQL:
        return PostgresqlEngine(database)
    return WhooshEngine(folder / name)
