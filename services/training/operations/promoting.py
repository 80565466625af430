"""Promotion from the waiting list: one function, called whatever freed a seat."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, time
from secrets import token_urlsafe

from sqlalchemy import func, select

from services.accounts.rules import token_hash
from services.core import clock
from services.core.messages import N_
from services.core.work import Work
from services.training.models.courses import ClassState, Lesson, TrainingClass
from services.training.models.registrations import Registration, RegistrationState, SeatOffer
from services.training.operations import seats
from services.training.operations.steps import lock_class, note, promise_letter, readers_of, step, tell
from services.training.rules.promotion import Skipped, Waiting, choose, offer_until
from services.training.rules.states import HOLDING

S = RegistrationState
FIRST_HOUR = time(8)
"""When a class without a timetable is taken to begin."""


def promote(work: Work, class_id: int) -> list[int]:
    """Give the free seats of a class to those who wait, by its policy; return the registrations that got one.

    Whoever the centre has still to look at becomes pending and never skips that; everybody else gets an offer with a
    deadline. Nobody is promoted into the last twelve hours. Whoever was passed over can read why.
    """
    training_class = lock_class(work, class_id)
    until = offer_until(work.now, begins_at(work, training_class))
    if training_class.state not in {ClassState.OPEN, ClassState.CLOSED} or until is None or not training_class.waiting:
        return []
    choice = choose(
        _queue(work, class_id),
        training_class.free_seats,
        training_class.promotion,
        capacity=training_class.capacity,
        cap=training_class.company_cap,
        held=seats_of_companies(work, class_id),
    )
    for registration_id in choice.promoted:
        _offer(work, training_class, registration_id, until)
    for skipped in choice.skipped:
        _explain(work, skipped)
    work.session.refresh(training_class)
    return list(choice.promoted)


def promote_waiting(work: Work) -> int:
    """Promote in every class with free seats for which people wait, whatever freed them; return how many got one."""
    statement = (
        select(TrainingClass.id)
        .where(
            TrainingClass.state.in_([ClassState.OPEN, ClassState.CLOSED]),
            TrainingClass.starts_on >= work.today,
            TrainingClass.waiting > 0,
            TrainingClass.seats_taken < TrainingClass.capacity,
        )
        .order_by(TrainingClass.id)
    )
    return sum(len(promote(work, class_id)) for class_id in work.session.scalars(statement).all())


def begins_at(work: Work, training_class: TrainingClass) -> datetime:
    """Return when the first lesson begins; eight o'clock of the first day while there is no timetable."""
    first = work.session.scalar(select(func.min(Lesson.starts_at)).where(Lesson.class_id == training_class.id))
    return first or clock.at(training_class.starts_on, FIRST_HOUR.hour * 60)


def seats_of_companies(work: Work, class_id: int) -> Counter[int]:
    """Return how many seats of a class each company holds."""
    statement = (
        select(Registration.organisation_id, func.count())
        .where(
            Registration.class_id == class_id,
            Registration.state.in_(HOLDING),
            Registration.organisation_id.is_not(None),
        )
        .group_by(Registration.organisation_id)
    )
    return Counter({company: count for company, count in work.session.execute(statement) if company is not None})


def _queue(work: Work, class_id: int) -> list[Waiting]:
    statement = (
        select(Registration.id, Registration.place, Registration.organisation_id, Registration.group_id)
        .where(Registration.class_id == class_id, Registration.state == S.WAITLISTED)
        .order_by(Registration.place)
    )
    return [Waiting(one, place or 0, company, group) for one, place, company, group in work.session.execute(statement)]


def _offer(work: Work, training_class: TrainingClass, registration_id: int, until: datetime) -> None:
    taken = seats.promote_one(work, training_class.id)
    assert taken, "the row of the class is locked"
    registration = work.session.get_one(Registration, registration_id)
    registration.skipped_reason = ""
    work.session.flush()
    if training_class.approves and not registration.is_approved:
        step(work, registration, "promote", S.PENDING)
        tell(work, registration, N_("A seat became free: your registration %(no)s is now being checked."))
        promise_letter(work, registration, "training_standing")
        return
    step(work, registration, "promote", S.OFFERED, expires_at=until)
    token = token_urlsafe(32)
    work.session.add(
        SeatOffer(registration_id=registration.id, token_hash=token_hash(token), sent_at=work.now, expires_at=until)
    )
    tell(work, registration, N_("A seat became free for your registration %(no)s. Please confirm it in time."))
    for person_id in readers_of(registration):
        work.later("mail.training_offer", registration_id=registration.id, person_id=person_id, token=token)


def _explain(work: Work, skipped: Skipped) -> None:
    registration = work.session.get_one(Registration, skipped.id)
    registration.skipped_reason = skipped.reason
    note(work, registration, "passed_over", size=skipped.number, cap=skipped.number)
