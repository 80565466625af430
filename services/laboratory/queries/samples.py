"""Reads of samples: what a scanned code means, the counter, the list, one with its chain, and whether a chain is whole."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from urllib.parse import unquote

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from services.core.errors import NotFound
from services.laboratory.models.capability import TestItem
from services.laboratory.models.commissions import Commission
from services.laboratory.models.lines import TestLine
from services.laboratory.models.reports import Objection
from services.laboratory.models.samples import CustodyEvent, Sample, SampleState
from services.laboratory.rules.custody import RECEIVING, is_whole
from services.laboratory.rules.states import OPEN_OBJECTIONS
from services.organisations.models import Organisation

S = SampleState
MOST_PLACES = 100
MOST_SAMPLES = 300
LONGEST_CODE = 200
_MOBILE = re.compile(r"1[0-9]{10}\Z")
_CODE = re.compile(r"[?&]code=([^&#]+)")


def chain_is_whole(session: Session, sample_id: int) -> bool:
    """Tell whether the chains of a sample and of each of its parts have no gap and nothing of it is out for a test."""
    family = select(Sample).where(or_(Sample.id == sample_id, Sample.parent_id == sample_id)).order_by(Sample.id)
    samples = session.scalars(family.options(selectinload(Sample.events)).execution_options(populate_existing=True))
    chains = [is_whole(sample.events, sample.state) for sample in samples]
    return bool(chains) and all(chains)


# The counter ---------------------------------------------------------------------------------------------------------


def plain_code(text: str) -> str:
    """Return the number in what a scanner typed: the number itself, or the one in the address of a QR code."""
    text = text.strip()[:LONGEST_CODE]
    if "://" in text:
        asked = _CODE.search(text)
        text = unquote(asked[1]) if asked else text.rsplit("/", 1)[-1]
    return text.replace("\x00", "").strip().upper()


def find(session: Session, provider_id: int | None, code: str) -> Sample | Commission | None:
    """Return what a scanned or typed number stands for at this laboratory."""
    sample = select(Sample).join(Sample.commission).where(Commission.provider_id == provider_id, Sample.no == code)
    commission = select(Commission).where(Commission.provider_id == provider_id, Commission.no == code)
    return session.scalars(sample).one_or_none() or session.scalars(commission).one_or_none()


def awaited(provider_id: int | None, words: str = "") -> Select[Commission]:
    """Select the commissions that wait for samples or for a decision about one, those due first.

    ``words`` is part of a number, of the client's name, or a telephone number.
    """
    statement = (
        select(Commission)
        .options(joinedload(Commission.organisation))
        .where(Commission.provider_id == provider_id, Commission.state.in_(sorted(RECEIVING)))
        .where(_has_sample(S.EXPECTED, S.DEVIATING))
        .order_by(Commission.samples_due_on.is_(None), Commission.samples_due_on, Commission.id)
    )
    if _MOBILE.match(words):
        return statement.where(Commission.contact_phone == words)
    if words:
        client = Commission.organisation.has(Organisation.name.icontains(words, autoescape=True))
        statement = statement.where(or_(Commission.no.icontains(words, autoescape=True), client))
    return statement


def _has_sample(*states: SampleState) -> ColumnElement[bool]:
    inside = select(Sample.id).where(Sample.commission_id == Commission.id, Sample.state.in_(states))
    return inside.exists()


def commission_at(session: Session, provider_id: int | None, commission_id: int) -> Commission:
    """Return a numbered commission of this laboratory. Raises NotFound."""
    statement = (
        select(Commission)
        .options(joinedload(Commission.organisation))
        .where(Commission.id == commission_id, Commission.provider_id == provider_id, Commission.no.is_not(None))
    )
    commission = session.scalars(statement).one_or_none()
    if commission is None:
        raise NotFound
    return commission


def next_awaited(session: Session, commission_id: int) -> int | None:
    """Return the first sample of a commission that is still to come."""
    statement = select(Sample.id).where(Sample.commission_id == commission_id, Sample.state == S.EXPECTED)
    return session.scalar(statement.order_by(Sample.position).limit(1))


def samples_of(session: Session, commission_ids: Sequence[int]) -> list[Sample]:
    """Return the samples of commissions, each followed by its parts."""
    whole = func.coalesce(Sample.parent_id, Sample.id)
    statement = (
        select(Sample)
        .where(Sample.commission_id.in_(commission_ids))
        .order_by(Sample.commission_id, whole, Sample.parent_id.is_not(None), Sample.position)
        .limit(MOST_SAMPLES)
    )
    return list(session.scalars(statement))


# The list and one sample ---------------------------------------------------------------------------------------------


class Shown(StrEnum):
    """What the list of samples shows."""

    ALL = "all"
    WAITING = "waiting"
    OUT = "out"
    TESTED = "tested"
    RETAINED = "retained"
    DUE = "due"
    PROPOSED = "proposed"
    GONE = "gone"


def listed(provider_id: int | None, shown: Shown, today: date, *, place: str = "", words: str = "") -> Select[Sample]:
    """Select samples of this laboratory, newest first; what is due to go, the longest due first."""
    statement = (
        select(Sample)
        .join(Sample.commission)
        .options(joinedload(Sample.commission), joinedload(Sample.holder))
        .where(Commission.provider_id == provider_id, Sample.no.is_not(None), Commission.no.is_not(None))
        .where(_shown(shown, today))
    )
    if place:
        statement = statement.where(Sample.place == place)
    if words:
        like = (Sample.no.icontains(words, autoescape=True), Sample.name.icontains(words, autoescape=True))
        statement = statement.where(or_(*like))
    if shown in {Shown.DUE, Shown.PROPOSED, Shown.RETAINED}:
        return statement.order_by(Sample.retained_until, Sample.id)
    return statement.order_by(Sample.commission_id.desc(), Sample.no)


def _shown(shown: Shown, today: date) -> ColumnElement[bool]:
    conditions: dict[Shown, ColumnElement[bool]] = {
        Shown.ALL: Sample.state != S.EXPECTED,
        Shown.WAITING: Sample.state.in_([S.RECEIVED, S.DEVIATING]),
        Shown.OUT: Sample.state == S.IN_TEST,
        Shown.TESTED: Sample.state == S.TESTED,
        Shown.RETAINED: Sample.state == S.RETAINED,
        Shown.DUE: and_(is_due(today), Sample.disposal_asked_by_id.is_(None)),
        Shown.PROPOSED: and_(Sample.disposal_asked_by_id.is_not(None), Sample.state.in_([S.RETAINED, S.REFUSED])),
        Shown.GONE: Sample.state.in_([S.RETURNED, S.DISPOSED]),
    }
    return conditions[shown]


def is_due(today: date) -> ColumnElement[bool]:
    """Return the condition that a sample's time here is over; an open objection of its commission keeps it."""
    doubted = select(Objection.id).where(
        Objection.commission_id == Sample.commission_id, Objection.state.in_(sorted(OPEN_OBJECTIONS))
    )
    over = or_(Sample.state == S.REFUSED, and_(Sample.state == S.RETAINED, Sample.retained_until <= today))
    return and_(over, ~doubted.exists())


