"""Forms of the timetable of a class: its lessons as rows, the week pattern that fills them, and one lesson."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import request
from wtforms import BooleanField, FieldList, FormField, SelectField, StringField
from wtforms.validators import Length, Optional

from portal.desk import ChecksField, DeskForm, named
from portal.forms.fields import LocalDateField, Required, WholeNumberField
from portal.forms.hours import WEEKDAYS, HourField, HoursField
from portal.forms.rows import Row
from portal.i18n import gettext, translate
from services.accounts.models import Person
from services.catalogue.models import Resource
from services.core import clock
from services.core.messages import N_
from services.training.models.courses import Lesson, LessonKind
from services.training.operations.timetables import LessonWish
from services.training.rules.patterns import Meeting, Pattern

MOST_LESSONS = 120
MORE = 5
FIRST_ROWS = 3


@dataclass(frozen=True)
class Offered:
    """What lessons can take: rooms, teachers, and people with an account who keep the roll."""

    rooms: Sequence[Resource]
    teachers: Sequence[Resource]
    people: Sequence[Person]


class LessonFields:
    """The fields of one lesson."""

    day = LocalDateField(N_("Day"))
    starts = HourField(N_("Begins at"))
    ends = HourField(N_("Ends at"))
    hours = WholeNumberField(N_("Hours of teaching"), minimum=1, maximum=24)
    kind = SelectField(N_("Kind"), coerce=LessonKind, default=LessonKind.THEORY)
    topic = StringField(N_("Topic"), [Length(max=80)])
    room = SelectField(N_("Room"), coerce=int, default=0)
    teacher = SelectField(N_("Teacher"), coerce=int, default=0)
    account = SelectField(N_("Keeps the roll"), coerce=int, default=0)


def _offer(form: Any, offered: Offered) -> None:
    """Give the fields of a lesson their choices; what it has but can no longer be chosen stays to be seen."""
    form.kind.choices = named(LessonKind)
    nobody = (0, gettext("None"))
    form.room.choices = [nobody, *((one.id, one.name) for one in offered.rooms)]
    form.teacher.choices = [nobody, *((one.id, one.name) for one in offered.teachers)]
    form.account.choices = [nobody, *((one.id, one.name or one.mobile or str(one.id)) for one in offered.people)]


def _require(form: Any) -> bool:
    """Say of each empty field without which there is no lesson that it has to be filled in; tell whether none is."""
    missing = [field for field in (form.day, form.starts, form.ends, form.hours) if field.data is None]
    for field in missing:
        if not field.errors:
            field.errors = [gettext("Please fill in “%(field)s”.", field=translate(field.label.text))]
    return not missing


def _wish(form: Any) -> LessonWish:
    return LessonWish(
        starts_at=clock.at(form.day.data, form.starts.data),
        ends_at=clock.at(form.day.data, form.ends.data),
        hours=form.hours.data,
        kind=form.kind.data,
        topic=form.topic.data or "",
        room_id=form.room.data or None,
        teacher_id=form.teacher.data or None,
        teacher_person_id=form.account.data or None,
    )


class LessonRow(LessonFields, Row):
    """One lesson of the timetable; a row without a day, hours and a topic is left out."""

    removes = BooleanField(N_("Leave out"))

    @property
    def is_empty(self) -> bool:
        """Whether the row stands for no lesson."""
        typed = (self.day, self.starts, self.ends, self.topic)
        return self.removes.data or not any(field.raw_data and field.raw_data[0] for field in typed)

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the row, unless it is left out."""
        if self.is_empty:
            return True
        is_right = super().validate(extra_validators)
        return _require(self) and is_right


