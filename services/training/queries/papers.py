"""Reads about the papers of a class and the photographs of courses."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from services.core.errors import NotFound
from services.core.files import Attachment
from services.training.models.courses import Course, TrainingClass
from services.training.models.papers import ClassDocument, CoursePhoto, DocumentKind

USUAL = (DocumentKind.APPLICATION, DocumentKind.SYLLABUS, DocumentKind.TEACHERS, DocumentKind.PREMISES)
"""What an authority usually asks for before a class."""


def documents_of(session: Session, class_id: int) -> list[ClassDocument]:
    """Return the papers of a class in the order in which they came; there are at most thirty."""
    statement = (
        select(ClassDocument)
        .where(ClassDocument.class_id == class_id)
        .options(joinedload(ClassDocument.file), joinedload(ClassDocument.entered_by))
        .order_by(ClassDocument.id)
    )
    return list(session.scalars(statement))


def count_documents(session: Session, class_id: int) -> int:
    """Return how many papers a class has."""
    return session.scalar(select(func.count()).where(ClassDocument.class_id == class_id)) or 0


def missing_papers(documents: Collection[ClassDocument]) -> list[DocumentKind]:
    """Return which of the usual papers are not there."""
    there = {document.kind for document in documents}
    return [kind for kind in USUAL if kind not in there]


def document_at(session: Session, provider_id: int, document_id: int) -> ClassDocument:
    """Return a paper of a class of the centre. Raises NotFound for any other."""
    statement = (
        select(ClassDocument)
        .join(TrainingClass, TrainingClass.id == ClassDocument.class_id)
        .where(ClassDocument.id == document_id, TrainingClass.provider_id == provider_id)
        .options(joinedload(ClassDocument.file))
    )
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound
    return found


def photo_of(session: Session, code: str, *, provider_id: int | None) -> Attachment:
    """Return the photograph of a course that is public, or of one's own centre. Raises NotFound."""
    statement = (
        select(CoursePhoto)
        .join(Course, Course.id == CoursePhoto.course_id)
        .where(Course.code == code, Course.is_published.is_(True) | (Course.provider_id == provider_id))
        .options(joinedload(CoursePhoto.file))
    )
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound
    return found.file


def with_photo(session: Session, course_ids: Collection[int]) -> frozenset[int]:
    """Return which of the courses have a photograph."""
    statement = select(CoursePhoto.course_id).where(CoursePhoto.course_id.in_(course_ids))
    return frozenset(session.scalars(statement.order_by(CoursePhoto.course_id)))
