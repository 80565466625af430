"""Compares the index with the database, a bounded number of documents at a time, and mends what differs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import sqlalchemy
from sqlalchemy.orm import Session

from services.search.documents import Document, Kind
from services.search.engine import Engine
from services.search.gathering import documents_of, every_document
from services.search.lexicon import lexicon_of

Key = tuple[Kind, int]


class Comparison:
    """One comparison under way. What changes while it runs is promised to the index anyway."""

    def __init__(self, database: sqlalchemy.Engine, index: Engine) -> None:
        self._database = database
        self._index = index
        indexed = index.keys()
        self._unseen: dict[Key, int] = {(kind, one): version for kind, one, version in indexed}
        self._session = Session(database)
        self._batches: Iterator[list[Document]] = every_document(self._session)
        self.mended = 0

    def step(self) -> bool:
        """Compare the next documents and write what differs; False when it is over."""
        batch = next(self._batches, None)
        if batch is None:
            self._session.close()
            self._take_out()
            return False
        versions = {(one.kind, one.id): self._unseen.pop((one.kind, one.id), None) for one in batch}
        self._put_in([one for one in batch if versions[one.kind, one.id] != one.version])
        return True

    def _put_in(self, documents: Sequence[Document]) -> None:
        if documents:
            analyser = lexicon_of(self._session).analyser
            self._session.rollback()
            self._index.upsert(analyser.entry(document) for document in documents)
            self._index.commit()
            self.mended += len(documents)

    def _take_out(self) -> None:
        """Take out what is in the index and no longer belongs there, looking again at each."""
        with Session(self._database) as session:
            still = {(one.kind, one.id) for one in documents_of(session, self._unseen)}
        gone = [key for key in self._unseen if key not in still]
        if gone:
            self._index.delete(gone)
            self._index.commit()
            self.mended += len(gone)
