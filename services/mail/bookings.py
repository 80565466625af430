"""Letters about bookings. They never tell prices or results: those are read on the page the link leads to."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.accounts.models import Person, PersonState
from services.booking.models import Booking
from services.core import links
from services.core.permissions import Permission
from services.core.work import Work
from services.mail.letters import Letter
from services.mail.readers import to_person
from services.organisations.queries import holders_of

TO_CLIENT = (
    "booking_cancelled_by_centre",
    "booking_completed",
    "booking_confirmed",
    "booking_displaced",
    "booking_lapsed",
    "booking_missed",
    "booking_moved",
    "booking_proposed",
    "booking_rejected",
    "booking_reminder",
)
TO_CENTRE = ("booking_accepted", "booking_cancelled", "booking_moved_by_client", "booking_requested")


def to_client(letter: str, session: Session, *, booking_id: int) -> Letter | None:
    """Return the letter to whoever booked."""
    booking = session.get_one(Booking, booking_id)
    facts = _facts(booking) | {"reason": booking.state_reason, "link": links.booking(booking.id)}
    return to_person(session, booking.booked_by_id, f"booking/{letter}", **facts)


def to_staff(session: Session, *, letter: str, booking_id: int, person_id: int) -> Letter | None:
    """Return the letter to one of the centre's staff."""
    booking = session.get_one(Booking, booking_id)
    facts = _facts(booking) | {"reason": booking.state_reason, "link": links.booking_desk(booking.id)}
    return to_person(session, person_id, f"booking/{letter}", **facts)


def promise_to_centre(letter: str, work: Work, *, booking_id: int) -> None:
    """Promise one letter to each person who approves bookings at the centre; each is retried by itself."""
    provider_id = work.session.get_one(Booking, booking_id).provider_id
    for person_id in _readers(work.session, provider_id):
        work.later("mail.booking_to_staff", letter=letter, booking_id=booking_id, person_id=person_id)


def _readers(session: Session, organisation_id: int) -> list[int]:
    """Return the ids of the active people who approve bookings in an organisation."""
    approving = holders_of(Permission.BOOKING_APPROVE, organisation_id).order_by(None)
    statement = select(Person.id).where(Person.state == PersonState.ACTIVE, Person.id.in_(approving))
    return list(session.scalars(statement.order_by(Person.id)))


def _facts(booking: Booking) -> dict[str, Any]:
    return {
        "no": booking.no or "",
        "module": booking.module.name,
        "centre": booking.module.provider.organisation.name,
        "place": booking.module.place or booking.module.provider.address,
        "phone": booking.module.provider.phone,
        "firm": booking.organisation.name,
        "starts_at": booking.starts_at,
        "ends_at": booking.ends_at,
        "promised_on": booking.promised_on,
        "bring": booking.module.bring,
    }
