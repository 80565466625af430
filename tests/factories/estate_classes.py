"""The training of centre X in the estate: a published course with a class that takes registrations, and one planned."""

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from services.core import clock
from services.training.models.courses import ClassState, Course, Lesson
from tests.factories.booking import Market
from tests.factories.training import make_class


def taught(session: Session, x: Market) -> dict[str, list[Any]]:
    """Let X announce a course with an open class and one that is only planned; return what stands in addresses."""
    course = Course(
        code="KC01",
        provider_id=x.provider.id,
        title="玻璃热加工工（灯工）（初级）",
        theory_hours=16,
        practice_hours=64,
        is_published=True,
    )
    session.add(course)
    session.flush()
    one = make_class(session, course, capacity=20)
    start = clock.at(one.starts_on, 480)
    lesson = Lesson(class_id=one.id, starts_at=start, ends_at=start + timedelta(hours=4), hours=80)
    session.add(lesson)
    session.flush()
    make_class(session, course, state=ClassState.DRAFT)
    return {
        "class_no": [one.no],
        "training.course code": [course.code],
        "course_id": [course.id],
        "lesson_id": [lesson.id],
        "training.calendar ?": ["month=2026-12"],
        "training.index ?": ["seats=yes&q=灯工"],
    }
