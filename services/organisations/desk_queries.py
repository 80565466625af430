"""What verifiers and the platform read: the queue, one case with its duplicates, claims, and the whole register."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from services.core import clock
from services.core.actor import Actor
from services.core.calendar import WorkingDays
from services.core.errors import NotFound
from services.organisations.models import (
    JoinKind,
    JoinRequest,
    JoinState,
    Organisation,
    OrgState,
    Verification,
    VerificationState,
)
from services.organisations.rules import name_core, name_key
from services.organisations.scope import verifiable

MOST_DUPLICATES = 10
PROMISED_DAYS = 3
"""Working days within which a verification is to be decided; later ones are shown in red."""


def waits_for(session: Session, actor: Actor) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions under which a submission waits for this verifier."""
    return (
        Verification.state == VerificationState.WAITING,
        Organisation.state != OrgState.SUSPENDED,
        verifiable(session, actor),
    )


def waiting_verifications(session: Session, actor: Actor) -> Select[Verification]:
    """Select what waits for this verifier, oldest first."""
    return (
        select(Verification)
        .join(Verification.organisation)
        .options(contains_eager(Verification.organisation), joinedload(Verification.submitted_by))
        .where(*waits_for(session, actor))
        .order_by(Verification.submitted_at, Verification.id)
    )


def verification_case(session: Session, actor: Actor, verification_id: int) -> Verification:
    """Return one submission within the verifier's reach. Raises NotFound."""
    statement = (
        select(Verification)
        .join(Verification.organisation)
        .options(
            contains_eager(Verification.organisation),
            joinedload(Verification.submitted_by),
            joinedload(Verification.decided_by),
        )
        .where(Verification.id == verification_id, verifiable(session, actor))
    )
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound
    return found


def possible_duplicates(session: Session, organisation_id: int, name: str) -> list[Organisation]:
    """Return other organisations whose name is the same but for spelling, or shares its telling part."""
    key = name_key(name)
    alike = or_(Organisation.name_key == key, Organisation.name_key.contains(name_core(key), autoescape=True))
    statement = (
        select(Organisation)
        .where(Organisation.id != organisation_id, alike)
        .order_by((Organisation.name_key != key), Organisation.id)
        .limit(MOST_DUPLICATES)
    )
    return list(session.scalars(statement))


def waiting_claims(session: Session) -> list[JoinRequest]:
    """Return the claims that the platform has to decide, oldest first."""
    statement = (
        select(JoinRequest)
        .options(joinedload(JoinRequest.person), joinedload(JoinRequest.organisation))
        .where(JoinRequest.kind == JoinKind.CLAIM, JoinRequest.state == JoinState.WAITING)
        .order_by(JoinRequest.id)
        .limit(100)
    )
    return list(session.scalars(statement))


def claim_case(session: Session, request_id: int) -> JoinRequest:
    """Return one claim. Raises NotFound."""
    statement = (
        select(JoinRequest)
        .options(joinedload(JoinRequest.person), joinedload(JoinRequest.organisation))
        .where(JoinRequest.id == request_id, JoinRequest.kind == JoinKind.CLAIM)
    )
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound
    return found


def whole_register(session: Session, actor: Actor, text: str, state: OrgState | None) -> Select[Organisation]:
    """Select every organisation within the verifier's reach, newest first, narrowed by name or code and by state."""
    statement = select(Organisation).where(verifiable(session, actor))
    if state is not None:
        statement = statement.where(Organisation.state == state)
    if key := name_key(text):
        by_code = Organisation.credit_code == text.strip().upper()
        statement = statement.where(or_(Organisation.name_key.contains(key, autoescape=True), by_code))
    return statement.order_by(Organisation.id.desc())


def organisation_file(session: Session, actor: Actor, organisation_id: int) -> Organisation:
    """Return one entry of the register within the verifier's reach. Raises NotFound."""
    statement = (
        select(Organisation)
        .options(selectinload(Organisation.clusters))
        .where(Organisation.id == organisation_id, verifiable(session, actor))
    )
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound
    return found


def days_waited(session: Session, moments: Sequence[datetime], now: datetime) -> list[int]:
    """Return how many working days each of ``moments`` lies back; one query however many there are."""
    if not moments:
        return []
    today = clock.local_day(now)
    calendar = WorkingDays.around(session, clock.local_day(min(moments)), today)
    return [calendar.between(clock.local_day(moment), today) for moment in moments]
