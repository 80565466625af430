"""What the clerks of a laboratory read: commissions by what is to be done, and one with everything."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload

from services.booking.desk_queries import names_of
from services.core.errors import NotFound
from services.core.files import Attachment
from services.core.messages import N_
from services.laboratory.models.capability import ItemMethod, TestItem
from services.laboratory.models.commissions import (
    ClockStop,
    Commission,
    CommissionCharge,
    CommissionEvent,
    CommissionFile,
    CommissionState,
    ContractReview,
)
from services.laboratory.models.lines import TestLine
from services.laboratory.models.reports import Objection, Report
from services.laboratory.models.samples import Sample
from services.laboratory.rules.states import OPEN_OBJECTIONS
from services.organisations.models import Organisation

S = CommissionState
T = TypeVar("T")
RUNNING = frozenset({S.SAMPLE_IN, S.TESTING, S.SUSPENDED, S.DATA_REVIEW, S.REPORTING, S.REPORT_REVIEW})
PROMISED = RUNNING - {S.SUSPENDED}
"""While a commission stands here its promised day comes nearer; before, no sample is there; suspended, it stands still."""
MOST_ROWS = 500

QUEUES: dict[str, frozenset[CommissionState]] = {
    "review": frozenset({S.SUBMITTED, S.IN_REVIEW, S.AMENDING}),
    "client": frozenset({S.NEED_INFO, S.QUOTED, S.AWAIT_PAYMENT, S.CLIENT_CONFIRM}),
    "receive": frozenset({S.AWAIT_SAMPLE}),
    "running": RUNNING,
    "today": PROMISED,
    "overdue": PROMISED,
    "close": frozenset({S.ISSUED, S.DELIVERED}),
    "all": frozenset(S) - {S.DRAFT},
}
"""The lists of the desk: which states stand in each. Of what is promised, some is due today, some overdue."""

QUEUE_NAMES: dict[str, str] = {
    "review": N_("To review"),
    "client": N_("Waiting for the client"),
    "receive": N_("To receive"),
    "running": N_("In the laboratory"),
    "today": N_("Due today"),
    "overdue": N_("Overdue"),
    "close": N_("To close"),
    "all": N_("All"),
}


def in_queue(name: str, today: date) -> ColumnElement[bool]:
    """Return the condition of a list of the desk."""
    condition = Commission.state.in_(sorted(QUEUES[name]))
    due = {"today": Commission.promised_on == today, "overdue": Commission.promised_on < today}
    return and_(condition, due[name]) if name in due else condition


def queue(
    provider_id: int | None, name: str, today: date, *, words: str = "", clerk_id: int | None = None
) -> Select[Commission]:
    """Select the commissions of a list, by number, client or sample name when words are given; what waits longest first.

    What is in the laboratory comes by its promised day.
    """
    statement = (
        select(Commission)
        .options(joinedload(Commission.organisation), joinedload(Commission.clerk))
        .where(Commission.provider_id == provider_id, in_queue(name, today))
    )
    if words:
        statement = statement.where(_found_by(words))
    if clerk_id is not None:
        statement = statement.where(Commission.clerk_id == clerk_id)
    if QUEUES[name] <= RUNNING:
        return statement.order_by(Commission.promised_on.is_(None), Commission.promised_on, Commission.id)
    if name == "all":
        return statement.order_by(Commission.id.desc())
    return statement.order_by(Commission.state_at, Commission.id)


def _found_by(words: str) -> ColumnElement[bool]:
    firm = select(Organisation.id).where(Organisation.name.icontains(words, autoescape=True))
    sample = select(Sample.commission_id).where(Sample.name.icontains(words, autoescape=True))
    return or_(
        Commission.no.icontains(words, autoescape=True),
        Commission.organisation_id.in_(firm),
        Commission.id.in_(sample),
    )


def queue_counts(session: Session, provider_id: int | None, today: date) -> dict[str, int]:
    """Return how many commissions stand in each list but the list of all, in one query."""
    names = [name for name in QUEUES if name != "all"]
    counts = [func.count(case((in_queue(name, today), 1))) for name in names]
    states = sorted(frozenset().union(*(QUEUES[name] for name in names)))
    statement = select(*counts).where(Commission.provider_id == provider_id, Commission.state.in_(states))
    return dict(zip(names, session.execute(statement).one(), strict=True))


def oldest_in(session: Session, provider_id: int | None, name: str, today: date) -> tuple[int, datetime | None]:
    """Return how many commissions stand in a list, and since when the longest waiting one does."""
    statement = select(func.count(), func.min(Commission.state_at)).where(
        Commission.provider_id == provider_id, in_queue(name, today)
    )
    count, since = session.execute(statement).one()
    return count, since


def waiting_for_client(session: Session, organisation_id: int) -> dict[CommissionState, tuple[int, datetime]]:
    """Return how many commissions of a firm stand in each state, and since when the longest waiting one does."""
    statement = (
        select(Commission.state, func.count(), func.min(Commission.state_at))
        .where(Commission.organisation_id == organisation_id, Commission.state != S.DRAFT)
        .group_by(Commission.state)
    )
    return {state: (count, since) for state, count, since in session.execute(statement)}


@dataclass(frozen=True)
class Contents:
    """How much a commission is: shown in lists."""

    samples: int
    lines: int
    first_sample: str


def contents_of(session: Session, commission_ids: Iterable[int]) -> dict[int, Contents]:
    """Return how much each commission is, in two queries."""
    ids = list(commission_ids)
    lines = dict(
        session.execute(
            select(TestLine.commission_id, func.count())
            .where(TestLine.commission_id.in_(ids))
            .group_by(TestLine.commission_id)
        ).all()
    )
    samples = session.execute(
        select(Sample.commission_id, func.count(), func.min(Sample.name))
        .where(Sample.commission_id.in_(ids), Sample.parent_id.is_(None))
        .group_by(Sample.commission_id)
    )
    return {key: Contents(count, lines.get(key, 0), name) for key, count, name in samples}


# One commission -----------------------------------------------------------------------------------------------------


def commission_of(session: Session, provider_id: int | None, commission_id: int) -> Commission:
    """Return a commission of this laboratory that has been sent in. Raises NotFound for any other, and for drafts."""
    return _one(session, commission_id, Commission.provider_id == provider_id, Commission.state != S.DRAFT)


def commission_of_firm(session: Session, organisation_id: int | None, commission_id: int) -> Commission:
    """Return a commission of this firm. Raises NotFound for any other."""
    return _one(session, commission_id, Commission.organisation_id == organisation_id)


def _one(session: Session, commission_id: int, *conditions: ColumnElement[bool]) -> Commission:
    statement = (
        select(Commission)
        .options(
            joinedload(Commission.organisation),
            joinedload(Commission.placed_by),
            joinedload(Commission.clerk),
            joinedload(Commission.order),
            joinedload(Commission.limit_set),
        )
        .where(Commission.id == commission_id, *conditions)
    )
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True)
class Everything:
    """What the desk shows of one commission."""

    commission: Commission
    samples: Sequence[Sample]
    lines: Sequence[TestLine]
    charges: Sequence[CommissionCharge]
    reviews: Sequence[ContractReview]
    events: Sequence[CommissionEvent]
    files: Sequence[Attachment]
    reports: Sequence[Report]
    objections: Sequence[Objection]
    stop: ClockStop | None
    names: dict[int, str]


def everything_of(session: Session, commission: Commission) -> Everything:
    """Return everything of one commission, in a constant number of queries."""
    key = commission.id
    reviews = session.scalars(
        select(ContractReview)
        .options(joinedload(ContractReview.reviewed_by))
        .where(ContractReview.commission_id == key)
        .order_by(ContractReview.id.desc())
        .limit(MOST_ROWS)
    ).all()
    events = session.scalars(
        select(CommissionEvent)
        .where(CommissionEvent.commission_id == key)
        .order_by(CommissionEvent.id.desc())
        .limit(MOST_ROWS)
    ).all()
    return Everything(
        commission=commission,
        samples=_rows(session, select(Sample), Sample.commission_id == key, Sample.id),
        lines=lines_of(session, key),
        charges=charges_of(session, key),
        reviews=reviews,
        events=events,
        files=files_of(session, key),
        reports=_rows(session, select(Report), Report.commission_id == key, Report.edition),
        objections=_rows(session, select(Objection), Objection.commission_id == key, Objection.id),
        stop=open_stop(session, key),
        names=names_of(session, [one.person_id for one in events]),
    )


def _rows(
    session: Session, statement: Select[T], condition: ColumnElement[bool], order: InstrumentedAttribute[int]
) -> Sequence[T]:
    return session.scalars(statement.where(condition).order_by(order).limit(MOST_ROWS)).all()


def lines_of(session: Session, commission_id: int) -> Sequence[TestLine]:
    """Return the test lines of a commission with what its pages show of them."""
    statement = (
        select(TestLine)
        .options(
            joinedload(TestLine.sample),
            joinedload(TestLine.analyst),
            joinedload(TestLine.booking),
            joinedload(TestLine.item).joinedload(TestItem.module),
            joinedload(TestLine.method).joinedload(ItemMethod.standard),
        )
        .where(TestLine.commission_id == commission_id)
        .order_by(TestLine.sample_id, TestLine.id)
        .limit(MOST_ROWS)
    )
    return session.scalars(statement).all()


def charges_of(session: Session, commission_id: int) -> Sequence[CommissionCharge]:
    """Return what a commission is charged for."""
    statement = (
        select(CommissionCharge)
        .options(joinedload(CommissionCharge.module))
        .where(CommissionCharge.commission_id == commission_id)
        .order_by(CommissionCharge.module_id)
        .limit(MOST_ROWS)
    )
    return session.scalars(statement).all()


def files_of(session: Session, commission_id: int) -> Sequence[Attachment]:
    """Return the files that belong to a commission, oldest first."""
    statement = (
        select(Attachment)
        .join(CommissionFile, CommissionFile.attachment_id == Attachment.id)
        .where(CommissionFile.commission_id == commission_id)
        .order_by(Attachment.id)
        .limit(MOST_ROWS)
    )
    return session.scalars(statement).all()


def file_of(session: Session, commission_id: int, attachment_id: int) -> Attachment:
    """Return one file of a commission. Raises NotFound for any other file."""
    statement = (
        select(Attachment)
        .join(CommissionFile, CommissionFile.attachment_id == Attachment.id)
        .where(CommissionFile.commission_id == commission_id, Attachment.id == attachment_id)
    )
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound
    return found


def open_stop(session: Session, commission_id: int) -> ClockStop | None:
    """Return the time in which the promised date stands still just now."""
    statement = select(ClockStop).where(ClockStop.commission_id == commission_id, ClockStop.ended_at.is_(None))
    return session.scalars(statement).one_or_none()


def has_open_objection(session: Session, commission_id: int) -> bool:
    """Tell whether an objection has not been answered yet."""
    statement = select(Objection.id).where(
        Objection.commission_id == commission_id, Objection.state.in_(sorted(OPEN_OBJECTIONS))
    )
    return session.scalars(statement.limit(1)).first() is not None
