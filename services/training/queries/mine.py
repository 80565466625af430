"""One's own registrations: what comes, where one waits and why, what has been, and the certificates."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from services.accounts.rules import token_hash
from services.catalogue.models import Provider
from services.core.actor import Actor
from services.core.errors import NotFound
from services.core.permissions import Permission
from services.training.models.courses import Lesson, LessonKind, TrainingClass
from services.training.models.outcomes import Attendance, Certificate, Part, Satisfaction
from services.training.models.registrations import (
    Registration,
    RegistrationEvent,
    RegistrationState,
    SeatOffer,
    Trainee,
)
from services.training.queries.certificates import certificates_of_registrations
from services.training.queries.results import best_scores
from services.training.rules.attendance import Window, rate
from services.training.rules.states import ASKED, BEFORE_CLASS, ENDED, SEATED

S = RegistrationState
MOST_EVENTS = 100
MOST_LESSONS = 500
MOST_CERTIFICATES = 100

TABS: dict[str, frozenset[RegistrationState]] = {
    "coming": SEATED,
    "waiting": frozenset({S.WAITLISTED}),
    "past": frozenset(S) - BEFORE_CLASS,
}
"""The lists of one's own registrations by the states that stand in them."""

WHOLE = (
    joinedload(Registration.training_class).joinedload(TrainingClass.course),
    joinedload(Registration.training_class).joinedload(TrainingClass.provider).joinedload(Provider.organisation),
    joinedload(Registration.trainee),
    joinedload(Registration.organisation),
)


def active_registration(session: Session, class_id: int, trainee_id: int) -> Registration | None:
    """Return the registration of a trainee for a class that has not ended, if there is one."""
    statement = select(Registration).where(
        Registration.class_id == class_id, Registration.trainee_id == trainee_id, Registration.state.not_in(ENDED)
    )
    return session.scalars(statement).one_or_none()


def trainee_of(session: Session, person_id: int | None) -> Trainee | None:
    """Return the trainee that a person with an account is, once an identity number was shown."""
    return session.scalars(select(Trainee).where(Trainee.person_id == person_id)).one_or_none()


def is_of(actor: Actor, registration: Registration) -> bool:
    """Tell whether the actor decides about a registration: the paying company's people, else the trainee or the sender."""
    if registration.organisation_id is not None:
        return actor.may(Permission.TRAINEE_REGISTER, registration.organisation_id)
    return actor.person_id in {registration.registered_by_id, registration.trainee.person_id}


def readable(session: Session, actor: Actor, registration_id: int) -> Registration:
    """Return a registration that the actor may read: whoever decides about it, and the trainee. Raises NotFound."""
    found = session.get(Registration, registration_id, options=WHOLE)
    if found is None or actor.person_id is None:
        raise NotFound
    if found.trainee.person_id != actor.person_id and not is_of(actor, found):
        raise NotFound
    return found


def decided(session: Session, actor: Actor, registration_id: int) -> Registration:
    """Return a registration that the actor decides about. Raises NotFound."""
    found = readable(session, actor, registration_id)
    if not is_of(actor, found):
        raise NotFound
    return found


def numbered(session: Session, ids: Collection[int]) -> Sequence[Registration]:
    """Return the registrations with these ids, in the order in which they came."""
    statement = select(Registration).where(Registration.id.in_(ids)).options(*WHOLE).order_by(Registration.id)
    return session.scalars(statement).all()


def own(person_id: int) -> ColumnElement[bool]:
    """Return what makes a registration one of a person's own."""
    trainees = select(Trainee.id).where(Trainee.person_id == person_id)
    sent = and_(Registration.registered_by_id == person_id, Registration.organisation_id.is_(None))
    return or_(Registration.trainee_id.in_(trainees), sent)


def own_registrations(person_id: int, tab: str) -> Select[Registration]:
    """Return one's own registrations of a tab: the class that begins first stands first, past ones the other way round."""
    begins = TrainingClass.starts_on
    order = begins.desc() if tab == "past" else begins.asc()
    return (
        select(Registration)
        .join(TrainingClass, TrainingClass.id == Registration.class_id)
        .where(own(person_id), Registration.state.in_(TABS[tab]))
        .options(*WHOLE)
        .order_by(order, Registration.id.desc())
    )


def own_counts(session: Session, person_id: int) -> dict[str, int]:
    """Return how many registrations stand in each tab."""
    statement = select(Registration.state, func.count()).where(own(person_id)).group_by(Registration.state)
    counts: dict[RegistrationState, int] = dict(session.execute(statement).all())
    return {tab: sum(counts.get(state, 0) for state in states) for tab, states in TABS.items()}


@dataclass(frozen=True)
class Place:
    """Where somebody waits: ``number`` of ``waiting``; when passed over last, the numbers that stand in the reason."""

    number: int
    waiting: int
    passed_over: dict[str, Any] = field(default_factory=dict)


def places(session: Session, registrations: Collection[Registration]) -> dict[int, Place]:
    """Return where those of the registrations stand that are on a waiting list."""
    ids = [one.id for one in registrations if one.state is S.WAITLISTED]
    if not ids:
        return {}
    other = aliased(Registration)
    before = (
        select(func.count())
        .where(
            other.class_id == Registration.class_id,
            other.state == S.WAITLISTED,
            other.place <= Registration.place,
        )
        .correlate(Registration)
        .scalar_subquery()
    )
    statement = (
        select(Registration.id, before, TrainingClass.waiting)
        .join(TrainingClass, TrainingClass.id == Registration.class_id)
        .where(Registration.id.in_(ids))
    )
    reasons = _passed_over(session, ids)
    return {one: Place(number, waiting, reasons.get(one, {})) for one, number, waiting in session.execute(statement)}


