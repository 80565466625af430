"""Whether an organisation is a member in good standing; prices, posts and votes ask the register here.

The rights of a member are kept as a span of days, computed in the transaction that changes a fact: whoever lapses loses them
on the day itself, not when a nightly job gets to it.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from services.association.models.register import Member
from services.organisations.models import ClusterOrganisation, Organisation, OrgKind, OrgState

MOST_ASSOCIATIONS = 20

_MEMBERSHIPS = (
    select(Member.association_id)
    .where(
        Member.organisation_id == bindparam("organisation_id"),
        Member.rights_from <= bindparam("day"),
        or_(Member.rights_until.is_(None), Member.rights_until >= bindparam("day")),
    )
    .order_by(Member.association_id)
    .limit(MOST_ASSOCIATIONS)
)


def is_member(session: Session, organisation_id: int | None, on: date) -> bool:
    """Tell whether the organisation has the rights of a member of any association on that day."""
    return bool(memberships_of(session, organisation_id, on))


def memberships_of(session: Session, organisation_id: int | None, on: date) -> frozenset[int]:
    """Return the associations in which the organisation has the rights of a member on that day."""
    if organisation_id is None:
        return frozenset()
    return frozenset(session.scalars(_MEMBERSHIPS, {"organisation_id": organisation_id, "day": on}))


def association_of(session: Session, organisation_id: int) -> int | None:
    """Return the association of the clusters that the organisation belongs to; None where there is none.

    An association is its own. Of several, the eldest is taken.
    """
    own = session.get(Organisation, organisation_id)
    if own is not None and own.kind is OrgKind.ASSOCIATION:
        return own.id
    clusters = select(ClusterOrganisation.cluster_id).where(ClusterOrganisation.organisation_id == organisation_id)
    statement = (
        select(Organisation.id)
        .join(ClusterOrganisation, ClusterOrganisation.organisation_id == Organisation.id)
        .where(
            Organisation.kind == OrgKind.ASSOCIATION,
            Organisation.state != OrgState.SUSPENDED,
            ClusterOrganisation.cluster_id.in_(clusters),
        )
        .order_by(Organisation.id)
        .limit(1)
    )
    return session.scalar(statement)
