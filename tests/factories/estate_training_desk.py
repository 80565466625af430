"""What the training desk of centre X has in the estate: a class that is planned, with its filing and its lessons."""

from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.core import clock
from services.core.uploads import examine
from services.core.work import Work
from services.training.models.courses import ClassState, Course, Lesson
from services.training.models.papers import DocumentKind
from services.training.operations.filing import add_document, set_photo
from tests.factories.booking import Market
from tests.factories.training import make_class

OF_COURSES = (
    "course",
    "course_edit",
    "course_hide",
    "course_photo",
    "course_photo_remove",
    "course_publish",
    "class_new",
)
OF_CLASSES = ("document_add", "document_remove", "file", "filing", "open", "timetable")


def planned(session: Session, x: Market, trainer: Work, uploads: Path) -> dict[str, list[Any]]:
    """Give X a class that is planned, with papers and a photograph; return what stands in addresses."""
    course = session.scalars(select(Course).where(Course.provider_id == x.provider.id).order_by(Course.id)).first()
    assert course is not None, "X teaches something by now"
    draft = make_class(session, course, state=ClassState.DRAFT, needs_filing=True)
    start = clock.at(draft.starts_on, 480)
    lesson = Lesson(class_id=draft.id, starts_at=start, ends_at=clock.at(draft.starts_on, 720), hours=4)
    session.add(lesson)
    session.flush()
    with (uploads.parent / "licence.png").open("rb") as stream:
        picture = examine(stream, "车间.png")
    document = add_document(trainer, uploads, draft.id, DocumentKind.APPLICATION, picture)
    set_photo(trainer, uploads, course.id, picture)
    return {
        **{f"training.desk_{name} code": [course.code] for name in OF_COURSES},
        **{f"training.desk_{name} class_no": [draft.no] for name in OF_CLASSES},
        "training.course_photo code": [course.code],
        "training.desk_lesson lesson_id": [lesson.id],
        "document_id": [document.id],
        "training.desk ?": ["show=all", "show=decision&q=canary"],
        "training.desk_courses ?": ["q=canary"],
        "training.desk_registrations ?": ["show=all&q=canary", "show=waiting"],
        "training.desk_statistics ?": ["from=2026-01-01&until=2026-12-31"],
        "training.desk_timetable ?": ["p-first=2026-12-07&p-last=2026-12-08&p-times=08:00-12:00&p-length=60"],
    }
