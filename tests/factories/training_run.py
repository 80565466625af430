"""A class that runs, that was attended and examined, and whose graduates hold certificates."""

from dataclasses import dataclass
from datetime import timedelta

import time_machine

from services.core import clock
from services.core.actor import Actor
from services.training.models.courses import Lesson, Level
from services.training.models.outcomes import Certificate, Part, Presence
from services.training.models.registrations import Registration
from services.training.operations.attending import Mark, call_the_roll
from services.training.operations.certifying import issue_certificate
from services.training.operations.classes import begin_class, close_class
from services.training.operations.finishing import enter_scores, finish_class
from services.training.operations.timetables import LessonWish, set_timetable
from tests.factories.training import School


@dataclass
class Running:
    """A class of two lessons that has begun with two people."""

    school: School
    lessons: list[Lesson]
    people: list[tuple[Registration, Actor]]

    @property
    def no(self) -> str:
        """The number of the class."""
        return self.school.training_class.no

    def attend(self) -> None:
        """Let everybody attend every lesson."""
        for lesson in self.lessons:
            with time_machine.travel(lesson.ends_at, tick=False):
                marks = {one.id: Mark(Presence.PRESENT) for one, _ in self.people}
                call_the_roll(self.school.work(), lesson.id, marks)
        self.school.session.commit()

    def score(self, *scores: int) -> None:
        """Enter scores in theory, in the order of the people."""
        with time_machine.travel(self.lessons[-1].ends_at, tick=False):
            day = clock.local_day(clock.now())
            entered = {one.id: score for (one, _), score in zip(self.people, scores, strict=False)}
            enter_scores(self.school.work(), self.school.training_class.id, Part.THEORY, day, entered)
        self.school.session.commit()

    def finish(self) -> None:
        """End the class on its last day."""
        with time_machine.travel(clock.at(self.school.training_class.ends_on, 20 * 60), tick=False):
            finish_class(self.school.work(), self.school.training_class.id)
        self.school.session.commit()

    def graduate(self, *scores: int) -> None:
        """Let everybody attend, enter the scores, and end the class."""
        self.attend()
        self.score(*(scores or (80, 59)))
        self.finish()

    def certify(self, index: int = 0) -> Certificate:
        """Issue the certificate of one of the people."""
        issued = issue_certificate(self.school.work(), self.people[index][0].id)
        self.school.session.commit()
        return issued


def make_running(school: School, *, fee_fen: int = 0) -> Running:
    """Begin the class of a school with two people who pay nothing; ``fee_fen`` is written to the class afterwards."""
    course, session = school.course, school.session
    course.theory_hours, course.practice_hours = 8, 8
    course.is_subsidised, course.level, course.occupation = True, Level.JUNIOR, "玻璃热加工工"
    people = [school.enrolled(), school.enrolled()]
    start = clock.at(school.training_class.starts_on, 8 * 60)
    days = (start + timedelta(days=one) for one in range(2))
    wishes = [LessonWish(day, day + timedelta(hours=8), hours=8, topic="灯工基础") for day in days]
    lessons = set_timetable(school.work(), school.training_class.id, wishes)
    close_class(school.work(), school.training_class.id)
    begin_class(school.on_the_day(), school.training_class.id)
    school.training_class.fee_fen = fee_fen
    session.commit()
    return Running(school, lessons, people)
