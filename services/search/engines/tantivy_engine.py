"""An index of tantivy, in a folder of this machine: for volume without a server.

Every generation of the index is a folder of its own; the file CURRENT names the one that is read. A rebuild makes the next
folder and then replaces CURRENT. Commits are tantivy's own: a process that is killed leaves the last commit as it was.
"""

from __future__ import annotations

import json
import os
import shutil
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import tantivy
from tantivy import Query

from services.search import ranking
from services.search.documents import Entry, Hits, Kind, Question
from services.search.engine import Health, IndexUnusable
from services.search.engines.tantivy_question import counts_of, filters_of, kinds_of, page_of, silent, words_of
from services.search.engines.tantivy_schema import SCHEMA, SUGGESTIONS, document_of, one
from services.search.suggesting import commonest, typed_prefix

HEAP = 64_000_000
_CURRENT = "CURRENT"

Mark = tuple[int, int]


@dataclass(frozen=True)
class _Opened:
    """A generation of the index as it is read."""

    generation: int
    pointed: Mark
    index: tantivy.Index
    meta: str
    mark: Mark
    opstamp: int

    @property
    def sequence(self) -> int:
        return self.generation << 32 | self.opstamp


class TantivyEngine:
    """Keeps the index in ``folder``, which nobody else writes to."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._pointer = str(folder / _CURRENT)
        self._lock = threading.Lock()
        self._opened: _Opened | None = None
        self._writer: tantivy.IndexWriter | None = None
        self._writes_to = 0

    def upsert(self, entries: Iterable[Entry]) -> None:
        """Put entries in, in place of what has the same key; found after ``commit``."""
        with _usable():
            writer = self._writing()
            for entry in entries:
                writer.delete_documents_by_query(one(entry.document.kind, entry.document.id))
                writer.add_document(document_of(entry))

    def delete(self, keys: Iterable[tuple[Kind, int]]) -> None:
        """Take documents out; unknown ones are passed over."""
        with _usable():
            writer = self._writing()
            for kind, ident in keys:
                writer.delete_documents_by_query(one(kind, ident))

    def commit(self) -> int:
        """Make what was written durable and findable; return the sequence of this state."""
        with _usable():
            self._writing().commit()
            return self._reading().sequence

    def search(self, question: Question) -> Hits:
        """Return the page of hits asked for, and the counts."""
        with _usable():
            opened = self._reading()
            searcher = opened.index.searcher()
            weighted = ranking.weighted(question, searcher.num_docs, searcher.doc_freq)
            must, should = words_of(weighted, question.any_is_enough)
            of_any_kind = [*must, *silent(filters_of(question))]
            fitting = [*of_any_kind, *silent(kinds_of(question))]
            kinds, facets = counts_of(searcher, Query.boolean_query(fitting), question.count_facets)
            hits = page_of(searcher, Query.boolean_query([*fitting, *should]), question)
            total = sum(kinds.values())
            if question.kinds:
                kinds, _ = counts_of(searcher, Query.boolean_query(of_any_kind), ())
            return Hits(hits, total, kinds, facets, opened.sequence)

    def suggest(self, prefix: str, readers: Sequence[str], size: int = 8) -> list[str]:
        """Return words of titles that begin with ``prefix``, the commonest first."""
        typed = typed_prefix(prefix)
        if not typed:
            return []
        with _usable():
            may_read = Query.term_set_query(SCHEMA, "readers", list(readers))
            found = self._reading().index.searcher().terms_with_prefix(SUGGESTIONS, typed, may_read)
        return commonest(found, size)

    def keys(self) -> Iterable[tuple[Kind, int, int]]:
        """Return kind, id and version of everything in the index."""
        with _usable():
            searcher = self._reading().index.searcher()
            if not searcher.num_docs:
                return []
            everything = searcher.search(Query.all_query(), limit=searcher.num_docs, count=False)
            places = [place for _, place in everything.hits]
            numbers = searcher.fast_field_values("number", places)
            versions = searcher.fast_field_values("version", places)
        return [
            (*ranking.kind_and_id(int(number or 0)), int(version or 0))
            for number, version in zip(numbers, versions, strict=True)
        ]

    def rebuild(self, entries: Iterable[Entry]) -> int:
        """Build a new index beside this one and put it in its place at once; return the sequence."""
        with _usable():
            self._let_go()
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            generation = max((*self._generations(), 0)) + 1
            index = _made(self._place(generation))
            writer = index.writer(HEAP, 1)
            for entry in entries:
                writer.add_document(document_of(entry))
            writer.commit()
            writer.wait_merging_threads()
            self._point_to(generation)
            for old in self._generations():
                if old != generation:
                    shutil.rmtree(self._place(old), ignore_errors=True)
            return self._reading().sequence

    def health(self) -> Health:
        """Return how the index stands."""
        with _usable():
            opened = self._reading()
            return Health(opened.index.searcher().num_docs, opened.sequence)

    def close(self) -> None:
        """Let go of files; what was not committed is forgotten."""
        with _usable():
            self._let_go()

    def _let_go(self) -> None:
        writer, self._writer, self._opened = self._writer, None, None
        if writer is not None:
            writer.rollback()
            writer.wait_merging_threads()

    def _place(self, generation: int) -> Path:
        return self._folder / f"generation-{generation}"

    def _generations(self) -> list[int]:
        names = (path.name.rpartition("-")[2] for path in self._folder.glob("generation-*"))
        return [int(name) for name in names if name.isdigit()]

    def _current(self) -> int:
        return int((self._folder / _CURRENT).read_text(encoding="ascii"))

    def _point_to(self, generation: int) -> None:
        """Make ``generation`` the one that is read, in one step that a crash cannot cut in two."""
        beside = self._folder / f"{_CURRENT}.new"
        with beside.open("w", encoding="ascii") as file:
            file.write(str(generation))
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self._folder / _CURRENT)

    def _writing(self) -> tantivy.IndexWriter:
        """Return the writer of the generation that is read; an index that is missing is made by ``rebuild`` only."""
        generation = self._current()
        if self._writer is not None and self._writes_to != generation:
            self._let_go()
        if self._writer is None:
            self._writer = self._reading().index.writer(HEAP, 1)
            self._writes_to = generation
        return self._writer

    def _reading(self) -> _Opened:
        """Return the index as it was committed last, by whatever process; a rebuild between two looks is followed."""
        try:
            return self._looked_at()
        except FileNotFoundError:
            return self._looked_at()

    def _looked_at(self) -> _Opened:
        opened = self._opened
        pointed = _mark(self._pointer)
        if opened is not None and opened.pointed == pointed and opened.mark == _mark(opened.meta):
            return opened
        with self._lock:
            generation = self._current()
            meta = self._place(generation) / "meta.json"
            mark = _mark(str(meta))
            same = opened is not None and opened.generation == generation
            index = opened.index if same and opened is not None else _open(self._place(generation))
            opstamp = json.loads(meta.read_text(encoding="utf-8"))["opstamp"]
            index.reload()
            self._opened = _Opened(generation, pointed, index, str(meta), mark, opstamp)
            return self._opened


@contextmanager
def _usable() -> Iterator[None]:
    """Say of whatever the engine stumbles on that the index is not usable."""
    try:
        yield
    except (OSError, ValueError, RuntimeError, SystemError, KeyError) as error:
        raise IndexUnusable from error


def _mark(path: str) -> Mark:
    """Return what changes with a file that is replaced."""
    seen = os.stat(path)  # noqa: PTH116 - once for every question
    return seen.st_mtime_ns, seen.st_ino


def _made(place: Path) -> tantivy.Index:
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(mode=0o700)
    return _prepared(tantivy.Index(SCHEMA, path=str(place)))


def _open(place: Path) -> tantivy.Index:
    return _prepared(tantivy.Index.open(str(place)))


def _prepared(index: tantivy.Index) -> tantivy.Index:
    index.config_reader("manual")
    index.register_tokenizer("blanks", tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())
    return index
