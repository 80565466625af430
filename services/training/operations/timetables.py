"""The timetable of a class: each lesson takes its room and its teacher through the one ``claim``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import pairwise

from sqlalchemy import func, select

from services.booking import claims
from services.booking.models import Booking, BookingState
from services.booking.rules import Span
from services.catalogue.models import CapacityKind, ModuleResource, Resource, ResourceState, ServiceModule
from services.core import clock
from services.core.errors import NotFound, RuleBroken, RulesBroken, WrongState
from services.core.messages import N_
from services.core.numbering import next_in
from services.core.permissions import Permission
from services.core.work import Work
from services.organisations.queries import holders_of
from services.training.errors import LessonHeld, LessonOutside, LessonsOverlap, NotInService, NotOffered, PlaceTaken
from services.training.models.courses import ClassState, Lesson, LessonKind, TrainingClass
from services.training.models.outcomes import Attendance
from services.training.models.registrations import Registration
from services.training.operations.steps import of_centre, tell
from services.training.rules.states import CLASS_NAMES, SEATED

PLANNED = frozenset({ClassState.DRAFT, ClassState.FILED, ClassState.OPEN, ClassState.CLOSED})
"""While a class stands here its timetable can be changed as a whole."""
HELD = select(Attendance.lesson_id).where(Attendance.lesson_id == Lesson.id).correlate(Lesson).exists()
"""Whether attendance was entered for a lesson."""


@dataclass(frozen=True)
class LessonWish:
    """One lesson as staff plan it. ``room_id`` and ``teacher_id`` are resources of the centre."""

    starts_at: datetime
    ends_at: datetime
    hours: int
    kind: LessonKind = LessonKind.THEORY
    topic: str = ""
    room_id: int | None = None
    teacher_id: int | None = None
    teacher_person_id: int | None = None

    @property
    def span(self) -> Span:
        """From when to when it lasts."""
        return Span(self.starts_at, self.ends_at)

    @property
    def resource_ids(self) -> tuple[int, ...]:
        """The room and the teacher, as far as they are named."""
        return tuple(one for one in (self.room_id, self.teacher_id) if one is not None)


def set_timetable(work: Work, class_id: int, wishes: Sequence[LessonWish]) -> list[Lesson]:
    """Give a class this timetable in place of the one it had; every room and every teacher is taken, or nothing changes.

    Raises RulesBroken with everything that is wrong: lessons outside the days of the class or over each other, resources of
    another centre or out of service, and each room or teacher that somebody else has at that time; LessonHeld once
    attendance was entered.
    """
    training_class = of_centre(work, class_id, Permission.CLASS_RUN)
    if training_class.state not in PLANNED:
        raise WrongState(state=CLASS_NAMES[training_class.state])
    ordered = sorted(wishes, key=lambda one: one.starts_at)
    resources = _resources(work, training_class, ordered)
    if broken := [*_misplaced(training_class, ordered), *_unfit(ordered, resources)]:
        raise RulesBroken(broken)
    had_lessons = _has_lessons(work, class_id)
    clear_timetable(work, training_class)
    lessons = [_lesson(training_class, wish) for wish in ordered]
    work.session.add_all(lessons)
    work.session.flush()
    if taken := _reserve(work, training_class, lessons, resources):
        raise RulesBroken(taken)
    work.record("class.timetable", training_class, lessons=len(lessons), hours=sum(one.hours for one in lessons))
    if had_lessons:
        _tell_everybody(work, class_id, N_("The timetable of the class of your registration %(no)s has changed."))
    return lessons


def change_lesson(work: Work, lesson_id: int, wish: LessonWish) -> Lesson:
    """Move one lesson of a class, or give it another room or teacher, also after the class has begun; all are told.

    The last day of a class that has begun moves with its lessons. Raises LessonHeld once attendance was entered, and
    RulesBroken as ``set_timetable`` does.
    """
    lesson = work.session.get(Lesson, lesson_id)
    if lesson is None:
        raise NotFound
    training_class = of_centre(work, lesson.class_id, Permission.CLASS_RUN)
    if training_class.state not in PLANNED | {ClassState.RUNNING}:
        raise WrongState(state=CLASS_NAMES[training_class.state])
    if work.session.scalar(select(Lesson.id).where(Lesson.id == lesson_id, HELD)) is not None:
        raise LessonHeld
    if training_class.state is ClassState.RUNNING:
        training_class.ends_on = max(training_class.ends_on, clock.local_day(wish.ends_at))
    resources = _resources(work, training_class, [wish])
    if broken := [*_misplaced(training_class, [wish]), *_over_others(work, lesson, wish), *_unfit([wish], resources)]:
        raise RulesBroken(broken)
    _give_back(work, lesson)
    for name, value in asdict(wish).items():
        setattr(lesson, name, value)
    work.session.flush()
    if taken := _reserve(work, training_class, [lesson], resources):
        raise RulesBroken(taken)
    work.record("class.lesson_changed", training_class, lesson_id=lesson_id, starts_at=wish.starts_at)
    message = N_("A lesson of the class of your registration %(no)s is now held on %(day)s.")
    _tell_everybody(work, training_class.id, message, day=clock.local_day(wish.starts_at))
    return lesson


def _give_back(work: Work, lesson: Lesson) -> None:
    """Give back the room and the teacher of one lesson."""
    if lesson.booking_id is not None:
        claims.release(work, lesson.booking_id)
        work.session.get_one(Booking, lesson.booking_id).state = BookingState.CANCELLED
        lesson.booking_id = None


def _over_others(work: Work, lesson: Lesson, wish: LessonWish) -> list[RuleBroken]:
    """Say whether a lesson would lie over another one of its class."""
    others = select(Lesson.id).where(
        Lesson.class_id == lesson.class_id,
        Lesson.id != lesson.id,
        Lesson.starts_at < wish.ends_at,
        Lesson.ends_at > wish.starts_at,
    )
    return [LessonsOverlap(number=1)] if work.session.scalar(others.limit(1)) is not None else []


def _has_lessons(work: Work, class_id: int) -> bool:
    return work.session.scalar(select(Lesson.id).where(Lesson.class_id == class_id).limit(1)) is not None


def _tell_everybody(work: Work, class_id: int, message: str, **facts: object) -> None:
    statement = select(Registration).where(Registration.class_id == class_id, Registration.state.in_(SEATED))
    for registration in work.session.scalars(statement.order_by(Registration.id)).all():
        tell(work, registration, message, **facts)


def clear_timetable(work: Work, training_class: TrainingClass) -> None:
    """Take every lesson of a class out of the timetable, so that others can come. LessonHeld once one was held."""
    held = select(Lesson.id).where(Lesson.class_id == training_class.id, HELD)
    if work.session.scalar(held.limit(1)) is not None:
        raise LessonHeld
    release_timetable(work, training_class)


def release_timetable(work: Work, training_class: TrainingClass) -> None:
    """Give back the rooms and teachers of a class and take its lessons out of the timetable; those that were held stay."""
    statement = select(Lesson).where(Lesson.class_id == training_class.id, ~HELD).order_by(Lesson.id)
    for lesson in work.session.scalars(statement).all():
        _give_back(work, lesson)
        work.session.delete(lesson)
    work.session.flush()


def lesson_displaced(work: Work, booking_id: int) -> None:
    """Take up that an outage has taken room or teacher from a lesson: staff are told to find another place for it."""
    statement = select(Lesson).where(Lesson.booking_id == booking_id)
    for lesson in work.session.scalars(statement.order_by(Lesson.id)).all():
        lesson.booking_id = None
        training_class = work.session.get_one(TrainingClass, lesson.class_id)
        message = N_("An outage has taken the place of a lesson of %(no)s on %(day)s. Please plan it anew.")
        for person_id in work.session.scalars(holders_of(Permission.CLASS_RUN, training_class.provider_id)).all():
            work.tell(person_id, message, no=training_class.no, day=clock.local_day(lesson.starts_at))
        work.record("class.lesson_displaced", training_class, starts_at=lesson.starts_at)


def _misplaced(training_class: TrainingClass, wishes: Sequence[LessonWish]) -> list[RuleBroken]:
    """Say which lessons are outside the days of the class, end before they begin, or lie over each other."""
    found: list[RuleBroken] = []
    for number, wish in enumerate(wishes, start=1):
        days = {clock.local_day(wish.starts_at), clock.local_day(wish.ends_at)}
        inside = all(training_class.starts_on <= day <= training_class.ends_on for day in days)
        if not inside or wish.starts_at >= wish.ends_at or wish.hours <= 0:
            found.append(LessonOutside(number=number))
    for number, (one, other) in enumerate(pairwise(wishes), start=2):
        if one.span.overlaps(other.span):
            found.append(LessonsOverlap(number=number))
    return found


def _resources(work: Work, training_class: TrainingClass, wishes: Sequence[LessonWish]) -> dict[int, Resource]:
    """Return the rooms and teachers named, by id; NotFound for one of another centre."""
    wanted = {one for wish in wishes for one in wish.resource_ids}
    statement = select(Resource).where(Resource.id.in_(wanted), Resource.provider_id == training_class.provider_id)
    found = {resource.id: resource for resource in work.session.scalars(statement.order_by(Resource.id))}
    if set(found) != wanted:
        raise NotFound
    return found


def _unfit(wishes: Sequence[LessonWish], resources: dict[int, Resource]) -> list[RuleBroken]:
    used = {one for wish in wishes for one in wish.resource_ids}
    return [
        NotInService(name=resources[one].name)
        for one in sorted(used)
        if resources[one].state is not ResourceState.NORMAL
    ]


def _lesson(training_class: TrainingClass, wish: LessonWish) -> Lesson:
    return Lesson(
        class_id=training_class.id,
        kind=wish.kind,
        topic=wish.topic,
        starts_at=wish.starts_at,
        ends_at=wish.ends_at,
        hours=wish.hours,
        room_id=wish.room_id,
        teacher_id=wish.teacher_id,
        teacher_person_id=wish.teacher_person_id,
    )


def _reserve(
    work: Work, training_class: TrainingClass, lessons: Sequence[Lesson], resources: dict[int, Resource]
) -> list[RuleBroken]:
    """Take room and teacher of each lesson, in the order of resources; return who was not free when."""
    pairs = sorted(
        (resource_id, number, lesson)
        for number, lesson in enumerate(lessons, start=1)
        for resource_id in (lesson.room_id, lesson.teacher_id)
        if resource_id is not None
    )
    taken: list[RuleBroken] = []
    for resource_id, number, lesson in pairs:
        booking_id = lesson.booking_id or _booking(work, training_class, lesson, number, resource_id)
        lesson.booking_id = booking_id
        if not _claim_any(work, booking_id, resources[resource_id], Span(lesson.starts_at, lesson.ends_at)):
            taken.append(PlaceTaken(number=number, name=resources[resource_id].name, resource_id=resource_id))
    work.session.flush()
    return taken


def _claim_any(work: Work, booking_id: int, resource: Resource, span: Span) -> bool:
    """Take all units of a room or one of an equal set of teachers; tell whether that could be."""
    claims.free_lapsed_holds(work, [resource.id], span)
    if resource.capacity_kind is CapacityKind.SEATS:
        return claims.claim(
            work, {"booking_id": booking_id}, [(resource.id, unit + 1, span) for unit in range(resource.units)]
        )
    return any(
        claims.claim(work, {"booking_id": booking_id}, [(resource.id, unit + 1, span)])
        for unit in range(resource.units)
    )


def _booking(work: Work, training_class: TrainingClass, lesson: Lesson, number: int, resource_id: int) -> int:
    """Write the reservation of a lesson, under the service by which its room or teacher is booked."""
    offered = (
        select(func.min(ServiceModule.id))
        .join(ModuleResource, ModuleResource.module_id == ServiceModule.id)
        .where(ModuleResource.resource_id == resource_id, ServiceModule.provider_id == training_class.provider_id)
    )
    module_id = work.session.scalar(offered)
    if module_id is None:
        raise NotOffered(name=work.session.get_one(Resource, resource_id).name)
    series = next_in(work.session, f"{training_class.no}-K")
    booking = Booking(
        no=f"{training_class.no}-K{series:02d}",
        module_id=module_id,
        provider_id=training_class.provider_id,
        organisation_id=training_class.provider_id,
        booked_by_id=work.actor.person_id,
        is_reservation=True,
        state=BookingState.CONFIRMED,
        state_at=work.now,
        starts_at=lesson.starts_at,
        ends_at=lesson.ends_at,
        purpose=f"{training_class.no} {lesson.topic}".strip(),
        created_at=work.now,
    )
    work.session.add(booking)
    work.session.flush()
    return booking.id
