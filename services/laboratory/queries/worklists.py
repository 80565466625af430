"""Reads for those who test and check: lists of lines and one line, without anything about the client.

What is read of a commission is its number, its state and its dates; of a sample its number, amount and what is needed to
handle it safely.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, contains_eager, joinedload, selectinload

from services.accounts.models import Person
from services.booking.models import Booking
from services.catalogue.models import ModuleResource, Resource, ResourceKind, ServiceModule
from services.core.errors import NotFound
from services.core.permissions import Permission
from services.laboratory.models.capability import ItemMethod, Limit, TestItem
from services.laboratory.models.commissions import Commission, CommissionState
from services.laboratory.models.lines import LineState, RawRecord, TestLine, TestResult
from services.laboratory.models.samples import Sample
from services.organisations.queries import holders_of

TO_TEST = (LineState.PENDING, LineState.SCHEDULED, LineState.IN_PROGRESS)
IN_HAND = (
    CommissionState.SAMPLE_IN,
    CommissionState.TESTING,
    CommissionState.SUSPENDED,
    CommissionState.DATA_REVIEW,
    CommissionState.ISSUED,
    CommissionState.DELIVERED,
)
"""The commissions whose lines are on somebody's list: samples have come, or an objection had a line tested again."""

LISTS: dict[str, tuple[LineState, ...]] = {
    "mine": TO_TEST,
    "unassigned": TO_TEST,
    "all": TO_TEST,
    "checks": (LineState.SUBMITTED,),
    "outside": (LineState.SUBCONTRACTED,),
}
"""The lists by name, and the states of the lines in them."""

_BLIND = (
    contains_eager(TestLine.commission).load_only(
        Commission.no,
        Commission.state,
        Commission.promised_on,
        Commission.is_judged,
        Commission.decision_rule,
        Commission.subcontract_consent_at,
        raiseload=True,
    ),
    contains_eager(TestLine.sample).load_only(
        Sample.no, Sample.state, Sample.quantity, Sample.quantity_unit, Sample.place, raiseload=True
    ),
    contains_eager(TestLine.item)
    .contains_eager(TestItem.module)
    .load_only(ServiceModule.name, ServiceModule.code, raiseload=True),
    joinedload(TestLine.method).joinedload(ItemMethod.standard),
    joinedload(TestLine.analyst).load_only(Person.name, raiseload=True),
    joinedload(TestLine.booking).load_only(Booking.state, Booking.starts_at, Booking.ends_at, raiseload=True),
)


def lines(provider_id: int | None, name: str, *, person_id: int | None, words: str = "") -> Select[TestLine]:
    """Select the lines of a list of one laboratory, what is promised first at the top."""
    statement = (
        _joined()
        .where(Commission.provider_id == provider_id, Commission.state.in_(IN_HAND), TestLine.state.in_(LISTS[name]))
        .order_by(Commission.promised_on.is_(None), Commission.promised_on, TestLine.id)
    )
    if name == "mine":
        statement = statement.where(TestLine.analyst_id == person_id)
    elif name == "unassigned":
        statement = statement.where(TestLine.analyst_id.is_(None))
    if words:
        statement = statement.where(or_(*(_like(column, words) for column in (Sample.no, ServiceModule.name))))
    return statement.options(*_BLIND)


def _joined() -> Select[TestLine]:
    return (
        select(TestLine)
        .join(Commission, Commission.id == TestLine.commission_id)
        .join(Sample, Sample.id == TestLine.sample_id)
        .join(TestItem, TestItem.id == TestLine.item_id)
        .join(ServiceModule, ServiceModule.id == TestItem.id)
    )


def _like(column: InstrumentedAttribute[str] | InstrumentedAttribute[str | None], words: str) -> ColumnElement[bool]:
    return func.lower(column).contains(words.lower(), autoescape=True)


def counts(session: Session, provider_id: int | None, person_id: int | None) -> dict[str, int]:
    """Return how many lines each list holds, in one query."""
    columns = {
        "mine": (TestLine.state.in_(TO_TEST)) & (TestLine.analyst_id == person_id),
        "unassigned": (TestLine.state.in_(TO_TEST)) & (TestLine.analyst_id.is_(None)),
        "all": TestLine.state.in_(TO_TEST),
        "checks": TestLine.state == LineState.SUBMITTED,
        "outside": TestLine.state == LineState.SUBCONTRACTED,
    }
    statement = (
        select(*(func.count().filter(condition).label(name) for name, condition in columns.items()))
        .select_from(TestLine)
        .join(Commission, Commission.id == TestLine.commission_id)
        .where(
            Commission.provider_id == provider_id,
            Commission.state.in_(IN_HAND),
            TestLine.state.in_((*TO_TEST, LineState.SUBMITTED, LineState.SUBCONTRACTED)),
        )
    )
    return dict(session.execute(statement).one()._mapping)


def line_of(session: Session, provider_id: int | None, line_id: int) -> TestLine:
    """Return a line of this laboratory with its records and results, NotFound for any other."""
    statement = (
        _joined()
        .where(TestLine.id == line_id, Commission.provider_id == provider_id)
        .options(
            *_BLIND,
            contains_eager(TestLine.sample).undefer(Sample.storage).undefer(Sample.hazard),
            joinedload(TestLine.instrument),
            selectinload(TestLine.records).options(
                joinedload(RawRecord.entered_by), joinedload(RawRecord.instrument), joinedload(RawRecord.attachment)
            ),
            selectinload(TestLine.results).options(
                joinedload(TestResult.submitted_by), joinedload(TestResult.checked_by)
            ),
        )
        .execution_options(populate_existing=True)
    )
    line = session.scalars(statement).unique().one_or_none()
    if line is None:
        raise NotFound
    return line


def instruments_of(session: Session, item_id: int) -> Sequence[Resource]:
    """Return the instruments on which an item may be measured."""
    statement = (
        select(Resource)
        .join(ModuleResource, ModuleResource.resource_id == Resource.id)
        .where(ModuleResource.module_id == item_id, Resource.kind == ResourceKind.INSTRUMENT)
        .order_by(Resource.code)
    )
    return session.scalars(statement).all()


def limit_for(session: Session, line: TestLine) -> Limit | None:
    """Return the limit by which a line will be judged, None when its result is not judged."""
    statement = (
        select(Limit)
        .join(Commission, Commission.limit_set_id == Limit.limit_set_id)
        .where(Commission.id == line.commission_id, Commission.is_judged, Limit.item_id == line.item_id)
    )
    return session.scalars(statement).one_or_none()


def analysts_of(session: Session, provider_id: int | None) -> Sequence[Person]:
    """Return the analysts of a laboratory by name."""
    ids = holders_of(Permission.RESULT_ENTER, provider_id).order_by(None)
    statement = select(Person).where(Person.id.in_(ids)).order_by(Person.name, Person.id)
    return session.scalars(statement).all()
