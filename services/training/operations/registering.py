"""Registering for a class, and what becomes of a registration until the class begins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from services.core.errors import NotFound, RuleBroken, RulesBroken
from services.core.messages import N_
from services.core.permissions import Permission
from services.core.settings import setting
from services.core.work import Work
from services.training.errors import (
    AlreadyRegistered,
    CapWrong,
    CompanyFull,
    GroupTooLarge,
    LeastWrong,
    OfferOver,
    OfferTaken,
    SeatsInUse,
    TooLateToWithdraw,
    WaitingListFull,
)
from services.training.models.courses import ClassState, TrainingClass
from services.training.models.registrations import (
    Group,
    Registration,
    RegistrationState,
    Trainee,
)
from services.training.operations import charging, paying, seats
from services.training.operations.promoting import begins_at, promote, seats_of_companies
from services.training.operations.steps import (
    locked,
    note,
    of_centre,
    of_registrant,
    of_staff,
    promise_letter,
    refuse_registered,
    step,
    tell,
)
from services.training.rules.eligibility import hindrances

S = RegistrationState


@dataclass(frozen=True)
class Wish:
    """What a registration asks for besides the trainee."""

    organisation_id: int | None = None
    employer: str = ""
    job: str = ""
    group_id: int | None = None


def register(work: Work, class_id: int, trainee: Trainee, wish: Wish | None = None) -> Registration:
    """Register a trainee for a class: with a seat where one is free and nobody waits, else at the end of the list.

    Raises RegistrationClosed, WaitingListFull, AlreadyRegistered, CompanyFull where the company holds as many seats as one
    may, and RulesBroken with every entry condition that is not met. First come, first served, by the clock of the server.
    """
    asked = wish or Wish()
    training_class = _open_to(work, class_id, [trainee], asked)
    if seats.take_seats(work, class_id):
        return _written(work, training_class, trainee, asked, None)
    (place,) = seats.join_list(work, class_id)
    registration = _written(work, training_class, trainee, asked, place)
    _promote_joined(work, training_class, [registration])
    return registration


def register_together(work: Work, class_id: int, trainees: Sequence[Trainee], wish: Wish) -> list[Registration]:
    """Register people of one company who want to be in the class together: seats for all of them, or places for all.

    Raises as ``register`` does, and GroupTooLarge; nobody is registered then.
    """
    assert wish.organisation_id is not None, "only a company registers a group"
    training_class = _open_to(work, class_id, trainees, wish)
    _refuse_too_many(training_class, len(trainees))
    group = Group(class_id=class_id, organisation_id=wish.organisation_id, size=len(trainees))
    work.session.add(group)
    work.session.flush()
    asked = replace(wish, group_id=group.id)
    if seats.take_seats(work, class_id, len(trainees)):
        return [_written(work, training_class, trainee, asked, None) for trainee in trainees]
    places = seats.join_list(work, class_id, len(trainees))
    written = [
        _written(work, training_class, trainee, asked, place) for trainee, place in zip(trainees, places, strict=True)
    ]
    _promote_joined(work, training_class, written)
    return written


def _promote_joined(work: Work, training_class: TrainingClass, joined: Sequence[Registration]) -> None:
    """Promote once people have joined the list; WaitingListFull when they got no seat and too many wait now.

    Seats may be free while people wait, for a group that does not fit: who may pass them is known only then.
    """
    promote(work, training_class.id)
    for registration in joined:
        work.session.refresh(registration)
    limit = training_class.waiting_limit
    waits = any(registration.state is S.WAITLISTED for registration in joined)
    if waits and limit is not None and training_class.waiting > limit:
        raise WaitingListFull


def _open_to(work: Work, class_id: int, trainees: Sequence[Trainee], asked: Wish) -> TrainingClass:
    """Return the class, if these people meet its conditions and the actor may register them."""
    if asked.organisation_id is not None:
        work.require(Permission.TRAINEE_REGISTER, scope=asked.organisation_id)
    training_class = work.session.get(TrainingClass, class_id)
    if training_class is None or training_class.state in {ClassState.DRAFT, ClassState.FILED}:
        raise NotFound
    course, first_day = training_class.course, training_class.starts_on
    if broken := [one for trainee in trainees for one in hindrances(course, trainee.born_on, first_day)]:
        raise RulesBroken(broken)
    return training_class


def _refuse_too_many(training_class: TrainingClass, size: int) -> None:
    """A group that can never be in the class together would only stand in the way of those behind it."""
    if size > training_class.capacity:
        raise GroupTooLarge(capacity=training_class.capacity)
    if training_class.company_cap is not None and size > training_class.company_cap:
        raise CompanyFull(cap=training_class.company_cap)


def _refuse_beyond_cap(work: Work, training_class: TrainingClass, company: int | None) -> None:
    """A company that holds as many seats as one may gets no more, waiting or not."""
    cap = training_class.company_cap
    if cap is not None and company is not None and seats_of_companies(work, training_class.id)[company] >= cap:
        raise CompanyFull(cap=cap)


def _written(
    work: Work, training_class: TrainingClass, trainee: Trainee, asked: Wish, place: int | None
) -> Registration:
    refuse_registered(work, training_class.id, trainee)
    _refuse_beyond_cap(work, training_class, asked.organisation_id)
    state = S.WAITLISTED if place is not None else _admitted(training_class, approved=False)
    registration = Registration(
        no=work.number("PX"),
        class_id=training_class.id,
        trainee_id=trainee.id,
        registered_by_id=work.actor.person_id,
        organisation_id=asked.organisation_id,
        employer=asked.employer,
        job=asked.job,
        group_id=asked.group_id,
        state=state,
        state_at=work.now,
        holds_seat=place is None,
        place=place,
        expires_at=work.now + _time_to_pay(work) if state is S.AWAITING_PAYMENT else None,
        registered_at=work.now,
    )
    work.session.add(registration)
    try:
        work.session.flush()
    except IntegrityError as clash:
        if "uq_registration_active" not in str(clash.orig) and "trainee_id" not in str(clash.orig):
            raise
        raise AlreadyRegistered(name=trainee.name) from clash
    note(work, registration, "register", place=place)
    work.record("registration.register", registration, state=state, no=registration.no)
    if state is S.AWAITING_PAYMENT:
        charging.bill(work, registration)
    promise_letter(work, registration, "training_standing")
    return registration


def _admitted(training_class: TrainingClass, *, approved: bool) -> RegistrationState:
    """Where a registration with a seat stands: checked first where the centre wants that, paid first where it costs."""
    if training_class.approves and not approved:
        return S.PENDING
    return S.AWAITING_PAYMENT if training_class.fee_fen else S.CONFIRMED


def _time_to_pay(work: Work) -> timedelta:
    return timedelta(hours=setting(work.session, "training.payment_hours"))


# What the centre decides --------------------------------------------------------------------------------------------


def approve(work: Work, registration_id: int) -> None:
    """Let a registration count; one on the waiting list keeps its place and is offered a seat in its turn."""
    registration = of_staff(work, registration_id)
    registration.is_approved = True
    work.session.flush()
    if registration.state is S.WAITLISTED:
        note(work, registration, "approve")
        work.record("registration.approve", registration, before=S.WAITLISTED, after=S.WAITLISTED, reason="")
        return
    _admit(work, registration, "approve")
    tell(work, registration, N_("Your registration %(no)s has been accepted."))
    promise_letter(work, registration, "training_standing")


def reject(work: Work, registration_id: int, reason: str) -> None:
    """Refuse a registration with a reason; its seat goes to whoever waits."""
    registration = of_staff(work, registration_id)
    if not reason.strip():
        raise RulesBroken([RuleBroken(field="reason")])
    step(work, registration, "reject", reason=reason.strip())
    tell(work, registration, N_("Your registration %(no)s was not accepted: %(reason)s"), reason=reason.strip())
    promise_letter(work, registration, "training_over")
    promote(work, registration.class_id)


def set_capacity(work: Work, class_id: int, capacity: int) -> None:
    """Give a class another number of seats; those who wait get the new ones. SeatsInUse when more are taken."""
    training_class = of_centre(work, class_id, Permission.CLASS_RUN)
    if capacity < training_class.min_seats:
        raise LeastWrong(field="capacity")
    if capacity < (training_class.company_cap or 0):
        raise CapWrong(field="capacity")
    from_capacity = training_class.capacity
    if not seats.set_capacity(work, class_id, capacity):
        raise SeatsInUse(taken=training_class.seats_taken)
    work.record("class.capacity", training_class, before=from_capacity, after=capacity)
    promote(work, class_id)


# What the person decides --------------------------------------------------------------------------------------------


def accept_offer(work: Work, registration_id: int) -> None:
    """Take the seat that was offered. OfferOver when the offer has lapsed or was answered."""
    take_up(work, of_registrant(work, registration_id))


def take_up(work: Work, registration: Registration) -> None:
    """Let an offered seat be taken by whoever may answer; the rows are locked by the caller."""
    _refuse_taken(registration)
    if registration.state is not S.OFFERED or (registration.expires_at or work.now) <= work.now:
        raise OfferOver
    _admit(work, registration, "accept")
    promise_letter(work, registration, "training_standing")


def decline_offer(work: Work, registration_id: int) -> None:
    """Give the offered seat back; it goes to the next."""
    give_back(work, of_registrant(work, registration_id))


def give_back(work: Work, registration: Registration) -> None:
    """Let an offered seat go to the next; the rows are locked by the caller."""
    _refuse_taken(registration)
    if registration.state is not S.OFFERED:
        raise OfferOver
    step(work, registration, "decline")
    promote(work, registration.class_id)


def _refuse_taken(registration: Registration) -> None:
    if registration.state in {S.AWAITING_PAYMENT, S.CONFIRMED}:
        raise OfferTaken


def withdraw(work: Work, registration_id: int) -> None:
    """Leave the class or its waiting list before it begins; the seat goes to whoever waits."""
    registration = of_registrant(work, registration_id)
    if begins_at(work, registration.training_class) <= work.now:
        raise TooLateToWithdraw
    step(work, registration, "withdraw")
    promise_letter(work, registration, "training_over")
    promote(work, registration.class_id)


# What time decides --------------------------------------------------------------------------------------------------


def sweep(work: Work) -> int:
    """End unpaid registrations and unanswered offers whose time is over, and promote; return how many ended.

    Whose money has arrived, but was not taken up yet, keeps the seat.
    """
    overdue = select(Registration.id).where(
        Registration.state.in_([S.AWAITING_PAYMENT, S.OFFERED]), Registration.expires_at <= work.now
    )
    ended = 0
    for registration_id in work.session.scalars(
        overdue.order_by(Registration.class_id, Registration.id).limit(200)
    ).all():
        registration = locked(work, registration_id)
        if registration.expires_at is None or registration.expires_at > work.now:
            continue
        if paying.settle(work, registration):
            continue
        if registration.state is S.OFFERED:
            step(work, registration, "lapse")
            tell(work, registration, N_("The seat offered for your registration %(no)s was not taken up in time."))
        else:
            step(work, registration, "expire")
            tell(work, registration, N_("Your registration %(no)s was not paid in time; its seat is free again."))
        promise_letter(work, registration, "training_over")
        promote(work, registration.class_id)
        ended += 1
    return ended


def _admit(work: Work, registration: Registration, name: str) -> None:
    to = _admitted(registration.training_class, approved=registration.is_approved)
    if to is S.AWAITING_PAYMENT and charging.is_settled(charging.locked_order(work, registration)):
        to = S.CONFIRMED
    pays = to is S.AWAITING_PAYMENT
    step(work, registration, name, to, expires_at=work.now + _time_to_pay(work) if pays else None)
    if pays and registration.order_id is None:
        charging.bill(work, registration)
