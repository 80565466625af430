"""A process that writes the index until it is killed."""

from multiprocessing.connection import Connection
from pathlib import Path

from services.core.engine import make_engine
from services.search import indexing
from services.search.engines.whoosh_engine import WhooshEngine
from services.search.indexing import Indexer

AT_ONCE = 20


def index_until_killed(url: str, folder: Path, told: Connection) -> None:
    """Do one thing after the other, and say so after the first."""
    indexing.MOST_AT_ONCE = AT_ONCE
    indexer = Indexer(make_engine(url), WhooshEngine(folder))
    told.send(indexer.turn())
    while True:
        indexer.turn()
