"""Tables of meetings: who was called and came, who speaks for whom, and the motions with the figures of their count."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.association.models.register import Member
from services.core.base import Base, Instant, Words
from services.core.files import Attachment


class Body(StrEnum):
    """Who meets and decides."""

    GENERAL = "general"
    DELEGATES = "delegates"
    COUNCIL = "council"
    STANDING = "standing"
    SUPERVISORS = "supervisors"


class Mode(StrEnum):
    """How a meeting is held; by correspondence (通讯) nobody is present, and whoever votes takes part."""

    ON_SITE = "on_site"
    REMOTE = "remote"
    CORRESPONDENCE = "correspondence"


class MeetingState(StrEnum):
    """Where a meeting stands."""

    PLANNED = "planned"
    CONVENED = "convened"
    RUNNING = "running"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class Meeting(Base):
    """A meeting of a body (会议). It is held only after the notice period of the charter, counted from its notice."""

    __tablename__ = "meeting"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="ends"),
        CheckConstraint("proxy_limit >= 0 AND notice_days >= 0", name="charter"),
        CheckConstraint(
            "state IN ('planned', 'cancelled') OR (noticed_at IS NOT NULL AND earliest_on IS NOT NULL"
            " AND held_on >= earliest_on)",
            name="notice",
        ),
        CheckConstraint("state <> 'cancelled' OR state_reason <> ''", name="reason"),
        CheckConstraint("minutes_at IS NULL OR state = 'closed'", name="minutes"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    no: Mapped[str] = mapped_column(String(24), unique=True)
    association_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    body: Mapped[Body] = mapped_column(Words(Body))
    mode: Mapped[Mode] = mapped_column(Words(Mode))
    title: Mapped[str] = mapped_column(String(80))
    place: Mapped[str] = mapped_column(String(120), default="")
    agenda: Mapped[str] = mapped_column(String(2000), default="")
    chair: Mapped[str] = mapped_column(String(40), default="")
    starts_at: Mapped[datetime] = mapped_column(Instant)
    ends_at: Mapped[datetime] = mapped_column(Instant)
    held_on: Mapped[date]
    """The day of ``starts_at``."""
    notice_days: Mapped[int]
    proxy_limit: Mapped[int]
    """How many proxies one agent may hold; like the notice period, as the charter said when the meeting was planned."""
    noticed_at: Mapped[datetime | None] = mapped_column(Instant)
    earliest_on: Mapped[date | None]
    state: Mapped[MeetingState] = mapped_column(Words(MeetingState), default=MeetingState.PLANNED)
    state_at: Mapped[datetime] = mapped_column(Instant)
    state_reason: Mapped[str] = mapped_column(String(300), default="")
    minutes: Mapped[str] = mapped_column(String(5000), default="")
    minutes_keeper: Mapped[str] = mapped_column(String(40), default="")
    minutes_at: Mapped[datetime | None] = mapped_column(Instant)
    """When the minutes (会议纪要) were published to the members."""
    version: Mapped[int] = mapped_column(default=1)

    motions: Mapped[list[Motion]] = relationship(back_populates="meeting", order_by="Motion.position")


class Answer(StrEnum):
    """What a representative answers to the notice of a meeting."""

    COMING = "coming"
    PROXY = "proxy"
    ABSENT = "absent"


class MeetingNotice(Base):
    """A representative was called to a meeting, and what the answer was."""

    __tablename__ = "meeting_notice"
    __table_args__ = (CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answered"),)

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    sent_at: Mapped[datetime] = mapped_column(Instant)
    answer: Mapped[Answer | None] = mapped_column(Words(Answer))
    answered_at: Mapped[datetime | None] = mapped_column(Instant)

    member: Mapped[Member] = relationship()


class AttendanceMethod(StrEnum):
    """How somebody signed in to a meeting."""

    CODE = "code"
    REMOTE = "remote"
    DESK = "desk"


class MeetingAttendance(Base):
    """A member is present (实到), through the person who signed in."""

    __tablename__ = "meeting_attendance"

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    method: Mapped[AttendanceMethod] = mapped_column(Words(AttendanceMethod))
    at: Mapped[datetime] = mapped_column(Instant)

    member: Mapped[Member] = relationship()


class ProxyState(StrEnum):
    """Where a written authority stands."""

    FILED = "filed"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


STANDS = text("state IN ('filed', 'accepted')")


class Proxy(Base):
    """A written authority (授权委托书) for one meeting: the agent's representative votes for the principal as well.

    ``slot`` numbers the authorities of one agent from 1 to ``most``, so that the table itself holds the limit.
    """

    __tablename__ = "proxy"
    __table_args__ = (
        CheckConstraint("principal_id <> agent_id", name="other"),
        CheckConstraint("slot BETWEEN 1 AND most", name="slot"),
        CheckConstraint("state <> 'refused' OR reason <> ''", name="reason"),
        Index(
            "uq_proxy_principal",
            "meeting_id",
            "principal_id",
            unique=True,
            sqlite_where=STANDS,
            postgresql_where=STANDS,
        ),
        Index(
            "uq_proxy_slot", "meeting_id", "agent_id", "slot", unique=True, sqlite_where=STANDS, postgresql_where=STANDS
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    principal_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("attachment.id"))
    slot: Mapped[int]
    most: Mapped[int]
    state: Mapped[ProxyState] = mapped_column(Words(ProxyState), default=ProxyState.FILED)
    reason: Mapped[str] = mapped_column(String(200), default="")
    filed_at: Mapped[datetime] = mapped_column(Instant)
    filed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None] = mapped_column(Instant)

    meeting: Mapped[Meeting] = relationship()
    principal: Mapped[Member] = relationship(foreign_keys=principal_id)
    agent: Mapped[Member] = relationship(foreign_keys=agent_id)
    document: Mapped[Attachment] = relationship()


class MotionSubject(StrEnum):
    """What a motion is about; its number there is ``about_id``."""

    APPLICATION = "application"
    DUES_TABLE = "dues_table"
    WAIVER = "waiver"
    EXPULSION = "expulsion"
    SANCTION = "sanction"
    PACT = "pact"
    CHARTER = "charter"
    ELECTION = "election"
    GENERAL = "general"


class MotionState(StrEnum):
    """Where a motion stands; the steps are in ``services.association.rules.motions``."""

    PROPOSED = "proposed"
    DECLINED = "declined"
    LISTED = "listed"
    NOTIFIED = "notified"
    OPEN = "open"
    CLOSED = "closed"
    PASSED = "passed"
    REJECTED = "rejected"
    VOID = "void"
    CHALLENGED = "challenged"
    WITHDRAWN = "withdrawn"


class Outcome(StrEnum):
    """What the count said; void without the quorum (未达法定人数)."""

    PASSED = "passed"
    REJECTED = "rejected"
    VOID = "void"


class Whole(StrEnum):
    """Of whom a majority is taken."""

    PRESENT = "present"
    ENTITLED = "entitled"


QUORATE = """(present * quorum_den > entitled * quorum_num
 OR (NOT quorum_strict AND present * quorum_den = entitled * quorum_num))"""
OF = "(CASE WHEN pass_of = 'present' THEN present ELSE entitled END)"
CARRIED = f"""(votes_for * pass_den > {OF} * pass_num
 OR (NOT pass_strict AND votes_for * pass_den = {OF} * pass_num))"""
LIVE = text("about_id IS NOT NULL AND state NOT IN ('declined', 'rejected', 'void', 'withdrawn')")


class Motion(Base):
    """A motion (议案), and when it was counted, the resolution (决议) with its figures.

    The rule of its vote is frozen into the row when the vote opens. The table refuses an outcome that the figures do not
    bear out: no motion passes without the quorum and the majority of its own rule.
    """

    __tablename__ = "motion"
    __table_args__ = (
        CheckConstraint(
            "state NOT IN ('listed', 'notified', 'open', 'closed', 'passed', 'rejected', 'challenged')"
            " OR meeting_id IS NOT NULL",
            name="meeting",
        ),
        CheckConstraint(
            "quorum_num BETWEEN 1 AND quorum_den AND pass_num BETWEEN 1 AND pass_den AND quorum_num * 2 >= quorum_den"
            " AND pass_num * 2 >= pass_den",
            name="rule",
        ),
        CheckConstraint(
            "state NOT IN ('open', 'closed', 'passed', 'rejected', 'challenged') OR (quorum_den IS NOT NULL"
            " AND pass_den IS NOT NULL AND pass_of IS NOT NULL AND quorum_strict IS NOT NULL AND pass_strict IS NOT NULL"
            " AND opened_at IS NOT NULL AND entitled > 0)",
            name="frozen",
        ),
        CheckConstraint("closes_at IS NULL OR closes_at > opened_at", name="window"),
        CheckConstraint(
            "outcome IS NULL OR (counted_at IS NOT NULL AND present IS NOT NULL AND votes_for IS NOT NULL"
            " AND votes_against IS NOT NULL AND abstentions IS NOT NULL AND present <= entitled AND votes_for >= 0"
            " AND votes_against >= 0 AND abstentions >= 0 AND votes_for + votes_against + abstentions <= present)",
            name="figures",
        ),
        CheckConstraint(f"outcome IS NULL OR outcome = 'void' OR {QUORATE}", name="quorum"),
        CheckConstraint(f"outcome IS NULL OR outcome <> 'void' OR NOT {QUORATE}", name="no_quorum"),
        CheckConstraint(f"outcome IS NULL OR outcome <> 'passed' OR {CARRIED}", name="majority"),
        CheckConstraint(f"outcome IS NULL OR outcome <> 'rejected' OR NOT {CARRIED}", name="no_majority"),
        CheckConstraint(
            "(state = 'passed' AND coalesce(outcome, '') = 'passed')"
            " OR (state = 'rejected' AND coalesce(outcome, '') = 'rejected')"
            " OR (state IN ('void', 'challenged') AND outcome IS NOT NULL)"
            " OR (state NOT IN ('passed', 'rejected', 'void', 'challenged') AND outcome IS NULL)",
            name="outcome",
        ),
        CheckConstraint("published_at IS NULL OR outcome IS NOT NULL", name="published"),
        CheckConstraint("state NOT IN ('declined', 'withdrawn') OR state_reason <> ''", name="reason"),
        Index(
            "uq_motion_live",
            "association_id",
            "about",
            "about_id",
            unique=True,
            sqlite_where=LIVE,
            postgresql_where=LIVE,
        ),
        Index("ix_motion_meeting", "meeting_id", "position"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    association_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meeting.id"))
    position: Mapped[int] = mapped_column(default=0)
    title: Mapped[str] = mapped_column(String(80))
    text: Mapped[str] = mapped_column(String(3000), default="")
    about: Mapped[MotionSubject] = mapped_column(Words(MotionSubject))
    about_id: Mapped[int | None]
    proposer_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    """The member that proposed it; None when the secretariat did."""
    is_secret: Mapped[bool] = mapped_column(default=False)
    gives_receipts: Mapped[bool] = mapped_column(default=False)
    state: Mapped[MotionState] = mapped_column(Words(MotionState), default=MotionState.PROPOSED)
    state_at: Mapped[datetime] = mapped_column(Instant)
    state_reason: Mapped[str] = mapped_column(String(300), default="")
    quorum_num: Mapped[int | None]
    quorum_den: Mapped[int | None]
    quorum_strict: Mapped[bool | None]
    pass_num: Mapped[int | None]
    pass_den: Mapped[int | None]
    pass_strict: Mapped[bool | None]
    pass_of: Mapped[Whole | None] = mapped_column(Words(Whole))
    opened_at: Mapped[datetime | None] = mapped_column(Instant)
    closes_at: Mapped[datetime | None] = mapped_column(Instant, index=True)
    """From this moment on, by the server's clock, no vote is taken; None when the secretariat closes by hand."""
    entitled: Mapped[int | None]
    present: Mapped[int | None]
    votes_for: Mapped[int | None]
    votes_against: Mapped[int | None]
    abstentions: Mapped[int | None]
    outcome: Mapped[Outcome | None] = mapped_column(Words(Outcome))
    ballots_sha256: Mapped[str] = mapped_column(String(64), default="")
    counted_at: Mapped[datetime | None] = mapped_column(Instant)
    published_at: Mapped[datetime | None] = mapped_column(Instant)
    version: Mapped[int] = mapped_column(default=1)

    meeting: Mapped[Meeting | None] = relationship(back_populates="motions")
    proposer: Mapped[Member | None] = relationship()


