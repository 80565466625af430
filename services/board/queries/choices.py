"""Reads what a form of a post offers to choose from, and the firms that somebody names as its readers."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from services.board.queries.visibility import TRADING_KINDS
from services.catalogue.models import ProductClass
from services.organisations.chain import ChainNode
from services.organisations.models import Cluster, ClusterOrganisation, Organisation

MOST_CLASSES = 200
MOST_NODES = 300
MOST_NAMED = 60


def product_classes(session: Session) -> list[ProductClass]:
    """Return the classes of products."""
    return list(session.scalars(select(ProductClass).order_by(ProductClass.code).limit(MOST_CLASSES)))


def nodes_for(session: Session, organisation_id: int | None) -> list[tuple[Cluster, ChainNode]]:
    """Return the nodes of the chains in which the firm stands; those of every chain where it stands in none."""
    statement = (
        select(Cluster, ChainNode)
        .join(ChainNode, ChainNode.cluster_id == Cluster.id)
        .order_by(Cluster.id, ChainNode.id)
        .limit(MOST_NODES)
    )
    own = select(ClusterOrganisation.cluster_id).where(ClusterOrganisation.organisation_id == organisation_id)
    found = session.execute(statement.where(Cluster.id.in_(own))).all() or session.execute(statement).all()
    return [(cluster, node) for cluster, node in found]


def firms_named(session: Session, names: Collection[str]) -> dict[str, list[int]]:
    """Return for each name the trading organisations that are called so, in full or in short."""
    statement = (
        select(Organisation.id, Organisation.name, Organisation.short_name)
        .where(
            Organisation.kind.in_(sorted(TRADING_KINDS)),
            or_(Organisation.name.in_(sorted(names)), Organisation.short_name.in_(sorted(names))),
        )
        .order_by(Organisation.id)
        .limit(MOST_NAMED)
    )
    rows = session.execute(statement).all()
    return {name: [firm_id for firm_id, full, short in rows if name in {full, short}] for name in names}


def names_of(session: Session, organisation_ids: Sequence[int]) -> list[str]:
    """Return the full names of organisations."""
    statement = select(Organisation.name).where(Organisation.id.in_(organisation_ids)).order_by(Organisation.id)
    return list(session.scalars(statement))
