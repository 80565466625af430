"""Writes lessons as iCalendar text: the timetable of a class, or the lessons of one person."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC

from icalendar import Event

from services.calendars.writing import Say, begun, plain
from services.core.messages import N_
from services.training.models.courses import Lesson
from services.training.words import LESSON_NAMES


def lessons_text(lessons: Iterable[Lesson], *, name: str, base_url: str, say: Say) -> bytes:
    """Return a calendar with the lessons, which may be of several classes."""
    calendar = begun(name)
    for lesson in lessons:
        calendar.add_component(_event(lesson, base_url, say))
    return bytes(calendar.to_ical())


def _event(lesson: Lesson, base_url: str, say: Say) -> Event:
    training_class = lesson.training_class
    address = f"{base_url}/classes/{training_class.no}"
    kind = say(LESSON_NAMES[lesson.kind])
    event = Event()
    event.add("uid", f"lesson-{lesson.id}@{base_url.partition('://')[2]}")
    event.add("summary", plain(say(N_("%(title)s: %(kind)s"), title=training_class.course.title, kind=kind)))
    event.add("dtstart", lesson.starts_at.astimezone(UTC))
    event.add("dtend", lesson.ends_at.astimezone(UTC))
    event.add("dtstamp", training_class.state_at.astimezone(UTC))
    event.add("status", "CONFIRMED")
    event.add("location", plain(lesson.room.name if lesson.room else training_class.place))
    event.add("description", "\n".join(line for line in (plain(lesson.topic), _teacher(lesson, say), address) if line))
    event.add("url", address)
    return event


def _teacher(lesson: Lesson, say: Say) -> str:
    return say(N_("Teacher: %(name)s"), name=plain(lesson.teacher.name)) if lesson.teacher else ""
