"""What every operation on registrations shares: loading them locked, stepping once, history and messages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CursorResult, select, update

from services.core import links
from services.core.errors import NotFound, WrongState
from services.core.permissions import Permission
from services.core.work import Work
from services.training.errors import AlreadyRegistered
from services.training.models.courses import Course, TrainingClass
from services.training.models.registrations import (
    OfferResult,
    Registration,
    RegistrationEvent,
    RegistrationState,
    SeatOffer,
    Trainee,
)
from services.training.operations import charging, seats
from services.training.rules.states import ENDED, HOLDING, REGISTRATION_NAMES, REGISTRATION_STEPS

ANSWERS = {
    "accept": OfferResult.ACCEPTED,
    "decline": OfferResult.DECLINED,
    "withdraw": OfferResult.DECLINED,
    "lapse": OfferResult.LAPSED,
    "cancel": OfferResult.CANCELLED,
}
"""What becomes of an open offer by each step that leads away from it."""


def of_centre(work: Work, class_id: int, permission: Permission) -> TrainingClass:
    """Return a class of the actor's own centre, its row locked; NotFound for any other."""
    found = lock_class(work, class_id)
    work.require(permission, scope=found.provider_id)
    return found


def own_course(work: Work, course_id: int) -> Course:
    """Return a course of the actor's own centre, its row locked; NotFound for any other."""
    course = work.session.get(Course, course_id, with_for_update={"of": Course})
    if course is None:
        raise NotFound
    work.require(Permission.CLASS_RUN, scope=course.provider_id)
    return course


def of_registrant(work: Work, registration_id: int) -> Registration:
    """Return a registration that the actor may act for: the trainee, whoever registered, or the paying company's people.

    The row of its class is locked first, as every operation does, so that no two wait for each other.
    """
    found = locked(work, registration_id)
    company = found.organisation_id
    if company is not None:
        work.require(Permission.TRAINEE_REGISTER, scope=company)
    elif work.actor.person_id not in {found.registered_by_id, found.trainee.person_id} - {None}:
        raise NotFound
    return found


def of_staff(work: Work, registration_id: int) -> Registration:
    """Return a registration for a class of the actor's own centre, its class locked; NotFound for any other."""
    found = locked(work, registration_id)
    work.require(Permission.CLASS_RUN, scope=found.training_class.provider_id)
    return found


def locked(work: Work, registration_id: int) -> Registration:
    """Return a registration as it is now, the row of its class locked before its own; NotFound when there is none."""
    class_id = work.session.scalar(select(Registration.class_id).where(Registration.id == registration_id))
    if class_id is None:
        raise NotFound
    lock_class(work, class_id)
    return work.session.get_one(Registration, registration_id, populate_existing=True)


def lock_class(work: Work, class_id: int) -> TrainingClass:
    """Lock the row of a class and return it as it is now; NotFound when there is none."""
    statement = select(TrainingClass).where(TrainingClass.id == class_id).with_for_update(of=TrainingClass)
    found = work.session.scalars(statement, execution_options={"populate_existing": True}).one_or_none()
    if found is None:
        raise NotFound
    return found


def is_registered(work: Work, class_id: int, trainee_id: int) -> bool:
    """Tell whether a trainee has a registration for a class, its row locked by now, that has not ended."""
    statement = select(Registration.id).where(
        Registration.class_id == class_id, Registration.trainee_id == trainee_id, Registration.state.not_in(ENDED)
    )
    return work.session.scalars(statement.limit(1)).first() is not None


def refuse_registered(work: Work, class_id: int, trainee: Trainee) -> None:
    """Raise AlreadyRegistered for a trainee who has a registration for the class, its row locked by now."""
    if is_registered(work, class_id, trainee.id):
        raise AlreadyRegistered(name=trainee.name)


def step(
    work: Work,
    registration: Registration,
    name: str,
    to: RegistrationState | None = None,
    *,
    reason: str = "",
    expires_at: datetime | None = None,
    **facts: Any,
) -> None:
    """Take the named step, once; WrongState when it does not start from the present state.

    The row changes by a conditional update: of two steps at the same moment one finds its state gone. A seat that the new
    state no longer holds is given back in the same transaction, and what is owed for it no more is taken off its order; an
    offer that was open is answered. A seat it newly holds was taken by the caller.
    """
    starts, ends = REGISTRATION_STEPS[name]
    before = registration.state
    after = to or min(ends)
    assert after in ends, (name, to)
    if before not in starts or not _turn(work, registration, before, after, reason, expires_at):
        raise WrongState(state=REGISTRATION_NAMES[before])
    if before in HOLDING and after not in HOLDING:
        seats.free_seat(work, registration.class_id)
    elif before is RegistrationState.WAITLISTED and after not in HOLDING | {before}:
        seats.leave_list(work, registration.class_id)
    if before is RegistrationState.OFFERED:
        _answer_offer(work, registration, ANSWERS[name])
    if after in ENDED:
        charging.take_off(work, registration, before)
    note(work, registration, name, reason=reason, **facts)
    work.record(f"registration.{name}", registration, before=before, after=after, reason=reason)


def _turn(
    work: Work,
    registration: Registration,
    before: RegistrationState,
    after: RegistrationState,
    reason: str,
    expires_at: datetime | None,
) -> bool:
    statement = (
        update(Registration)
        .where(Registration.id == registration.id, Registration.state == before)
        .values(
            state=after,
            state_at=work.now,
            state_reason=reason,
            holds_seat=after in HOLDING,
            expires_at=expires_at,
            version=Registration.version + 1,
        )
        .execution_options(synchronize_session=False)
    )
    result = work.session.execute(statement)
    assert isinstance(result, CursorResult)
    work.session.refresh(registration)
    return result.rowcount == 1


def _answer_offer(work: Work, registration: Registration, result: OfferResult) -> None:
    statement = (
        update(SeatOffer)
        .where(SeatOffer.registration_id == registration.id, SeatOffer.result.is_(None))
        .values(result=result, answered_at=work.now)
        .execution_options(synchronize_session="evaluate")
    )
    work.session.execute(statement)


def note(work: Work, registration: Registration, kind: str, *, reason: str = "", **facts: Any) -> None:
    """Add a line to the history of a registration."""
    work.session.add(
        RegistrationEvent(
            registration_id=registration.id,
            at=work.now,
            kind=kind,
            person_id=work.actor.person_id,
            reason=reason,
            facts=facts,
        )
    )


def tell(work: Work, registration: Registration, message: str, **facts: Any) -> None:
    """Tell whoever registered, and the trainee where that is another person with an account."""
    for person_id in readers_of(registration):
        work.tell(person_id, message, link=links.registration(registration.id), no=registration.no, **facts)


def promise_letter(work: Work, registration: Registration, letter: str, **facts: Any) -> None:
    """Promise a letter to those who are told; a trainee without an account gets it on the telephone, where one is known."""
    readers: list[int | None] = [*readers_of(registration)]
    if registration.trainee.person_id is None and registration.trainee.mobile:
        readers.append(None)
    for person_id in readers:
        work.later(f"mail.{letter}", registration_id=registration.id, person_id=person_id, **facts)


def readers_of(registration: Registration) -> list[int]:
    """Return whoever registered, and the trainee where that is another person with an account."""
    readers = {registration.registered_by_id, registration.trainee.person_id}
    return sorted(one for one in readers if one is not None)
