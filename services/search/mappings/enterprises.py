"""Organisations that stand in the public directory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, selectinload

from services.board.queries.visibility import Reader
from services.organisations.directory import LISTED, is_public
from services.organisations.models import Organisation
from services.search.documents import Document, Kind
from services.search.mappings.mapping import KindMapping, chosen, has_all, stamped
from services.search.mappings.modules import cluster_names
from services.search.results import Shown


def _ids(_day: date) -> Select[int]:
    return select(Organisation.id).where(is_public(), Organisation.kind.in_(LISTED)).order_by(Organisation.id)


def _documents(session: Session, ids: Sequence[int], _day: date) -> Iterable[Document]:
    statement = (
        select(Organisation)
        .options(selectinload(Organisation.clusters))
        .where(Organisation.id.in_(ids), is_public(), Organisation.kind.in_(LISTED))
        .order_by(Organisation.id)
        .execution_options(populate_existing=True)
    )
    for organisation in session.scalars(statement):
        yield stamped(_document(organisation))


def _document(organisation: Organisation) -> Document:
    texts = (organisation.products, organisation.introduction, organisation.directory_quote)
    clusters = organisation.clusters
    return Document(
        kind=Kind.ENTERPRISE,
        id=organisation.id,
        version=0,
        title=organisation.name,
        body="\n".join(text for text in texts if text),
        names=(organisation.short_name,) if organisation.short_name else (),
        keywords=tuple(
            word
            for word in (
                organisation.short_name,
                organisation.chain_node,
                organisation.town,
                *(cluster.name for cluster in clusters),
            )
            if word
        ),
        facets=chosen(
            town=organisation.town,
            type=organisation.org_type,
            cluster=(cluster.key for cluster in clusters),
            level=str(organisation.level),
        ),
        at=organisation.created_at,
    )


def _shown(session: Session, _reader: Reader, ids: Sequence[int], _day: date) -> Mapping[int, Shown]:
    statement = (
        select(Organisation)
        .options(selectinload(Organisation.clusters))
        .where(Organisation.id.in_(ids), is_public(), Organisation.kind.in_(LISTED))
    )
    return {one.id: Shown(one, one.name, one.products or one.introduction) for one in session.scalars(statement)}


def _found(_reader: Reader, words: Sequence[str], day: date) -> Select[int]:
    texts = (Organisation.name, Organisation.short_name, Organisation.products, Organisation.town)
    return _ids(day).where(has_all(words, *texts)).order_by(None).order_by(Organisation.level.desc(), Organisation.name)


ENTERPRISES = KindMapping(
    kind=Kind.ENTERPRISE,
    facets=("cluster", "town", "type", "level"),
    ids=_ids,
    documents=_documents,
    shown=_shown,
    found=_found,
    labels={"cluster": cluster_names},
)
