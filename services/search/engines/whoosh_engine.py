"""An index of Whoosh, in a folder of this machine: the embedded default, for tens of thousands of documents.

Whoosh keeps which document holds which token; points, filters and counts are ours, so that hits are those of the other
engines. Every generation of the index is a folder of its own; the file CURRENT names the one that is read. A rebuild makes
the next folder and then replaces CURRENT. Whoosh's files are pickles: the folder must be nobody else's to write.
"""

from __future__ import annotations

import os
import pickle
import shutil
import struct
import threading
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from whoosh import index, reading
from whoosh.filedb.filestore import FileStorage
from whoosh.writing import LockError

from services.search import ranking
from services.search.documents import Entry, Hits, Kind, Question
from services.search.engine import Health, IndexUnusable
from services.search.engines.whoosh_question import answer, suggestions
from services.search.engines.whoosh_segment import KEY, Segment, schema, written
from services.search.suggesting import typed_prefix

PATIENCE = 10.0
"""Seconds to wait for another writer."""
MEMORY = 64
"""Megabytes of tokens that are gathered before they go to disk."""
_CURRENT = "CURRENT"
_DAMAGE = (
    OSError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    ImportError,
    LookupError,
    MemoryError,
    RuntimeError,
    TypeError,
    ValueError,
    LockError,
    index.IndexError,
    index.EmptyIndexError,
    index.IndexVersionError,
    pickle.UnpicklingError,
    reading.TermNotFound,
    reading.ReaderClosed,
    struct.error,
    zlib.error,
)
"""What reading damaged files may raise."""


@dataclass(frozen=True)
class _Opened:
    """The index as it was committed last."""

    generation: int
    commit: int
    index: Any
    segments: tuple[Segment, ...]

    @property
    def sequence(self) -> int:
        return self.generation << 32 | self.commit


class WhooshEngine:
    """Keeps the index in ``folder``, which nobody else writes to."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.RLock()  # Whoosh's readers move along one file
        self._opened: _Opened | None = None
        self._pending: dict[int, Entry | None] = {}

    def upsert(self, entries: Iterable[Entry]) -> None:
        """Put entries in, in place of what has the same key; found after ``commit``."""
        for entry in entries:
            self._pending[ranking.number_of(entry.document.kind, entry.document.id)] = entry

    def delete(self, keys: Iterable[tuple[Kind, int]]) -> None:
        """Take documents out; unknown ones are passed over."""
        for kind, ident in keys:
            self._pending[ranking.number_of(kind, ident)] = None

    def commit(self) -> int:
        """Make what was written durable and findable; return the sequence of this state."""
        with self._usable():
            pending, self._pending = self._pending, {}
            if pending:
                _write(self._reading().index, pending)
            return self._reading().sequence

    def search(self, question: Question) -> Hits:
        """Return the page of hits asked for, and the counts."""
        with self._usable():
            opened = self._reading()
            return answer(opened.segments, question, opened.sequence)

    def suggest(self, prefix: str, readers: Sequence[str], size: int = 8) -> list[str]:
        """Return words of titles that begin with ``prefix``, the commonest first."""
        typed = typed_prefix(prefix)
        if not typed:
            return []
        with self._usable():
            return suggestions(self._reading().segments, typed, readers, size)

    def keys(self) -> Iterable[tuple[Kind, int, int]]:
        """Return kind, id and version of everything in the index."""
        with self._usable():
            facts = [one for segment in self._reading().segments for one in segment.facts.values()]
        return [(*ranking.kind_and_id(one.number), one.version) for one in facts]

    def rebuild(self, entries: Iterable[Entry]) -> int:
        """Build a new index beside this one and put it in its place at once; return the sequence."""
        self._pending = {}
        with self._damage_told():
            generation = self._prepared()
            writer = index.create_in(str(self._place(generation)), schema()).writer(limitmb=MEMORY)
            for entry in entries:
                writer.add_document(**written(entry))
            writer.commit(merge=False)
            self._point_to(generation)
        with self._usable():
            sequence = self._reading().sequence
        for old in self._generations():
            if old != generation:
                shutil.rmtree(self._place(old), ignore_errors=True)
        return sequence

    def health(self) -> Health:
        """Return how the index stands."""
        with self._usable():
            opened = self._reading()
            return Health(sum(len(segment.facts) for segment in opened.segments), opened.sequence)

    def close(self) -> None:
        """Let go of files; what was not committed is forgotten."""
        with self._lock:
            self._pending, opened, self._opened = {}, self._opened, None
            for segment in opened.segments if opened else ():
                segment.reader.close()

    @contextmanager
    def _usable(self) -> Iterator[None]:
        with self._lock, self._damage_told():
            yield

    @contextmanager
    def _damage_told(self) -> Iterator[None]:
        """Say of whatever the engine stumbles on that the index is not usable, and open it anew next time."""
        try:
            yield
        except _DAMAGE as error:
            self._opened = None
            raise IndexUnusable from error

    def _prepared(self) -> int:
        """Make an empty folder for the next generation and return its number."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        generation = max((*self._generations(), 0)) + 1
        self._place(generation).mkdir(mode=0o700)
        return generation

    def _place(self, generation: int) -> Path:
        return self._folder / f"generation-{generation}"

    def _generations(self) -> list[int]:
        names = (path.name.rpartition("-")[2] for path in self._folder.glob("generation-*"))
        return [int(name) for name in names if name.isdigit()]

    def _point_to(self, generation: int) -> None:
        """Make ``generation`` the one that is read, in one step that a crash cannot cut in two."""
        beside = self._folder / f"{_CURRENT}.new"
        with beside.open("w", encoding="ascii") as file:
            file.write(str(generation))
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self._folder / _CURRENT)

    def _reading(self) -> _Opened:
        """Return the index as it was committed last, by whatever process; a rebuild between two looks is followed."""
        try:
            return self._looked_at()
        except FileNotFoundError:
            return self._looked_at()

    def _looked_at(self) -> _Opened:
        generation = int((self._folder / _CURRENT).read_text(encoding="ascii"))
        opened = self._opened
        same = opened is not None and opened.generation == generation
        found = opened.index if same and opened is not None else self._open(generation)
        commit = found.latest_generation()
        if opened is not None and same and opened.commit == commit:
            return opened
        before = {segment.name: segment for segment in opened.segments} if same and opened is not None else {}
        reader = found.reader()
        segments = tuple(_segment(leaf, before) for leaf, _ in reader.leaf_readers() if leaf.segment())
        self._opened = _Opened(generation, commit, found, segments)
        return self._opened

    def _open(self, generation: int) -> Any:
        return FileStorage(str(self._place(generation))).open_index()


def _segment(leaf: Any, before: dict[str, Segment]) -> Segment:
    known = before.get(leaf.segment().segment_id())
    return known if known is not None and known.is_as(leaf) else Segment(leaf, known)


def _write(found: Any, pending: dict[int, Entry | None]) -> None:
    writer = found.writer(timeout=PATIENCE, limitmb=MEMORY)
    try:
        for number, entry in pending.items():
            writer.delete_by_term(KEY, str(number))
            if entry is not None:
                writer.add_document(**written(entry))
    except BaseException:
        writer.cancel()
        raise
    writer.commit()