def counts(session: Session, provider_id: int | None, today: date) -> dict[str, int]:
    """Return how many samples are out, due to go, and proposed for disposal."""
    columns = [
        func.count().filter(_shown(shown, today)).label(shown.value) for shown in (Shown.OUT, Shown.DUE, Shown.PROPOSED)
    ]
    statement = select(*columns).select_from(Sample).join(Sample.commission)
    row = session.execute(statement.where(Commission.provider_id == provider_id, Sample.no.is_not(None))).one()
    return dict(row._mapping)


def places(session: Session, provider_id: int | None) -> list[str]:
    """Return the places where samples of this laboratory lie."""
    statement = (
        select(Sample.place)
        .join(Sample.commission)
        .where(Commission.provider_id == provider_id, Sample.place != "", Sample.state.not_in([S.RETURNED, S.DISPOSED]))
        .distinct()
        .order_by(Sample.place)
        .limit(MOST_PLACES)
    )
    return list(session.scalars(statement))


def sample_at(session: Session, provider_id: int | None, sample_id: int) -> Sample:
    """Return a numbered sample of this laboratory with its commission, whole and chain. Raises NotFound."""
    statement = (
        select(Sample)
        .join(Sample.commission)
        .options(
            joinedload(Sample.commission).joinedload(Commission.organisation),
            joinedload(Sample.parent),
            joinedload(Sample.holder),
            selectinload(Sample.events),
        )
        .where(Sample.id == sample_id, Commission.provider_id == provider_id)
        .where(Sample.no.is_not(None), Commission.no.is_not(None))
    )
    sample = session.scalars(statement).one_or_none()
    if sample is None:
        raise NotFound
    return sample