class Recusal(Base):
    """A member steps aside (回避) from one motion: it is not on its roll."""

    __tablename__ = "recusal"

    motion_id: Mapped[int] = mapped_column(ForeignKey("motion.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), primary_key=True)
    reason: Mapped[str] = mapped_column(String(200))
    declared_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(Instant)

    member: Mapped[Member] = relationship()


class ChallengeState(StrEnum):
    """Where a challenge stands."""

    OPEN = "open"
    DISMISSED = "dismissed"
    UPHELD = "upheld"


class Challenge(Base):
    """A member objects to a counted vote (异议); it is recounted, and the objection is dismissed or the vote void."""

    __tablename__ = "challenge"
    __table_args__ = (
        CheckConstraint("state = 'open' OR (answer <> '' AND recounted_at IS NOT NULL)", name="answered"),
        Index(
            "uq_challenge_open",
            "motion_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    motion_id: Mapped[int] = mapped_column(ForeignKey("motion.id"), index=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    grounds: Mapped[str] = mapped_column(String(1000))
    filed_at: Mapped[datetime] = mapped_column(Instant)
    filed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    state: Mapped[ChallengeState] = mapped_column(Words(ChallengeState), default=ChallengeState.OPEN)
    recounted_at: Mapped[datetime | None] = mapped_column(Instant)
    recount_agrees: Mapped[bool | None]
    answer: Mapped[str] = mapped_column(String(1000), default="")
    decided_at: Mapped[datetime | None] = mapped_column(Instant)

    motion: Mapped[Motion] = relationship()
    member: Mapped[Member] = relationship()