def _passed_over(session: Session, ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """Return the facts of the last time that each was passed over."""
    last = (
        select(func.max(RegistrationEvent.id))
        .where(RegistrationEvent.registration_id.in_(ids), RegistrationEvent.kind == "passed_over")
        .group_by(RegistrationEvent.registration_id)
    )
    statement = select(RegistrationEvent.registration_id, RegistrationEvent.facts).where(RegistrationEvent.id.in_(last))
    return dict(session.execute(statement).all())


def history_of(session: Session, registration_id: int) -> Sequence[RegistrationEvent]:
    """Return what happened to a registration, the newest first."""
    statement = (
        select(RegistrationEvent)
        .where(RegistrationEvent.registration_id == registration_id)
        .order_by(RegistrationEvent.id.desc())
        .limit(MOST_EVENTS)
    )
    return session.scalars(statement).all()


def first_lessons(session: Session, class_ids: Collection[int]) -> dict[int, datetime]:
    """Return when each class begins that has a timetable."""
    statement = (
        select(Lesson.class_id, func.min(Lesson.starts_at))
        .where(Lesson.class_id.in_(class_ids))
        .group_by(Lesson.class_id)
    )
    return dict(session.execute(statement).all())


_PLACED = (joinedload(Lesson.room), joinedload(Lesson.teacher))


def own_lessons(session: Session, person_id: int, since: datetime) -> Sequence[Lesson]:
    """Return the lessons of the classes in which somebody has a seat, from ``since`` on, in their order."""
    seated = Registration.state.in_({*SEATED, S.COMPLETED, S.NOT_COMPLETED})
    statement = (
        select(Lesson)
        .join(Registration, Registration.class_id == Lesson.class_id)
        .join(Trainee, Trainee.id == Registration.trainee_id)
        .where(Trainee.person_id == person_id, seated, Lesson.ends_at >= since)
        .options(*_PLACED, joinedload(Lesson.training_class).joinedload(TrainingClass.course))
        .order_by(Lesson.starts_at, Lesson.id)
        .limit(MOST_LESSONS)
    )
    return session.scalars(statement).all()


@dataclass(frozen=True)
class Outcome:
    """What came of a registration: the share attended, the best score of each part, and the certificate that stands."""

    attended: Fraction | None = None
    scores: dict[Part, int] = field(default_factory=dict)
    certificate: Certificate | None = None


def outcomes(session: Session, registrations: Collection[Registration]) -> dict[int, Outcome]:
    """Return what came of each registration, in three queries however many there are."""
    ids = [one.id for one in registrations]
    attended, scores, held = (
        _attended(session, ids),
        best_scores(session, ids),
        certificates_of_registrations(session, ids),
    )
    return {one: Outcome(attended.get(one), scores.get(one, {}), held.get(one)) for one in ids}


def _attended(session: Session, ids: Collection[int]) -> dict[int, Fraction]:
    statement = (
        select(Registration.id, Lesson.hours, Lesson.starts_at, Lesson.ends_at, func.coalesce(Attendance.minutes, 0))
        .join(Lesson, Lesson.class_id == Registration.class_id)
        .outerjoin(Attendance, (Attendance.lesson_id == Lesson.id) & (Attendance.registration_id == Registration.id))
        .where(Registration.id.in_(ids), Lesson.kind != LessonKind.ASSESSMENT)
        .order_by(Registration.id)
    )
    rows: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    for one, hours, starts_at, ends_at, minutes in session.execute(statement):
        rows[one].append((hours, Window(starts_at, ends_at).minutes, minutes))
    return {one: rate(lessons) for one, lessons in rows.items()}


def unasked(session: Session, person_id: int | None, registrations: Collection[Registration]) -> set[int]:
    """Return which of the registrations are a person's own, over, and not said anything of yet."""
    over = {one.id for one in registrations if one.state in ASKED and one.trainee.person_id == person_id}
    if not over:
        return over
    said = select(Satisfaction.registration_id).where(Satisfaction.registration_id.in_(over))
    return over - set(session.scalars(said))


def own_certificates(session: Session, person_id: int) -> Sequence[Certificate]:
    """Return the certificates of a person, the newest first."""
    statement = (
        select(Certificate)
        .join(Registration, Registration.id == Certificate.registration_id)
        .join(Trainee, Trainee.id == Registration.trainee_id)
        .where(Trainee.person_id == person_id)
        .order_by(Certificate.id.desc())
        .limit(MOST_CERTIFICATES)
    )
    return session.scalars(statement).all()


def offer_behind(session: Session, token: str) -> tuple[SeatOffer, Registration]:
    """Return the offer that the link of a letter leads to, whatever became of it. Raises NotFound."""
    statement = (
        select(SeatOffer, Registration)
        .join(Registration, Registration.id == SeatOffer.registration_id)
        .where(SeatOffer.token_hash == token_hash(token))
        .options(*WHOLE)
    )
    found = session.execute(statement).one_or_none()
    if found is None:
        raise NotFound
    return found[0], found[1]
