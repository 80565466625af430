"""Another person takes the seat of a registration; the seat, its order and its place with the company stay."""

from __future__ import annotations

from services.core.errors import RulesBroken, WrongState
from services.core.messages import N_
from services.core.permissions import Permission
from services.core.work import Work
from services.organisations.queries import holders_of
from services.training.errors import TooLateToSubstitute
from services.training.models.registrations import Registration, RegistrationState, Trainee
from services.training.operations.promoting import begins_at
from services.training.operations.steps import note, of_registrant, promise_letter, refuse_registered, step, tell
from services.training.rules.eligibility import hindrances
from services.training.rules.states import REGISTRATION_NAMES

S = RegistrationState
SUBSTITUTABLE = frozenset({S.PENDING, S.AWAITING_PAYMENT, S.CONFIRMED})
"""Whoever waits, or has an offer to answer, cannot pass that on: it is the turn of the next."""


def substitute(work: Work, registration_id: int, trainee: Trainee) -> Registration:
    """Let another person come in place of a trainee, as whoever registered or the paying company decides.

    The conditions of the course are looked at again, and by the centre where it approves registrations. Raises WrongState
    without a seat, TooLateToSubstitute once the class has begun, AlreadyRegistered, and RulesBroken with what is not met.
    """
    registration = of_registrant(work, registration_id)
    training_class, former = registration.training_class, registration.trainee
    if registration.state not in SUBSTITUTABLE:
        raise WrongState(state=REGISTRATION_NAMES[registration.state])
    if begins_at(work, training_class) <= work.now:
        raise TooLateToSubstitute
    refuse_registered(work, registration.class_id, trainee)
    if broken := hindrances(training_class.course, trainee.born_on, training_class.starts_on):
        raise RulesBroken(broken)
    registration.trainee = trainee
    registration.is_approved = False
    registration.version += 1
    work.session.flush()
    note(work, registration, "substitute", before=former.name, after=trainee.name)
    work.record("registration.substitute", registration, before=former.id, after=trainee.id)
    if training_class.approves and registration.state is not S.PENDING:
        step(work, registration, "recheck")
    _tell_everybody(work, registration, former)
    return registration


def _tell_everybody(work: Work, registration: Registration, former: Trainee) -> None:
    tell(work, registration, N_("%(name)s now has the seat of registration %(no)s."), name=registration.trainee.name)
    promise_letter(work, registration, "training_standing", alone=True)
    if former.person_id not in {None, registration.registered_by_id}:
        work.tell(
            former.person_id or 0, N_("Somebody else comes in your place: registration %(no)s."), no=registration.no
        )
    work.later("mail.training_replaced", registration_id=registration.id, trainee_id=former.id)
    message = N_("In registration %(no)s somebody else comes: %(name)s.")
    for person_id in work.session.scalars(
        holders_of(Permission.CLASS_RUN, registration.training_class.provider_id)
    ).all():
        work.tell(person_id, message, no=registration.no, name=registration.trainee.name)
