"""The board for tests: an association with its firms, and posts in any state; everything is flushed, so it has an id."""

from dataclasses import dataclass
from datetime import timedelta
from itertools import count

from sqlalchemy.orm import Session

from services.accounts.models import Person
from services.association.models.register import Member
from services.board.models.posts import Direction, Post, PostSpec, PostState, PostTarget, PostType
from services.board.rules.wishes import WishPost
from services.core import clock
from services.core.actor import Actor
from services.core.permissions import Role
from services.organisations.chain import ChainNode
from services.organisations.models import Cluster, ClusterOrganisation, Organisation, OrgKind, OrgState, OrgType
from tests.factories.accounts import make_person
from tests.factories.catalogue import make_cluster
from tests.factories.organisations import actor_of, make_member, make_organisation
from tests.factories.register import enrol

_numbers = count(1)
BODY = "用于灯工圣诞挂件，要求无气线、结石，膨胀系数3.3±0.1，长度1500±5mm，捆扎防碰；先供100kg试样，附成分报告。"
WITHOUT_NUMBER = {PostState.DRAFT}


@dataclass(frozen=True)
class Firm:
    """An organisation with one person who acts for it."""

    organisation: Organisation
    person: Person
    actor: Actor


@dataclass(frozen=True)
class Board:
    """An association, two members, a verified firm and an unverified one of its cluster, and somebody from elsewhere."""

    cluster: Cluster
    association: Firm
    member: Firm
    other_member: Firm
    stranger: Firm
    """Verified, of the cluster, no member."""
    unverified: Firm
    outsider: Firm
    """Verified, of a cluster without an association."""
    visitor: Actor


def make_firm(session: Session, cluster: Cluster | None = None, role: Role = Role.ENT_ADMIN, **over) -> Firm:
    """Make an organisation of the cluster with one person in that role."""
    organisation = make_organisation(session, **over)
    if cluster is not None:
        session.add(ClusterOrganisation(cluster_id=cluster.id, organisation_id=organisation.id))
    person = make_person(session)
    make_member(session, person, organisation, role)
    session.flush()
    return Firm(organisation, person, actor_of(session, person, organisation))


def make_association(session: Session, cluster: Cluster, **over) -> Firm:
    """Make the association of a cluster with one person of its secretariat."""
    values = {"name": f"示例{cluster.name}协会", "short_name": "示例协会", "org_type": OrgType.INTERMEDIARY} | over
    return make_firm(session, cluster, Role.ASSOC_STAFF, kind=OrgKind.ASSOCIATION, **values)


def enrol_firm(session: Session, association: Firm, firm: Firm) -> Member:
    """Make a firm a member since long."""
    return enrol(session, association.organisation.id, firm.organisation.id)


def make_board(session: Session) -> Board:
    """Make a cluster with an association and one firm of every kind."""
    cluster = make_cluster(session)
    association = make_association(session, cluster)
    board = Board(
        cluster,
        association,
        make_firm(session, cluster, chain_node="成品制造"),
        make_firm(session, cluster, chain_node="玻璃棒管"),
        make_firm(session, cluster),
        make_firm(session, cluster, level=1, state=OrgState.SUBMITTED),
        make_firm(session, make_cluster(session)),
        Actor.visitor(),
    )
    enrol_firm(session, association, board.member)
    enrol_firm(session, association, board.other_member)
    return board


def make_node(session: Session, cluster: Cluster, name: str = "玻璃棒管", **over) -> ChainNode:
    """Make a node of a cluster's chain."""
    node = ChainNode(cluster_id=cluster.id, name=name, **over)
    session.add(node)
    session.flush()
    return node


def wish(**over) -> WishPost:
    """Return a post that can be sent in as it is: a need of glass rods."""
    values = {
        "type": PostType.PURCHASE,
        "direction": Direction.NEED,
        "title": "求购高硼硅玻璃棒Φ6–Φ22mm，月用8吨",
        "body": BODY,
        "quantity_milli": 8000,
        "unit": "吨/月",
        "is_negotiable": True,
        "contact_name": "王示例",
        "contact_phone": "13800000001",
    } | over
    return WishPost(**values)


def make_post(
    session: Session,
    firm: Firm,
    association: Firm | None = None,
    *,
    specs: tuple[tuple[str, ...], ...] = (),
    target_nodes: tuple[int, ...] = (),
    target_firms: tuple[int, ...] = (),
    **over,
) -> Post:
    """Make a public, published need of glass rods; ``specs`` are (name, value, unit, tolerance)."""
    now = clock.now()
    number = next(_numbers)
    state = over.get("state", PostState.PUBLISHED)
    values = {
        "no": None if state in WITHOUT_NUMBER else f"GX-20260101-{number:04d}",
        "organisation_id": firm.organisation.id,
        "posted_by_id": firm.person.id,
        "association_id": association.organisation.id if association else None,
        "type": PostType.PURCHASE,
        "direction": Direction.NEED,
        "title": f"求购高硼硅玻璃棒{number}号料，月用8吨",
        "body": BODY,
        "contact_name": "王示例",
        "contact_phone": "13800000001",
        "state": state,
        "state_at": now,
        "created_at": now,
        "submitted_at": None if state is PostState.DRAFT else now,
        "published_at": now if state is PostState.PUBLISHED else None,
        "accepted_at": now if state is PostState.PUBLISHED else None,
        "valid_until": clock.local_day(now) + timedelta(days=60),
    } | over
    post = Post(**values)
    post.specs = [
        PostSpec(position=place, **dict(zip(("name", "value", "unit", "tolerance"), row, strict=False)))
        for place, row in enumerate(specs, 1)
    ]
    post.targets = [PostTarget(node_id=node_id) for node_id in target_nodes]
    post.targets += [PostTarget(organisation_id=firm_id) for firm_id in target_firms]
    session.add(post)
    session.flush()
    return post
