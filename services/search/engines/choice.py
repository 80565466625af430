"""Which engine this installation searches with."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

import sqlalchemy

from services.search.documents import LAYOUT
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
    """Return the named engine; its index lies in ``folder``, under its name and layout, or in ``database``."""
    place = folder / f"{name}-{LAYOUT}"
    if name is EngineName.TANTIVY:
        return TantivyEngine(place)
    if name is EngineName.POSTGRESQL:
        return PostgresqlEngine(database)
    return WhooshEngine(place)
