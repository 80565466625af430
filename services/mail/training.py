"""Letters of the training. They tell no sums and no identity numbers: those are read on the page the link leads to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.accounts.rules import token_hash
from services.core import links
from services.core.messages import N_
from services.mail.letters import Letter
from services.mail.readers import to_contact, to_person
from services.training.models.courses import ClassState, Lesson
from services.training.models.registrations import Registration, RegistrationState, SeatOffer, Trainee

S = RegistrationState

STANDINGS: dict[RegistrationState, str] = {
    S.PENDING: N_("Registration received, the centre is checking it"),
    S.AWAITING_PAYMENT: N_("A seat is kept, the fee is to be paid"),
    S.CONFIRMED: N_("The seat is certain"),
    S.WAITLISTED: N_("On the waiting list"),
}
OUTCOMES: dict[RegistrationState, str] = {
    S.REJECTED: N_("Not admitted"),
    S.EXPIRED: N_("Not paid in time, the seat is free again"),
    S.LAPSED: N_("The offered seat was not taken up in time"),
    S.REFUND_DUE: N_("The fee came too late and will be refunded"),
    S.WITHDRAWN: N_("The registration is withdrawn"),
    S.CANCELLED: N_("The class has begun without this registration"),
}
CLASS_CANCELLED = N_("The class is cancelled")


def standing(session: Session, *, registration_id: int, person_id: int | None, alone: bool = False) -> Letter | None:
    """Somebody learns how a registration stands; None when it has ended meanwhile.

    Whoever registered colleagues together gets one letter about all of them, that of the first; one ``alone`` has its own.
    """
    registration = session.get_one(Registration, registration_id)
    headline = STANDINGS.get(registration.state)
    colleagues = [] if alone else _colleagues(session, registration, person_id, STANDINGS)
    if headline is None or _is_told_before(registration, colleagues):
        return None
    facts = _facts(session, registration) | {"headline": headline} | _together(colleagues, STANDINGS)
    if registration.state is S.WAITLISTED:
        facts["position"] = _position(session, registration)
    if registration.state is S.AWAITING_PAYMENT:
        facts["until"] = registration.expires_at
    return _to(session, registration, person_id, "training_standing", facts)


def over(session: Session, *, registration_id: int, person_id: int | None) -> Letter | None:
    """Somebody learns that a registration has ended, and why; None for one that goes on after all.

    As of ``standing`` there is one letter about colleagues of whom the same became at the same moment.
    """
    registration = session.get_one(Registration, registration_id)
    outcome = OUTCOMES.get(registration.state)
    colleagues = _colleagues(session, registration, person_id, OUTCOMES)
    if outcome is None or _is_told_before(registration, colleagues):
        return None
    is_cancelled = registration.training_class.state is ClassState.CANCELLED
    if registration.state is S.CANCELLED and is_cancelled:
        outcome = CLASS_CANCELLED
    facts = _facts(session, registration) | {"headline": outcome, "reason": registration.state_reason}
    facts |= _together(colleagues, OUTCOMES)
    return _to(session, registration, person_id, "training_over", facts)


def offer(session: Session, *, registration_id: int, person_id: int, token: str) -> Letter | None:
    """Somebody who waited is offered a seat, with the link that takes it or gives it back; None once it was answered."""
    open_offer = select(SeatOffer).where(SeatOffer.token_hash == token_hash(token), SeatOffer.result.is_(None))
    found = session.scalars(open_offer).one_or_none()
    if found is None:
        return None
    registration = session.get_one(Registration, registration_id)
    facts = _facts(session, registration) | {"until": found.expires_at, "link": links.seat_offer(token)}
    return _to(session, registration, person_id, "training_offer", facts)


def postponed(session: Session, *, registration_id: int, person_id: int | None, reason: str) -> Letter | None:
    """Somebody learns that the class begins later, and why."""
    registration = session.get_one(Registration, registration_id)
    facts = _facts(session, registration) | {"reason": reason}
    return _to(session, registration, person_id, "training_postponed", facts)


def reminder(session: Session, *, registration_id: int, person_id: int | None) -> Letter | None:
    """Somebody is reminded of the first lesson; None for who has left meanwhile, or while there is no timetable."""
    registration = session.get_one(Registration, registration_id)
    facts = _facts(session, registration)
    if registration.state is not S.CONFIRMED or facts["starts_at"] is None:
        return None
    return _to(session, registration, person_id, "training_reminder", facts)


def refunded(session: Session, *, registration_id: int, person_id: int) -> Letter | None:
    """Whoever paid learns that money has been given back; how much is read with the order."""
    registration = session.get_one(Registration, registration_id)
    facts = _facts(session, registration)
    if registration.order_id is not None:
        facts["link"] = links.bill(registration.order_id)
    return _to(session, registration, person_id, "training_refunded", facts)


def replaced(session: Session, *, registration_id: int, trainee_id: int) -> Letter | None:
    """A trainee learns that somebody else comes in his or her place; None where there is no way to reach the trainee."""
    registration = session.get_one(Registration, registration_id)
    former = session.get_one(Trainee, trainee_id)
    facts = _facts(session, registration) | {"trainee": former.name, "link": _page_of_class(registration)}
    name = "training/training_replaced"
    if former.person_id is not None:
        return to_person(session, former.person_id, name, **facts)
    return to_contact(former.mobile, name, **facts) if former.mobile else None


def _to(
    session: Session, registration: Registration, person_id: int | None, name: str, facts: dict[str, Any]
) -> Letter | None:
    """Return the letter to a person, or to the trainee's telephone where no person is named."""
    if person_id is not None:
        return to_person(session, person_id, f"training/{name}", **facts)
    mobile = registration.trainee.mobile
    return to_contact(mobile, f"training/{name}", **facts | {"link": _page_of_class(registration)}) if mobile else None


