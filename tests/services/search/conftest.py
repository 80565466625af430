"""An index of the embedded engine beside the test's database, and a search that first writes what was promised."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy
from sqlalchemy.orm import Session

from services.board.queries.visibility import reader_of
from services.core import clock
from services.core.actor import Actor
from services.search import finding
from services.search.engine import Engine
from services.search.engines.whoosh_engine import WhooshEngine
from services.search.finding import Wish
from services.search.indexing import Indexer
from services.search.results import Found


@pytest.fixture
def whoosh(tmp_path: Path) -> Iterator[Engine]:
    """Return the engine; its index is not made yet."""
    made = WhooshEngine(tmp_path / "index")
    yield made
    made.close()


@pytest.fixture
def indexer(engine: sqlalchemy.Engine, whoosh: Engine) -> Indexer:
    """Return the writer of the index."""
    return Indexer(engine, whoosh)


@pytest.fixture
def search(session: Session, whoosh: Engine, indexer: Indexer) -> Callable[..., Found]:
    """Return a function that commits, indexes everything once, and searches on an actor's behalf."""
    made: list[int] = []

    def find(line: str = "", actor: Actor | None = None, **wish) -> Found:
        session.commit()
        if not made:
            made.append(indexer.rebuild())
        reader = reader_of(session, actor or Actor.visitor(), clock.local_day(clock.now()))
        return finding.search(session, whoosh, reader, Wish(line, **wish))

    return find


def ids_of(found: Found) -> set[tuple[str, int]]:
    """Return what was found."""
    return {(find.kind.value, find.id) for group in found.groups for find in group.finds}


def titles_of(found: Found) -> list[str]:
    """Return the titles of what was found, in order."""
    return ["".join(piece.text for piece in find.title) for group in found.groups for find in group.finds]
