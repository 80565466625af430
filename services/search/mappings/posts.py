"""Published posts. Of who stands behind one nothing is indexed: neither name nor town of an anonymous firm can leak."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from services.board.models.posts import Post, PostState, Visibility
from services.board.queries.visibility import Face, Reader, face_of, readers_of, visible_to
from services.core import clock
from services.organisations.chain import ChainNode
from services.organisations.models import Cluster, Organisation
from services.search.documents import Document, Kind
from services.search.mappings.mapping import KindMapping, chosen, has_all, stamped, whole_numbers
from services.search.mappings.modules import cluster_names, product_names
from services.search.results import Shown

FACETS = ("type", "direction", "product", "node", "town", "cluster", "verified", "urgent")
TYPE_WORDS: Mapping[str, tuple[str, ...]] = {
    "purchase": ("求购", "采购"),
    "supply": ("供应", "销售"),
    "processing": ("外协", "加工", "外协加工"),
    "capacity": ("产能", "加工能力"),
    "equipment": ("设备", "转让"),
    "stock": ("闲置", "库存", "处理"),
    "logistics": ("物流", "运力", "运输"),
    "recruitment": ("招工", "招聘", "求职"),
    "technology": ("技术需求", "技术"),
    "cooperation": ("合作",),
}


@dataclass(frozen=True)
class ShownPost:
    """A post with what this reader may know of who stands behind it."""

    post: Post
    face: Face


def _open(day: date) -> Select[int]:
    return select(Post.id).where(Post.state == PostState.PUBLISHED, Post.valid_until >= day).order_by(Post.id)


def _documents(session: Session, ids: Sequence[int], day: date) -> Iterable[Document]:
    statement = (
        select(Post)
        .join(Post.organisation)
        .options(
            contains_eager(Post.organisation).selectinload(Organisation.clusters),
            joinedload(Post.association).selectinload(Organisation.clusters),
            joinedload(Post.product),
            joinedload(Post.node),
            selectinload(Post.specs),
            selectinload(Post.targets),
        )
        .where(Post.id.in_(_open(day).where(Post.id.in_(ids)).order_by(None)))
        .order_by(Post.id)
        .execution_options(populate_existing=True)
    )
    for post in session.scalars(statement):
        yield stamped(_document(post))


def _document(post: Post) -> Document:
    named = None if post.visibility is Visibility.ANONYMOUS else post.organisation
    front = named if named is not None else post.association
    specs = (f"{one.name} {one.value}{one.unit} {one.tolerance}" for one in post.specs)
    texts = (post.body, *specs, post.standard_text, post.price_note, post.place, post.no or "")
    return Document(
        kind=Kind.POST,
        id=post.id,
        version=0,
        title=post.title,
        body="\n".join(text for text in texts if text),
        keywords=(
            *post.keywords,
            *TYPE_WORDS[post.type],
            *((post.product.name,) if post.product else ()),
            *((post.node.name,) if post.node else ()),
        ),
        readers=readers_of(post),
        facets=chosen(
            type=post.type,
            direction=post.direction,
            product=post.product_code,
            node=None if post.node_id is None else str(post.node_id),
            town=None if named is None else named.town,
            cluster=() if front is None else (cluster.key for cluster in front.clusters),
            verified="yes" if named is not None and named.is_verified else None,
            urgent="yes" if post.is_urgent else None,
        ),
        at=post.published_at,
        price_fen=post.price_from_fen if post.price_from_fen is not None else post.price_to_fen,
        until=None if post.valid_until is None else clock.at(post.valid_until, 1440),
        direction=post.direction,
    )


def _shown(session: Session, reader: Reader, ids: Sequence[int], _day: date) -> Mapping[int, Shown]:
    statement = (
        select(Post)
        .options(
            joinedload(Post.organisation),
            joinedload(Post.association),
            joinedload(Post.product),
            joinedload(Post.node),
            selectinload(Post.pictures),
        )
        .where(Post.id.in_(ids), visible_to(reader))
    )
    posts = session.scalars(statement)
    return {post.id: Shown(ShownPost(post, face_of(post)), post.title, post.body) for post in posts}


def _found(reader: Reader, words: Sequence[str], _day: date) -> Select[int]:
    texts = has_all(words, Post.title, Post.body, Post.standard_text, Post.place)
    return select(Post.id).where(visible_to(reader), texts).order_by(Post.published_at.desc(), Post.id.desc())


def _node_names(session: Session, ids: Sequence[str]) -> Mapping[str, str]:
    wanted = whole_numbers(ids)
    statement = (
        select(ChainNode.id, ChainNode.name, Cluster.short_name)
        .join(Cluster, Cluster.id == ChainNode.cluster_id)
        .where(ChainNode.id.in_(wanted))
    )
    return {str(row.id): f"{row.short_name} · {row.name}" for row in session.execute(statement)}


POSTS = KindMapping(
    kind=Kind.POST,
    facets=FACETS,
    ids=_open,
    documents=_documents,
    shown=_shown,
    found=_found,
    labels={"product": product_names, "node": _node_names, "cluster": cluster_names},
)
