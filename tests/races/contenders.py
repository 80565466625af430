"""What a contender does; each runs in a process of its own, so it takes plain values and says a word."""

from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from services.booking.claims import expire
from services.booking.errors import DayFull, HoldLapsed, SlotTaken
from services.booking.models import Booking, BookingState, Claim
from services.booking.operations.changing import move
from services.booking.operations.making import Wish, hold, submit
from services.booking.placement import Choice
from services.core.actor import Actor
from services.core.engine import is_transient
from services.core.errors import WrongState
from services.core.permissions import Role
from services.core.work import Work, working


def actor_of(task: dict) -> Actor:
    """Return the firm's agent."""
    return Actor(task["person"], "经办人", task["firm"], frozenset({Role.ENT_USER}))


def holds(session: Session, task: dict) -> str:
    """Hold a slot or a part of a day."""
    try:
        with working(session, actor_of(task), now=task["now"]) as work:
            _hold(work, task)
    except (SlotTaken, DayFull):
        return "lost"
    return "won"


def sends_or_expires(session: Session, task: dict) -> str:
    """Send a held booking just in time, let it lapse just after, or hold its slot as the next client."""
    part = task["part"]
    try:
        with working(session, actor_of(task), now=task["now"]) as work:
            if part == "send":
                submit(work, task["booking"], Wish())
            elif part == "hold":
                _hold(work, task)
            else:
                return "expired" if expire(work, task["booking"], BookingState.HELD) else "not expired"
    except (HoldLapsed, SlotTaken, WrongState):
        return f"{part} lost"
    return part


def moves(session: Session, task: dict) -> str:
    """Move a booking to where another one is, which moves away at the same time."""
    try:
        with working(session, actor_of(task), now=task["now"]) as work:
            move(work, task["booking"], Choice(**task["choice"]))
    except SlotTaken:
        return "lost"
    except DBAPIError as error:
        if not is_transient(error):
            raise
        return "to be tried again"  # as the portal does, without a word to anybody
    return "won"


def _hold(work: Work, task: dict) -> None:
    hold(work, module_id=task["module"], organisation_id=task["firm"], choice=Choice(**task["choice"]))


def looks_then_writes(session: Session, task: dict) -> str:
    """Do what unguarded systems do: look in one transaction, write in the next, and trust the look."""
    start: datetime = task["choice"]["starts_at"]
    end: datetime = task["choice"]["ends_at"]
    taken = select(func.count()).where(
        Claim.resource_id == task["resource"], Claim.busy_from < end, Claim.busy_to > start
    )
    if session.scalar(taken):
        return "lost"
    with working(session, actor_of(task), now=task["now"]) as work:
        booking = Booking(
            module_id=task["module"],
            provider_id=task["provider"],
            organisation_id=task["firm"],
            booked_by_id=task["person"],
            state=BookingState.HELD,
            state_at=work.now,
            hold_expires_at=end,
            starts_at=start,
            ends_at=end,
            created_at=work.now,
        )
        session.add(booking)
        session.flush()
        session.execute(
            insert(Claim).values(
                resource_id=task["resource"], unit=1, busy_from=start, busy_to=end, booking_id=booking.id
            )
        )
    return "won"
