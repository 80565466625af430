"""Reads hits again from the database, with the reader's rights, and marks the words in what comes back."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from services.board.queries.visibility import Reader
from services.search.documents import Kind
from services.search.highlighting import LENGTH, marked
from services.search.mappings.every import MAPPINGS
from services.search.results import Find


def finds_of(session: Session, reader: Reader, kind: Kind, ids: Sequence[int], words: Sequence[str]) -> list[Find]:
    """Return those of the ids that this reader may see, in their order."""
    shown = MAPPINGS[kind].shown(session, reader, ids, reader.today) if ids else {}
    return [
        Find(
            kind, one, shown[one].thing, marked(shown[one].title, words), marked(shown[one].text, words, length=LENGTH)
        )
        for one in ids
        if one in shown
    ]
