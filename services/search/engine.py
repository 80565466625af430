"""What every engine does, and the errors it may raise."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from services.core.errors import ServiceError
from services.core.messages import N_
from services.search.documents import Entry, Hits, Kind, Question


class IndexUnusable(ServiceError):
    """The index is missing, damaged or being made; the caller searches the database instead."""

    message = N_("The search index is being rebuilt. Results may be incomplete.")


@dataclass(frozen=True)
class Health:
    """How an index stands: documents in it, and the sequence of its last commit."""

    documents: int
    sequence: int


class Engine(Protocol):
    """An index of entries. All calls raise IndexUnusable when the index cannot be read or written.

    Writers are one at a time: the worker holds the lease. Readers see a commit as soon as it returns.
    """

    def upsert(self, entries: Iterable[Entry]) -> None:
        """Put entries in, in place of what has the same key, whatever its version; found after ``commit``."""

    def delete(self, keys: Iterable[tuple[Kind, int]]) -> None:
        """Take documents out; unknown ones are passed over."""

    def commit(self) -> int:
        """Make what was written durable and findable; return the sequence of this state."""

    def search(self, question: Question) -> Hits:
        """Return the page of hits asked for; ties go by kind and id, so that all engines agree."""

    def suggest(self, prefix: str, readers: Sequence[str], size: int = 8) -> list[str]:
        """Return words of titles that begin with ``prefix`` (characters, pinyin or initials), the commonest first."""

    def keys(self) -> Iterable[tuple[Kind, int, int]]:
        """Return kind, id and version of everything in the index."""

    def rebuild(self, entries: Iterable[Entry]) -> int:
        """Build a new index beside this one and put it in its place at once; return the sequence."""

    def health(self) -> Health:
        """Return how the index stands."""

    def close(self) -> None:
        """Let go of files and connections."""
