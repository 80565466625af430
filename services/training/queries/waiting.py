"""What waits for somebody because of the training: answers and payments, registrations to check, classes to decide."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from services.core.actor import Actor
from services.training.models.courses import ClassState, Lesson, TrainingClass
from services.training.models.outcomes import ClaimState
from services.training.models.registrations import Registration, RegistrationState
from services.training.queries.counting import CERTAIN
from services.training.queries.subsidies import sent_claims

S = RegistrationState


@dataclass(frozen=True)
class Waiting:
    """How many wait, and since when the first of them does."""

    count: int = 0
    since: datetime | None = None


def to_answer_and_pay(session: Session, whose: ColumnElement[bool]) -> dict[RegistrationState, Waiting]:
    """Return the registrations whose seat was offered, or has to be paid."""
    states = (S.OFFERED, S.AWAITING_PAYMENT)
    statement = (
        select(Registration.state, func.count(), func.min(Registration.state_at))
        .where(whose, Registration.state.in_(states))
        .group_by(Registration.state)
    )
    found = {state: Waiting(count, since) for state, count, since in session.execute(statement)}
    return {state: found.get(state, Waiting()) for state in states}


def to_check(session: Session, provider_id: int | None) -> Waiting:
    """Return the registrations that a centre has to look at."""
    statement = (
        select(func.count(), func.min(Registration.state_at))
        .join(TrainingClass, TrainingClass.id == Registration.class_id)
        .where(TrainingClass.provider_id == provider_id, Registration.state == S.PENDING)
    )
    return Waiting(*session.execute(statement).one())


def to_decide(session: Session, provider_id: int | None) -> Waiting:
    """Return the classes of a centre with too few people, about which somebody has to decide."""
    statement = select(func.count(), func.min(TrainingClass.decision_asked_at)).where(
        TrainingClass.provider_id == provider_id,
        TrainingClass.state.in_([ClassState.OPEN, ClassState.CLOSED]),
        TrainingClass.decision_asked_at.is_not(None),
        TrainingClass.holding_reason == "",
        TrainingClass.min_seats > CERTAIN,
    )
    return Waiting(*session.execute(statement).one())


def to_teach(session: Session, person_id: int | None, first: datetime, last: datetime) -> int:
    """Return how many lessons somebody teaches in ``[first, last)``."""
    statement = select(func.count()).where(
        Lesson.teacher_person_id == person_id, Lesson.starts_at >= first, Lesson.starts_at < last
    )
    return session.scalar(statement) or 0


def claims_submitted(session: Session, actor: Actor) -> int:
    """Return how many subsidy claims wait for the actor's department."""
    waiting = sent_claims(session, actor, state=ClaimState.SUBMITTED)
    return session.scalar(waiting.with_only_columns(func.count()).order_by(None)) or 0
