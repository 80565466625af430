"""The secretariat marks who is a member, until the association keeps its register."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from services.association.models import MemberMark
from services.core.errors import NotFound, RuleBroken
from services.core.messages import N_
from services.core.permissions import Permission
from services.core.work import Work
from services.organisations.models import ClusterOrganisation, Organisation, OrgKind, OrgState


class NotInCluster(RuleBroken):
    """Only a firm of the association's own clusters can be its member."""

    message = N_("This organisation belongs to none of the association's clusters.")
    field = "organisation"


class DaysReversed(RuleBroken):
    """A membership cannot end before it begins."""

    message = N_("The last day lies before the first one.")
    field = "until_on"


def mark_member(
    work: Work, association_id: int, organisation_id: int, *, from_on: date, until_on: date | None = None
) -> MemberMark:
    """The organisation is a member of the association from one day on, in place of what was marked before."""
    work.require(Permission.MEMBER_MARK, scope=association_id)
    association = work.session.get(Organisation, association_id)
    firm = work.session.get(Organisation, organisation_id)
    if association is None or association.kind is not OrgKind.ASSOCIATION or firm is None:
        raise NotFound
    if firm.kind is OrgKind.ASSOCIATION or not _share_a_cluster(work, association_id, organisation_id):
        raise NotInCluster
    if until_on is not None and until_on < from_on:
        raise DaysReversed
    mark = work.session.get(MemberMark, (association_id, organisation_id), with_for_update={"of": MemberMark})
    if mark is None:
        mark = MemberMark(association_id=association_id, organisation_id=organisation_id)
        work.session.add(mark)
    mark.from_on, mark.until_on = from_on, until_on
    mark.marked_by_id, mark.marked_at = work.actor.person_id, work.now
    work.record("member.marked", firm, association_id=association_id, from_on=from_on, until_on=until_on)
    return mark


def end_mark(work: Work, association_id: int, organisation_id: int) -> None:
    """The organisation is no member of the association from today on. Raises NotFound when it was none."""
    work.require(Permission.MEMBER_MARK, scope=association_id)
    mark = work.session.get(MemberMark, (association_id, organisation_id), with_for_update={"of": MemberMark})
    yesterday = work.today - timedelta(days=1)
    if mark is None or (mark.until_on is not None and mark.until_on <= yesterday):
        raise NotFound
    if mark.from_on > yesterday:
        work.session.delete(mark)
    else:
        mark.until_on = yesterday
    work.record("member.unmarked", mark.organisation, association_id=association_id)


def marks_of(association_id: int) -> Select[MemberMark]:
    """Select the members of an association, past and present, by their names."""
    return (
        select(MemberMark)
        .join(MemberMark.organisation)
        .options(joinedload(MemberMark.organisation))
        .where(MemberMark.association_id == association_id)
        .order_by(Organisation.name, Organisation.id)
    )


def candidates_of(association_id: int, words: str) -> Select[Organisation]:
    """Select the organisations of the association's clusters that a name, or a part of it, may mean."""
    clusters = select(ClusterOrganisation.cluster_id).where(ClusterOrganisation.organisation_id == association_id)
    inside = select(ClusterOrganisation.organisation_id).where(ClusterOrganisation.cluster_id.in_(clusters))
    return (
        select(Organisation)
        .where(
            Organisation.id.in_(inside),
            Organisation.kind != OrgKind.ASSOCIATION,
            Organisation.state != OrgState.SUSPENDED,
            Organisation.name.contains(words, autoescape=True)
            | Organisation.short_name.contains(words, autoescape=True),
        )
        .order_by(Organisation.name, Organisation.id)
    )


def _share_a_cluster(work: Work, association_id: int, organisation_id: int) -> bool:
    ours = select(ClusterOrganisation.cluster_id).where(ClusterOrganisation.organisation_id == association_id)
    statement = select(ClusterOrganisation.cluster_id).where(
        ClusterOrganisation.organisation_id == organisation_id, ClusterOrganisation.cluster_id.in_(ours)
    )
    return work.session.scalars(statement.limit(1)).first() is not None