def parts_of(session: Session, sample_id: int) -> list[Sample]:
    """Return the parts of a sample."""
    statement = select(Sample).where(Sample.parent_id == sample_id).order_by(Sample.position).limit(MOST_SAMPLES)
    return list(session.scalars(statement))


def tests_on(session: Session, sample: Sample) -> list[TestLine]:
    """Return the lines that are tested on a sample, or on the whole it is a part of."""
    statement = (
        select(TestLine)
        .options(joinedload(TestLine.item).joinedload(TestItem.module), joinedload(TestLine.analyst))
        .where(TestLine.sample_id == (sample.parent_id or sample.id))
        .order_by(TestLine.id)
        .limit(MOST_SAMPLES)
    )
    return list(session.scalars(statement))


def is_doubted(session: Session, commission_id: int) -> bool:
    """Tell whether an objection to a report of the commission is open."""
    statement = select(Objection.id).where(
        Objection.commission_id == commission_id, Objection.state.in_(sorted(OPEN_OBJECTIONS))
    )
    return session.scalar(statement.limit(1)) is not None


def photographed(session: Session, provider_id: int | None, event_id: int) -> CustodyEvent:
    """Return an event of this laboratory's samples that has a photograph. Raises NotFound."""
    return _photographed(session, event_id, Commission.provider_id == provider_id)


# The client ----------------------------------------------------------------------------------------------------------


def commission_of_client(session: Session, organisation_id: int | None, commission_id: int) -> Commission:
    """Return a commission of this client. Raises NotFound."""
    statement = select(Commission).where(Commission.id == commission_id, Commission.organisation_id == organisation_id)
    commission = session.scalars(statement).one_or_none()
    if commission is None:
        raise NotFound
    return commission


def deviating(session: Session, commission_id: int) -> list[Sample]:
    """Return the samples of a commission that deviate or did, with their events, by number."""
    statement = (
        select(Sample)
        .options(selectinload(Sample.events))
        .where(Sample.commission_id == commission_id, Sample.parent_id.is_(None), Sample.deviation != "")
        .order_by(Sample.position)
    )
    return list(session.scalars(statement))


def deviation_photographed(session: Session, organisation_id: int | None, event_id: int) -> CustodyEvent:
    """Return an event of this client's samples that has a photograph. Raises NotFound."""
    return _photographed(session, event_id, Commission.organisation_id == organisation_id)


def _photographed(session: Session, event_id: int, owner: ColumnElement[bool]) -> CustodyEvent:
    statement = (
        select(CustodyEvent)
        .join(Sample, Sample.id == CustodyEvent.sample_id)
        .join(Sample.commission)
        .options(joinedload(CustodyEvent.photo))
        .where(CustodyEvent.id == event_id, CustodyEvent.photo_id.is_not(None), owner)
    )
    event = session.scalars(statement).one_or_none()
    if event is None:
        raise NotFound
    return event
