"""What a client reads of its orders of tests: three lists, and how much stands in each."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from sqlalchemy import Select, case, func, or_, select
from sqlalchemy.orm import Session, joinedload

from services.catalogue.models import Provider, ServiceModule
from services.laboratory.models.commissions import Commission, CommissionCharge, CommissionState
from services.laboratory.models.samples import Sample

S = CommissionState


class Tab(StrEnum):
    """The three lists of a client's orders."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"


STATES: dict[Tab, frozenset[CommissionState]] = {
    Tab.WAITING: frozenset(
        {S.DRAFT, S.NEED_INFO, S.QUOTED, S.AWAIT_PAYMENT, S.AWAIT_SAMPLE, S.CLIENT_CONFIRM, S.ISSUED}
    ),
    Tab.RUNNING: frozenset(
        {
            S.SUBMITTED,
            S.IN_REVIEW,
            S.AMENDING,
            S.SAMPLE_IN,
            S.TESTING,
            S.SUSPENDED,
            S.DATA_REVIEW,
            S.REPORTING,
            S.REPORT_REVIEW,
        }
    ),
    Tab.DONE: frozenset(
        {
            S.DELIVERED,
            S.CLOSED,
            S.DECLINED,
            S.LAPSED,
            S.REJECTED_BY_CLIENT,
            S.REFUSED,
            S.EXPIRED,
            S.CANCELLED,
            S.TERMINATED,
        }
    ),
}
"""Every state stands in exactly one list: the client has to act, the laboratory works, or it is over."""


def commissions_of(organisation_id: int | None, tab: Tab, *, words: str = "") -> Select[Commission]:
    """Select a firm's orders of one list, by number, sample or test when words are given; the latest change first.

    A draft that was thrown away never got a number and is no order to look back on.
    """
    statement = (
        select(Commission)
        .options(
            joinedload(Commission.provider).joinedload(Provider.organisation),
            joinedload(Commission.order),
            joinedload(Commission.clerk),
        )
        .where(
            Commission.organisation_id == organisation_id,
            Commission.state.in_(sorted(STATES[tab])),
            or_(Commission.no.is_not(None), Commission.state == S.DRAFT),
        )
    )
    if words:
        sample = select(Sample.commission_id).where(Sample.name.icontains(words, autoescape=True))
        test = (
            select(CommissionCharge.commission_id)
            .join(ServiceModule, ServiceModule.id == CommissionCharge.module_id)
            .where(ServiceModule.name.icontains(words, autoescape=True))
        )
        number = Commission.no.icontains(words, autoescape=True)
        statement = statement.where(or_(number, Commission.id.in_(sample), Commission.id.in_(test)))
    return statement.order_by(Commission.state_at.desc(), Commission.id.desc())


def counts(session: Session, organisation_id: int | None) -> dict[Tab, int]:
    """Return how many orders of a firm stand in each list, in one query."""
    sums = [func.count(case((Commission.state.in_(sorted(STATES[tab])), 1))) for tab in Tab]
    shown = or_(Commission.no.is_not(None), Commission.state == S.DRAFT)
    row = session.execute(select(*sums).where(Commission.organisation_id == organisation_id, shown)).one()
    return dict(zip(Tab, row, strict=True))


def tests_of(session: Session, commission_ids: Iterable[int]) -> dict[int, list[str]]:
    """Return the names of what each order is charged for, in one query."""
    statement = (
        select(CommissionCharge.commission_id, ServiceModule.name)
        .join(ServiceModule, ServiceModule.id == CommissionCharge.module_id)
        .where(CommissionCharge.commission_id.in_(list(commission_ids)))
        .order_by(CommissionCharge.commission_id, ServiceModule.code)
    )
    names: dict[int, list[str]] = {}
    for commission_id, name in session.execute(statement):
        names.setdefault(commission_id, []).append(name)
    return names