def _facts(session: Session, registration: Registration) -> dict[str, Any]:
    """Return what any letter of the training may tell, and nothing where a letter has nothing to tell."""
    training_class = registration.training_class
    first = session.scalar(select(func.min(Lesson.starts_at)).where(Lesson.class_id == training_class.id))
    return {
        "no": registration.no,
        "trainee": registration.trainee.name,
        "course": training_class.course.title,
        "class_no": training_class.no,
        "centre": training_class.provider.organisation.name,
        "place": training_class.place,
        "phone": training_class.contact_phone or training_class.provider.phone,
        "starts_on": training_class.starts_on,
        "starts_at": first,
        "link": links.registration(registration.id),
        "headline": "",
        "reason": "",
        "until": None,
        "position": None,
        "others": [],
    }


def _colleagues(
    session: Session, registration: Registration, person_id: int | None, told: dict[RegistrationState, str]
) -> Sequence[Registration]:
    """Return the other people whom the reader registered for the company and whose state changed at the same moment."""
    if registration.organisation_id is None or person_id != registration.registered_by_id:
        return []
    statement = select(Registration).where(
        Registration.class_id == registration.class_id,
        Registration.organisation_id == registration.organisation_id,
        Registration.registered_by_id == person_id,
        Registration.state_at == registration.state_at,
        Registration.state.in_(told),
        Registration.id != registration.id,
    )
    return session.scalars(statement.order_by(Registration.id)).all()


def _is_told_before(registration: Registration, colleagues: Sequence[Registration]) -> bool:
    """Tell whether the letter about the first of the colleagues tells of this registration too."""
    return any(one.id < registration.id for one in colleagues)


def _together(colleagues: Sequence[Registration], told: dict[RegistrationState, str]) -> dict[str, Any]:
    """Return what a letter tells of the colleagues of its trainee; it leads to all of them then."""
    if not colleagues:
        return {}
    others = [{"trainee": one.trainee.name, "no": one.no, "headline": told[one.state]} for one in colleagues]
    return {"others": others, "link": links.training_records(colleagues[0].training_class.no)}


def _page_of_class(registration: Registration) -> str:
    return links.training_class(registration.training_class.no)


def _position(session: Session, registration: Registration) -> int:
    """Return which place in the queue a registration has now: those before it have left or waited longer."""
    statement = select(func.count()).where(
        Registration.class_id == registration.class_id,
        Registration.state == S.WAITLISTED,
        Registration.place <= registration.place,
    )
    return session.scalar(statement) or 1