class TimetableForm(DeskForm):
    """The whole timetable of a class."""

    lessons = FieldList(FormField(LessonRow), max_entries=MOST_LESSONS)

    def __init__(self, *args: Any, offered: Offered, **values: Any) -> None:
        super().__init__(*args, **values)
        self.row_errors: dict[int, list[str]] = {}
        wanted = MORE if request.form.get("more") else 0 if self.is_submitted() else 1
        if not self.is_submitted() and not len(self.lessons):
            wanted = FIRST_ROWS
        for _ in range(min(wanted, MOST_LESSONS - len(self.lessons))):
            self.lessons.append_entry()
        for row in self.lessons:
            _offer(row.form, offered)

    @property
    def order(self) -> list[int]:
        """The numbers of the rows that stand for lessons, as the lessons follow each other."""
        rows = [number for number, row in enumerate(self.lessons) if not row.form.is_empty]
        return sorted(rows, key=lambda number: _wish(self.lessons[number].form).starts_at)

    @property
    def wishes(self) -> list[LessonWish]:
        """What was typed, in order."""
        return [_wish(self.lessons[number].form) for number in self.order]


class LessonForm(LessonFields, DeskForm):
    """One lesson."""

    def __init__(self, *args: Any, offered: Offered, **values: Any) -> None:
        super().__init__(*args, **values)
        _offer(self, offered)

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the lesson."""
        is_right = super().validate(extra_validators)
        return _require(self) and is_right

    @property
    def wish(self) -> LessonWish:
        """What was typed."""
        return _wish(self)


class PatternForm(Row):
    """A week pattern, sent with the address: days, weekdays, hours, and who and where."""

    first = LocalDateField(N_("From day"), [Required()])
    last = LocalDateField(N_("To day"), [Required()])
    weekdays = ChecksField(
        N_("Days of the week"), [Required(N_("Please choose at least one day of the week."))], coerce=int
    )
    times = HoursField(
        N_("Times of day"), [Required()], description=N_("Such as 08:00-12:00, 13:30-17:30; each becomes a lesson.")
    )
    length = WholeNumberField(N_("Minutes of an hour of teaching"), [Required()], minimum=30, maximum=120)
    holidays = BooleanField(N_("Leave out public holidays"))
    room = SelectField(N_("Room"), coerce=int, validators=[Optional()], default=0)
    teacher = SelectField(N_("Teacher"), coerce=int, validators=[Optional()], default=0)
    account = SelectField(N_("Keeps the roll"), coerce=int, validators=[Optional()], default=0)

    def __init__(self, *args: Any, offered: Offered, **values: Any) -> None:
        super().__init__(*args, prefix="p-", **values)
        nobody = (0, gettext("None"))
        self.weekdays.choices = [(number, translate(name)) for number, name in enumerate(WEEKDAYS)]
        self.room.choices = [nobody, *((one.id, one.name) for one in offered.rooms)]
        self.teacher.choices = [nobody, *((one.id, one.name) for one in offered.teachers)]
        self.account.choices = [nobody, *((one.id, one.name or str(one.id)) for one in offered.people)]

    @property
    def pattern(self) -> Pattern:
        """What was asked for."""
        return Pattern(
            self.first.data, self.last.data, frozenset(self.weekdays.data), self.times.data, self.length.data
        )

    def rows(self, meetings: Sequence[Meeting]) -> list[dict[str, Any]]:
        """Return the lessons of the pattern as rows of the timetable."""
        same = {"room": self.room.data, "teacher": self.teacher.data, "account": self.account.data, "topic": ""}
        return [
            {
                "day": one.day,
                "starts": one.starts_min,
                "ends": one.ends_min,
                "hours": one.hours,
                "kind": one.kind,
                **same,
            }
            for one in meetings
        ]


def row_of(lesson: Lesson, moved: Callable[[date], date] | None = None) -> dict[str, Any]:
    """Return a lesson as a row of the timetable, perhaps on another day."""
    day = clock.local_day(lesson.starts_at)
    return {
        "day": moved(day) if moved else day,
        "starts": clock.minute_of_day(lesson.starts_at),
        "ends": clock.minute_of_day(lesson.ends_at) or 1440,
        "hours": lesson.hours,
        "kind": lesson.kind,
        "topic": lesson.topic,
        "room": lesson.room_id or 0,
        "teacher": lesson.teacher_id or 0,
        "account": lesson.teacher_person_id or 0,
    }
