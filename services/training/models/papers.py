"""Tables of the papers of a class that go to the authority, and of the photographs of courses."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.accounts.models import Person
from services.core.base import Base, Instant, Words
from services.core.files import Attachment


class DocumentKind(StrEnum):
    """What a paper of the filing is."""

    APPLICATION = "application"
    SYLLABUS = "syllabus"
    TEACHERS = "teachers"
    PREMISES = "premises"
    ROSTER = "roster"
    RECEIPT = "receipt"
    OTHER = "other"


class ClassDocument(Base):
    """A paper of the filing of a class (开班备案材料). Never changed; taken out only before the class is filed."""

    __tablename__ = "class_document"

    id: Mapped[int] = mapped_column(primary_key=True)
    class_id: Mapped[int] = mapped_column(ForeignKey("training_class.id"), index=True)
    kind: Mapped[DocumentKind] = mapped_column(Words(DocumentKind))
    file_id: Mapped[int] = mapped_column(ForeignKey("attachment.id"), unique=True)
    note: Mapped[str] = mapped_column(String(100), default="")
    entered_at: Mapped[datetime] = mapped_column(Instant)
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    file: Mapped[Attachment] = relationship()
    entered_by: Mapped[Person] = relationship()


class CoursePhoto(Base):
    """The one photograph of a course, shown to everybody who may see the course."""

    __tablename__ = "course_photo"

    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("attachment.id"), unique=True)

    file: Mapped[Attachment] = relationship()
