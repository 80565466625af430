"""Rooms and teachers of a centre: which there are, who has one at a time, and what is free instead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.accounts.models import Person
from services.booking import timetable
from services.booking.models import Booking
from services.booking.other_times import bookings_under
from services.booking.rules import Span
from services.catalogue.models import CapacityKind, ModuleResource, Resource, ResourceKind, ResourceState
from services.core import clock
from services.core.permissions import Permission
from services.organisations.queries import holders_of
from services.training.models.courses import Lesson, TrainingClass

MOST_PLACES = 200
DAYS_AHEAD = 28
MOST_HINTS = 3


@dataclass(frozen=True)
class Instead:
    """Who has a room or a teacher at a time; on which days it is free at that hour; what else is free at that time."""

    taken_by: str
    days: tuple[date, ...]
    others: tuple[Resource, ...]


def places_of(session: Session, provider_id: int) -> tuple[list[Resource], list[Resource]]:
    """Return the rooms (with benches and instruments) and the teachers of a centre that lessons can take."""
    offered = select(ModuleResource.resource_id)
    statement = (
        select(Resource)
        .where(
            Resource.provider_id == provider_id,
            Resource.capacity_kind != CapacityKind.BATCH,
            Resource.state == ResourceState.NORMAL,
            Resource.id.in_(offered),
        )
        .order_by(Resource.code)
        .limit(MOST_PLACES)
    )
    found = session.scalars(statement).all()
    rooms = [one for one in found if one.kind is not ResourceKind.EXPERT]
    return rooms, [one for one in found if one.kind is ResourceKind.EXPERT]


def teachers_of(session: Session, provider_id: int) -> list[Person]:
    """Return the people with an account who may teach at a centre."""
    statement = select(Person).where(Person.id.in_(holders_of(Permission.CLASS_RUN, provider_id).order_by(None)))
    return list(session.scalars(statement.order_by(Person.name, Person.id).limit(MOST_PLACES)))


class Places:
    """The rooms and teachers of a centre around some days, read once; what a class has itself counts as free."""

    def __init__(self, session: Session, training_class: TrainingClass, spans: Sequence[Span], now: datetime) -> None:
        self._session = session
        rooms, teachers = places_of(session, training_class.provider_id)
        self._all = [*rooms, *teachers]
        days = [clock.local_day(one.starts_at) for one in spans] or [training_class.starts_on]
        last = max(days) + timedelta(days=DAYS_AHEAD)
        self._table = timetable.load(session, {one.id for one in self._all}, min(days), last, now)
        self._own = _booked(session, training_class.id)
        for lesson in self._own:
            self._free(lesson)

    def instead(self, resource_id: int, span: Span) -> Instead:
        """Return who has it, and what is free instead of it."""
        kind = next((one.kind for one in self._all if one.id == resource_id), None)
        others = [one for one in self._all if one.kind is kind and one.id != resource_id and self._is_free(one, span)]
        own = {lesson.booking_id for lesson in self._own}
        holders = [one for one in bookings_under(self._session, resource_id, None, span) if one.id not in own]
        return Instead(
            taken_by="、".join(_label(one) for one in holders[:MOST_HINTS]),
            days=tuple(self._free_days(resource_id, span)),
            others=tuple(others[:MOST_HINTS]),
        )

    def _free_days(self, resource_id: int, span: Span) -> list[date]:
        resource = next((one for one in self._all if one.id == resource_id), None)
        found: list[date] = []
        for number in range(1, DAYS_AHEAD):
            moved = Span(span.starts_at + timedelta(days=number), span.ends_at + timedelta(days=number))
            if resource is not None and self._is_free(resource, moved):
                found.append(clock.local_day(moved.starts_at))
            if len(found) == MOST_HINTS:
                break
        return found

    def _is_free(self, resource: Resource, span: Span) -> bool:
        busy = self._table.busy.get(resource.id, {})
        free = sum(
            not any(begins < span.ends_at and span.starts_at < ends for begins, ends in busy.get(unit, ()))
            for unit in range(1, resource.units + 1)
        )
        return free >= (resource.units if resource.capacity_kind is CapacityKind.SEATS else 1)

    def _free(self, lesson: Lesson) -> None:
        for resource_id in {lesson.room_id, lesson.teacher_id} - {None}:
            for taken in self._table.busy.get(resource_id or 0, {}).values():
                if (lesson.starts_at, lesson.ends_at) in taken:
                    taken.remove((lesson.starts_at, lesson.ends_at))


def _booked(session: Session, class_id: int) -> list[Lesson]:
    statement = select(Lesson).where(Lesson.class_id == class_id, Lesson.booking_id.is_not(None))
    return list(session.scalars(statement.order_by(Lesson.starts_at)))


def _label(booking: Booking) -> str:
    return (booking.is_reservation and booking.purpose) or booking.no or ""
