"""Standards, by number in any spelling and by title."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from services.board.queries.visibility import Reader
from services.core import clock
from services.search.documents import Document, Kind
from services.search.mappings.mapping import KindMapping, chosen, has_all, stamped
from services.search.results import Shown
from services.standards.models import Standard
from services.standards.rules import key_of, state_on


def _ids(_day: date) -> Select[int]:
    return select(Standard.id).order_by(Standard.id)


def _documents(session: Session, ids: Sequence[int], day: date) -> Iterable[Document]:
    statement = (
        select(Standard).where(Standard.id.in_(ids)).order_by(Standard.id).execution_options(populate_existing=True)
    )
    for standard in session.scalars(statement):
        yield stamped(_document(standard, day))


def _document(standard: Standard, day: date) -> Document:
    begins = standard.effective_on or standard.issued_on
    return Document(
        kind=Kind.STANDARD,
        id=standard.id,
        version=0,
        title=standard.title,
        body="\n".join(text for text in (standard.title_en, standard.summary) if text),
        numbers=(standard.key,),
        facets=chosen(state=state_on(standard, day)),
        at=None if begins is None else clock.at(begins, 0),
    )


def _shown(session: Session, _reader: Reader, ids: Sequence[int], _day: date) -> Mapping[int, Shown]:
    found = session.scalars(select(Standard).where(Standard.id.in_(ids)))
    return {one.id: Shown(one, f"{one.number} {one.title}", one.summary or one.title_en) for one in found}


def _found(_reader: Reader, words: Sequence[str], _day: date) -> Select[int]:
    by_text = has_all(words, Standard.title, Standard.title_en)
    key = key_of(" ".join(words))
    fitting = or_(by_text, Standard.key.contains(key, autoescape=True)) if key else by_text
    return select(Standard.id).where(fitting).order_by(Standard.key)


STANDARDS = KindMapping(
    kind=Kind.STANDARD, facets=("state",), ids=_ids, documents=_documents, shown=_shown, found=_found, labels={}
)
