"""Who reads which post, and what a reader may know of who stands behind it (domain.md F07, 8).

The same rule twice: as a condition over ``Post`` for the database, and as tokens for the search index. A post is read
by whoever shares a token with it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from services.association.standing import memberships_of
from services.board.models.posts import Post, PostState, PostTarget, Visibility
from services.core.actor import Actor
from services.core.permissions import Permission, Role
from services.organisations.chain import ChainNode
from services.organisations.models import ClusterOrganisation, Organisation, OrgKind

TRADING_KINDS = frozenset({OrgKind.ENTERPRISE, OrgKind.CENTRE, OrgKind.INSTITUTE, OrgKind.CARRIER, OrgKind.ASSOCIATION})
"""The kinds of organisations that post and answer; departments, the operator and banks read what the public reads."""
MOST_NODES = 20


@dataclass(frozen=True)
class Reader:
    """On whose behalf posts are read. ``associations`` are the ones whose secretariat the reader belongs to."""

    organisation_id: int | None
    today: date
    is_verified: bool = False
    memberships: frozenset[int] = field(default_factory=frozenset)
    node_ids: frozenset[int] = field(default_factory=frozenset)
    associations: frozenset[int] = field(default_factory=frozenset)
    reviews_for_nobody: bool = False
    """Whether the reader reviews the posts of clusters that have no association."""

    @property
    def is_member(self) -> bool:
        """Whether the reader's firm is a member of any association."""
        return bool(self.memberships)

    def reviews(self, post: Post) -> bool:
        """Tell whether the reader belongs to those who review the post."""
        if post.association_id is None:
            return self.reviews_for_nobody
        return post.association_id in self.associations

    def owns(self, post: Post) -> bool:
        """Tell whether it is a post of the reader's own firm."""
        return self.organisation_id is not None and post.organisation_id == self.organisation_id


@dataclass(frozen=True)
class Face:
    """What is shown of who stands behind a post; of an anonymous one, its association's name alone."""

    label: str
    name: str
    is_anonymous: bool = False
    organisation_id: int | None = None
    town: str = ""
    level: int = 0


def reviews_for_nobody(actor: Actor) -> bool:
    """Tell whether the actor reviews the posts of clusters that have no association."""
    return actor.is_system or Role.SYSADMIN in actor.roles


def reader_of(session: Session, actor: Actor, today: date) -> Reader:
    """Return the reader behind a request."""
    own = session.get(Organisation, actor.organisation_id) if actor.organisation_id is not None else None
    if own is None:
        return Reader(None, today, reviews_for_nobody=reviews_for_nobody(actor))
    reviewing = own.kind is OrgKind.ASSOCIATION and actor.may(Permission.POST_REVIEW, own.id)
    return _of_firm(session, own, today, frozenset({own.id}) if reviewing else frozenset(), reviews_for_nobody(actor))


def reader_of_firm(session: Session, organisation: Organisation, today: date) -> Reader:
    """Return the reader that any agent of the firm is; for digests and matches."""
    return _of_firm(session, organisation, today)


def visible_to(reader: Reader) -> ColumnElement[bool]:
    """Return the condition on Post of the published posts that the reader may read."""
    still_open = and_(Post.state == PostState.PUBLISHED, Post.valid_until >= reader.today)
    return and_(still_open, or_(*_ways(reader)))


