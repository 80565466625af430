"""Tables of those who judge a case, what they decide, and the measures that follow."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.accounts.models import Person
from services.association.models.cases import Case
from services.association.models.meetings import Motion
from services.association.models.register import Member
from services.core.base import Base, Instant, Words
from services.organisations.models import Organisation


class Instance(StrEnum):
    """The first panel mediates and decides; the second decides about an appeal, and nobody sits in both."""

    FIRST = "first"
    APPEAL = "appeal"


class Seat(StrEnum):
    """Whether a member of a panel judges: not while challenged, and never again after stepping aside."""

    SITTING = "sitting"
    CHALLENGED = "challenged"
    ASIDE = "aside"


class Panellist(Base):
    """A person on the panel of a case (调解小组), for the firm that they come from; never one of the two sides."""

    __tablename__ = "panellist"
    __table_args__ = (
        UniqueConstraint("case_id", "person_id"),
        CheckConstraint("seat = 'sitting' OR reason <> ''", name="reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("association_case.id"))
    instance: Mapped[Instance] = mapped_column(Words(Instance))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    seat: Mapped[Seat] = mapped_column(Words(Seat), default=Seat.SITTING)
    reason: Mapped[str] = mapped_column(String(300), default="")
    """Why challenged, or why aside."""
    appointed_at: Mapped[datetime] = mapped_column(Instant)
    appointed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    person: Mapped[Person] = relationship(foreign_keys=person_id)
    organisation: Mapped[Organisation] = relationship()


class Finding(StrEnum):
    """What a panel comes to."""

    DISMISSED = "dismissed"
    ADVICE = "advice"
    MEASURE = "measure"
    APPEAL_REJECTED = "appeal_rejected"
    APPEAL_UPHELD = "appeal_upheld"


class Measure(StrEnum):
    """The ladder of measures of the pact (提醒、内部通报、暂停会员权益、除名程序), the mildest first."""

    REMINDER = "reminder"
    CIRCULAR = "circular"
    SUSPENSION = "suspension"
    EXPULSION = "expulsion"


class DecisionState(StrEnum):
    """A decision is proposed, then adopted by the majority of the panel, or not."""

    PROPOSED = "proposed"
    ADOPTED = "adopted"
    LOST = "lost"


class Decision(Base):
    """What one member of a panel proposes to decide; adopted when more than half of those who sit agree."""

    __tablename__ = "case_decision"
    __table_args__ = (
        CheckConstraint("(finding = 'measure') = (measure IS NOT NULL)", name="measure"),
        CheckConstraint("(suspended_days IS NOT NULL) = (measure IS NOT NULL AND measure = 'suspension')", name="days"),
        CheckConstraint("suspended_days IS NULL OR suspended_days BETWEEN 1 AND 365", name="length"),
        CheckConstraint("(instance = 'appeal') = (finding IN ('appeal_rejected', 'appeal_upheld'))", name="instance"),
        CheckConstraint("(state = 'proposed') = (decided_at IS NULL)", name="decided"),
        CheckConstraint("state <> 'adopted' OR (sitting >= 3 AND agreed * 2 > sitting)", name="majority"),
        Index(
            "uq_case_decision_live",
            "case_id",
            "instance",
            unique=True,
            sqlite_where=text("state <> 'lost'"),
            postgresql_where=text("state <> 'lost'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("association_case.id"))
    instance: Mapped[Instance] = mapped_column(Words(Instance))
    finding: Mapped[Finding] = mapped_column(Words(Finding))
    measure: Mapped[Measure | None] = mapped_column(Words(Measure))
    suspended_days: Mapped[int | None]
    reason: Mapped[str] = mapped_column(String(1000))
    state: Mapped[DecisionState] = mapped_column(Words(DecisionState), default=DecisionState.PROPOSED)
    proposed_at: Mapped[datetime] = mapped_column(Instant)
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("panellist.id"))
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    sitting: Mapped[int | None]
    """How many sat on the panel when it was decided."""
    agreed: Mapped[int | None]

    case: Mapped[Case] = relationship()
    votes: Mapped[list[PanelVote]] = relationship(order_by="PanelVote.panellist_id")


class PanelVote(Base):
    """How one member of the panel votes on a decision, once. Never changed."""

    __tablename__ = "panel_vote"

    decision_id: Mapped[int] = mapped_column(ForeignKey("case_decision.id"), primary_key=True)
    panellist_id: Mapped[int] = mapped_column(ForeignKey("panellist.id"), primary_key=True, index=True)
    agrees: Mapped[bool]
    at: Mapped[datetime] = mapped_column(Instant)


class SanctionState(StrEnum):
    """Where a measure stands: nothing is in force before the days for an appeal are over."""

    PENDING = "pending"
    TO_MEETING = "to_meeting"
    IN_FORCE = "in_force"
    EXPIRED = "expired"
    LIFTED = "lifted"
    NOT_CARRIED = "not_carried"


class Sanction(Base):
    """A measure against a member: only members have one. Its record expires, and is shown to nobody afterwards."""

    __tablename__ = "sanction"
    __table_args__ = (
        CheckConstraint("(suspended_days IS NOT NULL) = (measure = 'suspension')", name="days"),
        CheckConstraint("state <> 'in_force' OR (from_on IS NOT NULL AND expires_on IS NOT NULL)", name="dates"),
        CheckConstraint("until_on IS NULL OR (measure = 'suspension' AND until_on >= from_on)", name="until"),
        CheckConstraint("expires_on IS NULL OR expires_on > from_on", name="expires"),
        Index("ix_sanction_member", "member_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("case_decision.id"), unique=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    measure: Mapped[Measure] = mapped_column(Words(Measure))
    suspended_days: Mapped[int | None]
    state: Mapped[SanctionState] = mapped_column(Words(SanctionState), default=SanctionState.PENDING)
    state_at: Mapped[datetime] = mapped_column(Instant)
    from_on: Mapped[date | None]
    until_on: Mapped[date | None]
    """The last day of a suspension of rights."""
    expires_on: Mapped[date | None]
    """From this day on the record counts no more."""
    motion_id: Mapped[int | None] = mapped_column(ForeignKey("motion.id"), index=True)
    """The motion by which a meeting decided about it; reminders and circulars need none."""

    decision: Mapped[Decision] = relationship()
    member: Mapped[Member] = relationship()
    motion: Mapped[Motion | None] = relationship()
