"""What somebody has attended and scored, and the certificate behind a link."""

from __future__ import annotations

from fractions import Fraction

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.training.models.courses import Lesson, LessonKind
from services.training.models.outcomes import Assessment, Attendance, Certificate, Part
from services.training.models.registrations import Registration
from services.training.rules.attendance import Window, rate


def attendance_rate(session: Session, registration: Registration) -> Fraction:
    """Return the share of the teaching hours of the class that was attended; examinations are no teaching."""
    statement = (
        select(Lesson.hours, Lesson.starts_at, Lesson.ends_at, func.coalesce(Attendance.minutes, 0))
        .outerjoin(
            Attendance,
            (Attendance.lesson_id == Lesson.id) & (Attendance.registration_id == registration.id),
        )
        .where(Lesson.class_id == registration.class_id, Lesson.kind != LessonKind.ASSESSMENT)
        .order_by(Lesson.starts_at)
    )
    rows = session.execute(statement).all()
    return rate((hours, Window(starts_at, ends_at).minutes, there) for hours, starts_at, ends_at, there in rows)


def best_scores(session: Session, registration_id: int) -> dict[Part, int]:
    """Return the best score of each part that was tried."""
    statement = (
        select(Assessment.part, func.max(Assessment.score))
        .where(Assessment.registration_id == registration_id)
        .group_by(Assessment.part)
        .order_by(Assessment.part)
    )
    found: dict[Part, int] = dict(session.execute(statement).all())
    return found


def certificate_behind(session: Session, token: str) -> Certificate | None:
    """Return the certificate whose link carries ``token``, whatever became of it."""
    return session.scalars(select(Certificate).where(Certificate.token == token)).one_or_none()