def mine_or(reader: Reader, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Widen ``condition`` by the posts that the reader's firm wrote or its secretariat reviews, in any state."""
    ways: list[ColumnElement[bool]] = [condition]
    if reader.organisation_id is not None:
        ways.append(Post.organisation_id == reader.organisation_id)
    if reviewed := _reviewed(reader):
        ways.append(and_(Post.state != PostState.DRAFT, or_(*reviewed)))
    return or_(*ways)


def tokens_of(reader: Reader) -> tuple[str, ...]:
    """Return the tokens of which a post must carry one for this reader."""
    tokens = ["all"]
    if reader.organisation_id is not None:
        tokens.append(f"owner:{reader.organisation_id}")
    if reader.is_verified:
        tokens += ["verified", f"org:{reader.organisation_id}"]
        tokens += [f"node:{node_id}" for node_id in sorted(reader.node_ids)]
        tokens += [f"members:{association_id}" for association_id in sorted(reader.memberships)]
    tokens += [f"association:{association_id}" for association_id in sorted(reader.associations)]
    if reader.reviews_for_nobody:
        tokens.append("association:none")
    return tuple(tokens)


def readers_of(post: Post) -> tuple[str, ...]:
    """Return the tokens that a post carries: who reads it while it is published."""
    tokens = [f"owner:{post.organisation_id}", f"association:{post.association_id or 'none'}"]
    if post.visibility in {Visibility.PUBLIC, Visibility.ANONYMOUS}:
        tokens.append("all")
    elif post.visibility is Visibility.VERIFIED:
        tokens.append("verified")
    elif post.visibility is Visibility.MEMBERS:
        tokens.append("verified" if post.association_id is None else f"members:{post.association_id}")
    else:
        tokens += [
            f"node:{target.node_id}" if target.node_id is not None else f"org:{target.organisation_id}"
            for target in post.targets
        ]
    return tuple(tokens)


def face_of(post: Post) -> Face:
    """Return who is shown to stand behind the post, whoever reads it: lists and papers go from hand to hand."""
    if post.visibility is Visibility.ANONYMOUS:
        front = post.association
        return Face(front.label if front else "", front.name if front else "", is_anonymous=True)
    return _whole_face(post)


def hidden_face_of(post: Post, reader: Reader) -> Face | None:
    """Return the firm behind an anonymous post to those who review it, to be shown apart; None for everybody else."""
    is_hidden = post.visibility is Visibility.ANONYMOUS
    return _whole_face(post) if is_hidden and reader.reviews(post) and not reader.owns(post) else None


def _whole_face(post: Post) -> Face:
    firm = post.organisation
    is_anonymous = post.visibility is Visibility.ANONYMOUS
    return Face(firm.label, firm.name, is_anonymous, firm.id, firm.town, firm.level)


def _of_firm(
    session: Session,
    firm: Organisation,
    today: date,
    associations: frozenset[int] = frozenset(),
    for_nobody: bool = False,
) -> Reader:
    is_verified = firm.is_verified and firm.kind in TRADING_KINDS
    return Reader(
        firm.id,
        today,
        is_verified,
        memberships_of(session, firm.id, today) if is_verified else frozenset(),
        _nodes_of(session, firm) if is_verified else frozenset(),
        associations,
        for_nobody,
    )


def _nodes_of(session: Session, firm: Organisation) -> frozenset[int]:
    """Return the nodes at which the firm stands in the chains of its clusters."""
    if not firm.chain_node:
        return frozenset()
    statement = (
        select(ChainNode.id)
        .join(ClusterOrganisation, ClusterOrganisation.cluster_id == ChainNode.cluster_id)
        .where(ClusterOrganisation.organisation_id == firm.id, ChainNode.name == firm.chain_node)
        .order_by(ChainNode.id)
        .limit(MOST_NODES)
    )
    return frozenset(session.scalars(statement))


def _ways(reader: Reader) -> list[ColumnElement[bool]]:
    ways: list[ColumnElement[bool]] = [Post.visibility.in_([Visibility.PUBLIC, Visibility.ANONYMOUS])]
    if reader.organisation_id is not None:
        ways.append(Post.organisation_id == reader.organisation_id)
    if reader.is_verified:
        ways.append(Post.visibility == Visibility.VERIFIED)
        front = or_(Post.association_id.is_(None), Post.association_id.in_(sorted(reader.memberships)))
        ways.append(and_(Post.visibility == Visibility.MEMBERS, front))
        ways.append(and_(Post.visibility == Visibility.SELECTED, _named(reader)))
    return ways + _reviewed(reader)


def _named(reader: Reader) -> ColumnElement[bool]:
    targeted = or_(
        PostTarget.organisation_id == reader.organisation_id, PostTarget.node_id.in_(sorted(reader.node_ids))
    )
    return select(PostTarget.id).where(PostTarget.post_id == Post.id, targeted).exists()


def _reviewed(reader: Reader) -> list[ColumnElement[bool]]:
    ways: list[ColumnElement[bool]] = []
    if reader.associations:
        ways.append(Post.association_id.in_(sorted(reader.associations)))
    if reader.reviews_for_nobody:
        ways.append(Post.association_id.is_(None))
    return ways
