"""Tables of courses, classes and lessons."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.catalogue.models import Provider, Resource
from services.core.base import Base, Fen, Instant, Words


class Level(StrEnum):
    """The level of skill a course leads to (职业技能等级)."""

    NONE = "none"
    SPECIAL = "special"
    JUNIOR = "junior"
    MIDDLE = "middle"
    SENIOR = "senior"
    TECHNICIAN = "technician"
    SENIOR_TECHNICIAN = "senior_technician"


class CertificateKind(StrEnum):
    """What a graduate gets. ``authority``: the course only prepares for it, the state authority issues it."""

    NONE = "none"
    COMPLETION = "completion"
    SKILL_LEVEL = "skill_level"
    AUTHORITY = "authority"


class Course(Base):
    """What is taught, to whom, and what comes of it. Hours are hours of teaching (学时)."""

    __tablename__ = "course"
    __table_args__ = (
        CheckConstraint(
            "theory_hours >= 0 AND practice_hours >= 0 AND theory_hours + practice_hours > 0", name="hours"
        ),
        CheckConstraint("min_age >= 16 AND (max_age IS NULL OR max_age >= min_age)", name="ages"),
        CheckConstraint("attendance_percent BETWEEN 0 AND 100", name="attendance"),
        CheckConstraint("pass_score BETWEEN 0 AND 100", name="pass_score"),
        CheckConstraint("fee_fen >= 0", name="fee"),
        CheckConstraint("shortage_percent BETWEEN 0 AND 30", name="shortage"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"), index=True)
    title: Mapped[str] = mapped_column(String(80))
    occupation: Mapped[str] = mapped_column(String(60), default="")
    level: Mapped[Level] = mapped_column(Words(Level), default=Level.NONE)
    theory_hours: Mapped[int] = mapped_column(default=0)
    practice_hours: Mapped[int] = mapped_column(default=0)
    summary: Mapped[str] = mapped_column(String(300), default="")
    syllabus: Mapped[str] = mapped_column(String(3000), default="")
    entry_text: Mapped[str] = mapped_column(String(500), default="")
    safety_text: Mapped[str] = mapped_column(String(500), default="")
    books_text: Mapped[str] = mapped_column(String(300), default="")
    min_age: Mapped[int] = mapped_column(default=16)
    max_age: Mapped[int | None]
    is_hazardous: Mapped[bool] = mapped_column(default=False)
    """Whether people under 18 are refused."""
    education: Mapped[str] = mapped_column(String(30), default="")
    needs_health: Mapped[bool] = mapped_column(default=False)
    prior_certificate: Mapped[str] = mapped_column(String(80), default="")
    has_theory_test: Mapped[bool] = mapped_column(default=True)
    has_practice_test: Mapped[bool] = mapped_column(default=False)
    attendance_percent: Mapped[int] = mapped_column(default=80)
    pass_score: Mapped[int] = mapped_column(default=60)
    certificate: Mapped[CertificateKind] = mapped_column(Words(CertificateKind), default=CertificateKind.COMPLETION)
    certificate_months: Mapped[int | None]
    """How long the certificate holds; None for ever."""
    fee_fen: Mapped[int] = mapped_column(Fen, default=0)
    is_subsidised: Mapped[bool] = mapped_column(default=False)
    shortage_percent: Mapped[int] = mapped_column(default=0)
    is_published: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - as the mapper declares it

    provider: Mapped[Provider] = relationship()

    @property
    def hours(self) -> int:
        """Theory and practice together."""
        return self.theory_hours + self.practice_hours


class ClassState(StrEnum):
    """Where a class stands; full is no state but a count. The steps are in ``services.training.rules.states``."""

    DRAFT = "draft"
    FILED = "filed"
    OPEN = "open"
    CLOSED = "closed"
    RUNNING = "running"
    FINISHED = "finished"
    ARCHIVED = "archived"
    CANCELLED = "cancelled"


class Promotion(StrEnum):
    """Who of those who wait gets a seat that is free: the first, or the first whose group fits (with a company's cap)."""

    FIRST = "first"
    FITS = "fits"


class TrainingClass(Base):
    """A dated run of a course (班次).

    ``seats_taken`` counts the registrations that hold a seat: confirmed, pending, unpaid within their time, and offers to
    people who waited. It is changed by ``services.training.operations.seats`` alone.
    """

    __tablename__ = "training_class"
    __table_args__ = (
        CheckConstraint("seats_taken BETWEEN 0 AND capacity", name="seats"),
        CheckConstraint("waiting >= 0", name="waiting"),
        CheckConstraint("waiting_limit >= 0", name="waiting_limit"),
        CheckConstraint("min_seats BETWEEN 1 AND capacity", name="min_seats"),
        CheckConstraint("starts_on <= ends_on", name="days"),
        CheckConstraint("opens_at < closes_at", name="window"),
        CheckConstraint("company_cap IS NULL OR company_cap BETWEEN 1 AND capacity", name="company_cap"),
        CheckConstraint("fee_fen >= 0", name="fee"),
        CheckConstraint(
            "state NOT IN ('open', 'closed', 'running') OR filing_no <> '' OR NOT needs_filing", name="filed"
        ),
        Index("ix_training_class_state", "state", "starts_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    no: Mapped[str] = mapped_column(String(24), unique=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), index=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"), index=True)
    name: Mapped[str] = mapped_column(String(40), default="")
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    place: Mapped[str] = mapped_column(String(100), default="")
    is_evening: Mapped[bool] = mapped_column(default=False)
    is_weekend: Mapped[bool] = mapped_column(default=False)
    min_seats: Mapped[int]
    capacity: Mapped[int]
    seats_taken: Mapped[int] = mapped_column(default=0)
    waiting: Mapped[int] = mapped_column(default=0)
    """How many people wait; while anybody does, a newcomer joins the end of the list."""
    last_place: Mapped[int] = mapped_column(default=0)
    """The number that the last person got who joined the waiting list."""
    waiting_limit: Mapped[int | None]
    """How many people may wait while every seat is taken: 0 for no waiting list, None for as many as come."""
    opens_at: Mapped[datetime] = mapped_column(Instant)
    closes_at: Mapped[datetime] = mapped_column(Instant)
    fee_fen: Mapped[int] = mapped_column(Fen, default=0)
    approves: Mapped[bool] = mapped_column(default=False)
    """Whether the centre looks at each registration before it counts."""
    company_cap: Mapped[int | None]
    """How many seats one company may hold."""
    promotion: Mapped[Promotion] = mapped_column(Words(Promotion), default=Promotion.FIRST)
    is_for_members: Mapped[bool] = mapped_column(default=False)
    """Whether only people of members of the association are registered (for its activities)."""
    needs_filing: Mapped[bool] = mapped_column(default=False)
    filing_no: Mapped[str] = mapped_column(String(40), default="")
    filed_at: Mapped[datetime | None] = mapped_column(Instant)
    contact_name: Mapped[str] = mapped_column(String(40), default="")
    contact_phone: Mapped[str] = mapped_column(String(20), default="")
    state: Mapped[ClassState] = mapped_column(Words(ClassState), default=ClassState.DRAFT)
    state_at: Mapped[datetime] = mapped_column(Instant)
    state_reason: Mapped[str] = mapped_column(String(300), default="")
    decision_asked_at: Mapped[datetime | None] = mapped_column(Instant)
    """When staff were told that too few are registered; None again once the first day has changed."""
    holding_reason: Mapped[str] = mapped_column(String(300), default="")
    """Why it is held although too few are registered; empty while nobody has decided so."""
    version: Mapped[int] = mapped_column(default=1)
    """Rises with every change that staff make; seats do not count."""

    course: Mapped[Course] = relationship()
    provider: Mapped[Provider] = relationship()
    lessons: Mapped[list[Lesson]] = relationship(order_by="Lesson.starts_at", viewonly=True)

    @property
    def free_seats(self) -> int:
        """How many seats nobody holds."""
        return self.capacity - self.seats_taken

    @property
    def free_places(self) -> int | None:
        """How many more people the waiting list takes; None for as many as come."""
        return None if self.waiting_limit is None else max(0, self.waiting_limit - self.waiting)


class LessonKind(StrEnum):
    """What a lesson is."""

    THEORY = "theory"
    PRACTICE = "practice"
    ASSESSMENT = "assessment"


class Lesson(Base):
    """One meeting of a class (课次). Its room and its teacher are taken by a reservation, ``booking_id``."""

    __tablename__ = "lesson"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="interval"),
        CheckConstraint("hours > 0", name="hours"),
        UniqueConstraint("class_id", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    class_id: Mapped[int] = mapped_column(ForeignKey("training_class.id"))
    kind: Mapped[LessonKind] = mapped_column(Words(LessonKind), default=LessonKind.THEORY)
    topic: Mapped[str] = mapped_column(String(80), default="")
    starts_at: Mapped[datetime] = mapped_column(Instant, index=True)
    ends_at: Mapped[datetime] = mapped_column(Instant)
    hours: Mapped[int]
    room_id: Mapped[int | None] = mapped_column(ForeignKey("resource.id"))
    teacher_id: Mapped[int | None] = mapped_column(ForeignKey("resource.id"))
    teacher_person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("booking.id"), index=True)

    training_class: Mapped[TrainingClass] = relationship()
    room: Mapped[Resource | None] = relationship(foreign_keys=room_id)
    teacher: Mapped[Resource | None] = relationship(foreign_keys=teacher_id)
