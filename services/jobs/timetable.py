"""What is done again and again, and how often. The due times live in the database, shared by all workers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from services.core.insertion import insert_unless_taken
from services.jobs.models import TimetableEntry

APART = timedelta(minutes=1)
"""How far apart two workers may look at the clock: who looked first and comes last does not run a task again."""


@dataclass(frozen=True)
class Every:
    """``task`` is run once in each ``minutes``."""

    minutes: int
    task: str

    @property
    def interval(self) -> timedelta:
        """The time from one run to the next."""
        return timedelta(minutes=self.minutes)


TIMETABLE = (
    Every(minutes=1, task="booking.expire_overdue"),
    Every(minutes=1, task="association.close_votes"),
    Every(minutes=1, task="training.close_due"),
    Every(minutes=1, task="training.sweep"),
    Every(minutes=5, task="training.promote_waiting"),
    Every(minutes=5, task="booking.remind"),
    Every(minutes=30, task="training.remind"),
    Every(minutes=60, task="training.ask_decisions"),
    Every(minutes=1440, task="training.recount"),
    Every(minutes=60, task="association.follow_time"),
    Every(minutes=60, task="board.expire_due"),
    Every(minutes=60, task="board.remind_of_end"),
    Every(minutes=60, task="association.sweep_applications"),
    Every(minutes=720, task="association.issue_due"),
    Every(minutes=720, task="association.remind_of_dues"),
    Every(minutes=1440, task="association.recompute"),
    Every(minutes=60, task="jobs.clean"),
    Every(minutes=60, task="laboratory.check_capabilities"),
    Every(minutes=60, task="laboratory.lapse_quotations"),
    Every(minutes=60, task="laboratory.expire_unsent"),
    Every(minutes=60, task="laboratory.close_delivered"),
    Every(minutes=60, task="board.close_unanswered"),
    Every(minutes=60, task="board.digest"),
    Every(minutes=60, task="board.remind_of_interests"),
    Every(minutes=1440, task="board.match_all"),
    Every(minutes=720, task="billing.make_statements"),
)


def enter(session: Session, timetable: tuple[Every, ...], now: datetime) -> None:
    """Give each task of the timetable its row; a new one is due at once."""
    for every in timetable:
        insert_unless_taken(session, TimetableEntry, task=every.task, due_at=now, last_error="")


def due_tasks(session: Session, timetable: tuple[Every, ...], now: datetime) -> list[Every]:
    """Return what is due now, in the order of the timetable."""
    due_at: dict[str, datetime] = dict(session.execute(select(TimetableEntry.task, TimetableEntry.due_at)).all())
    return [every for every in timetable if every.task in due_at and _is_due(due_at[every.task], every, now)]


def take_entry(session: Session, every: Every, now: datetime) -> TimetableEntry | None:
    """Lock the row of a due task and set its next time; None when another worker has it or had it just now."""
    is_due = or_(TimetableEntry.due_at <= now, TimetableEntry.due_at > _latest(every, now))
    statement = (
        select(TimetableEntry).where(TimetableEntry.task == every.task, is_due).with_for_update(skip_locked=True)
    )
    entry = session.scalars(statement).one_or_none()
    if entry is not None:
        entry.due_at, entry.last_run_at = now + every.interval, now
    return entry


def _is_due(due_at: datetime, every: Every, now: datetime) -> bool:
    return due_at <= now or due_at > _latest(every, now)


def _latest(every: Every, now: datetime) -> datetime:
    """Return when the next run can be at the latest. Later, the clock was set back: nobody waits for it to catch up."""
    return now + every.interval + APART
