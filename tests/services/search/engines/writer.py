"""A process that writes to an index until it is killed, and says what was acknowledged."""

from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path

from sqlalchemy import create_engine

from services.search.documents import Document, Entry, Field, Kind, Tokens
from services.search.engines.choice import EngineName, make_engine

BATCH = 3
REBUILDS = 7
"""One commit in so many is a rebuild of everything there is."""


def some_entry(ident: int) -> Entry:
    """Return the document of a number, the same one in every process."""
    words = tuple(f"w{(ident * step) % 997}" for step in range(1, 80))
    document = Document(Kind.POST, ident, ident, " ".join(words[:4]), facets={"town": (f"t{ident % 5}",)})
    return Entry(document, Tokens({Field.TITLE: words[:4], Field.WORDS: words, Field.PAIRS: words}))


def write(name: EngineName, folder: Path, first: int, told: Connection) -> None:
    """Write batch after batch from number ``first``; send the last number of each as soon as its commit has returned."""
    index = make_engine(name, folder, create_engine("sqlite://"))
    for turn in count(1):
        last = first + BATCH - 1
        if turn % REBUILDS == 0:
            index.rebuild(some_entry(ident) for ident in range(1, last + 1))
        else:
            index.upsert(some_entry(ident) for ident in range(first, last + 1))
            index.commit()
        told.send(last)
        first = last + 1
