"""The public directory: which organisations everybody may see, and how the list is narrowed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, selectinload

from services.organisations.models import Cluster, ClusterOrganisation, Organisation, OrgKind, OrgState, OrgType
from services.organisations.rules import name_key

LONGEST_QUERY = 100
MOST_TOWNS = 30
LISTED = tuple(kind for kind in OrgKind if kind not in {OrgKind.OPERATOR, OrgKind.DEPARTMENT})


@dataclass(frozen=True)
class Wish:
    """What a visitor has narrowed the directory to."""

    cluster: str = ""
    town: str = ""
    org_type: OrgType | None = None
    level: int | None = None
    name: str = ""
    product: str = ""


@dataclass(frozen=True)
class Choice:
    """One value a visitor may narrow the list to, and how many organisations that leaves."""

    value: str
    label: str
    count: int


def is_public() -> ColumnElement[bool]:
    """Return the condition under which strangers may see an organisation: verified, or quoted from a source."""
    verified = Organisation.state.in_((OrgState.VERIFIED, OrgState.CHANGING))
    quoted = and_(Organisation.directory_quote != "", Organisation.state != OrgState.SUSPENDED)
    return or_(verified, quoted)


def public_organisation(session: Session, organisation_id: int) -> Organisation | None:
    """Return an organisation that everybody may see, with its clusters."""
    statement = (
        select(Organisation)
        .options(selectinload(Organisation.clusters))
        .where(Organisation.id == organisation_id, is_public())
    )
    return session.scalars(statement).one_or_none()


def listed(wish: Wish) -> Select[Organisation]:
    """Select what the directory shows for ``wish``: the surest first, then by name."""
    statement = select(Organisation).options(selectinload(Organisation.clusters)).where(*_conditions(wish))
    return statement.order_by(Organisation.level.desc(), Organisation.name, Organisation.id)


def cluster_choices(session: Session, wish: Wish) -> list[Choice]:
    """Return the clusters of the list, whichever cluster is chosen now."""
    statement = (
        select(Cluster.key, Cluster.short_name, func.count())
        .join(ClusterOrganisation, ClusterOrganisation.cluster_id == Cluster.id)
        .join(Organisation, Organisation.id == ClusterOrganisation.organisation_id)
        .where(*_conditions(replace(wish, cluster="")))
        .group_by(Cluster.id, Cluster.key, Cluster.short_name)
        .order_by(Cluster.id)
    )
    return [Choice(*row) for row in session.execute(statement)]


def town_choices(session: Session, wish: Wish) -> list[Choice]:
    """Return the towns with most organisations."""
    counted = func.count().label("counted")
    statement = (
        select(Organisation.town, counted)
        .where(*_conditions(replace(wish, town="")), Organisation.town != "")
        .group_by(Organisation.town)
        .order_by(counted.desc(), Organisation.town)
        .limit(MOST_TOWNS)
    )
    return [Choice(town, town, count) for town, count in session.execute(statement)]


def type_choices(session: Session, wish: Wish, word: Callable[[OrgType], str]) -> list[Choice]:
    """Return the five kinds of bodies as far as they occur."""
    counts = dict(
        session.execute(
            select(Organisation.org_type, func.count())
            .where(*_conditions(replace(wish, org_type=None)))
            .group_by(Organisation.org_type)
        ).all()
    )
    return [Choice(one.value, word(one), counts[one]) for one in OrgType if one in counts]


def level_choices(session: Session, wish: Wish, word: Callable[[int], str]) -> list[Choice]:
    """Return the verification levels as far as they occur, the surest first."""
    statement = (
        select(Organisation.level, func.count())
        .where(*_conditions(replace(wish, level=None)))
        .group_by(Organisation.level)
        .order_by(Organisation.level.desc())
    )
    return [Choice(str(level), word(level), count) for level, count in session.execute(statement)]


def _conditions(wish: Wish) -> list[ColumnElement[bool]]:
    found = [is_public(), Organisation.kind.in_(LISTED)]
    if wish.cluster:
        found.append(Organisation.clusters.any(Cluster.key == wish.cluster))
    if wish.town:
        found.append(Organisation.town == wish.town)
    if wish.org_type:
        found.append(Organisation.org_type == wish.org_type)
    if wish.level is not None:
        found.append(Organisation.level == wish.level)
    if key := name_key(wish.name[:LONGEST_QUERY]):
        found.append(Organisation.name_key.contains(key, autoescape=True))
    if product := wish.product[:LONGEST_QUERY].strip().casefold():
        found.append(func.lower(Organisation.products).contains(product, autoescape=True))
    return found
