"""What the department sees of an association: decisions and accounts in figures; nobody's messages, and no case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from services.association.models.cases import Case, CaseClock, CaseKind, CaseState
from services.association.models.judging import Measure, Sanction, SanctionState
from services.association.models.meetings import Motion
from services.association.models.register import Member, Standing
from services.association.rules.cases import FINAL
from services.association.rules.standing import MEMBERS
from services.core import clock

MOST_MOTIONS = 100


@dataclass(frozen=True)
class CaseFigures:
    """The cases of an association in numbers."""

    kinds: Mapping[CaseKind, int]
    states: Mapping[CaseState, int]
    clocks: int
    in_time: int

    @property
    def open(self) -> int:
        """How many have not ended."""
        return sum(number for state, number in self.states.items() if state not in FINAL)

    @property
    def total(self) -> int:
        """How many there have been."""
        return sum(self.states.values())


def decisions(session: Session, association_id: int) -> list[Motion]:
    """Return the last motions whose count has been published, the newest first."""
    statement = (
        select(Motion)
        .options(joinedload(Motion.meeting))
        .where(Motion.association_id == association_id, Motion.published_at.is_not(None))
        .order_by(Motion.published_at.desc(), Motion.id.desc())
        .limit(MOST_MOTIONS)
    )
    return list(session.scalars(statement))


def standings(session: Session, association_id: int) -> dict[Standing, int]:
    """Return how many members stand where."""
    statement = (
        select(Member.standing, func.count())
        .where(Member.association_id == association_id, Member.standing.in_(sorted(MEMBERS)))
        .group_by(Member.standing)
        .order_by(Member.standing)
    )
    return dict(session.execute(statement).all())


def case_figures(session: Session, association_id: int, today: date) -> CaseFigures:
    """Return the cases of an association in numbers: what about, where they stand, and how many clocks were kept."""
    of = Case.association_id == association_id
    kinds = session.execute(select(Case.kind, func.count()).where(of).group_by(Case.kind).order_by(Case.kind))
    states = session.execute(select(Case.state, func.count()).where(of).group_by(Case.state).order_by(Case.state))
    over = (
        select(CaseClock.stopped_at, CaseClock.due_on)
        .join(Case, Case.id == CaseClock.case_id)
        .where(of, (CaseClock.stopped_at.is_not(None)) | (CaseClock.due_on < today), CaseClock.state.in_(_AWAITED))
        .order_by(CaseClock.id)
    )
    kept = [
        stopped_at is not None and clock.local_day(stopped_at) <= due_on for stopped_at, due_on in session.execute(over)
    ]
    return CaseFigures(dict(kinds.all()), dict(states.all()), len(kept), sum(kept))


_AWAITED = (
    CaseState.SUBMITTED,
    CaseState.INVESTIGATING,
    CaseState.MEDIATING,
    CaseState.FAILED,
    CaseState.BREACHED,
    CaseState.APPEALED,
)
"""Where the association itself is awaited."""


def measures_in_force(session: Session, association_id: int, today: date) -> list[Sanction]:
    """Return the measures that members are told of (内部通报): in force, not expired; reminders are for the member alone."""
    statement = (
        select(Sanction)
        .join(Sanction.member)
        .options(joinedload(Sanction.member).joinedload(Member.organisation), joinedload(Sanction.decision))
        .where(
            Member.association_id == association_id,
            Sanction.state == SanctionState.IN_FORCE,
            Sanction.measure != Measure.REMINDER,
            Sanction.expires_on > today,
        )
        .order_by(Sanction.from_on.desc(), Sanction.id.desc())
        .limit(MOST_MOTIONS)
    )
    return list(session.scalars(statement))
