"""Sealing a vote: the roll is written anew in random order, and the slips become ballots under new keys in another.

While a vote is open, PostgreSQL keeps with every row the number of the transaction that wrote it (``xmin``) and its place
in the file (``ctid``); a roll entry and a slip of the same transaction could be joined by them. After the sealing all rows
of the vote come from one transaction, in an order that means nothing, and the file that held the slips is gone.
"""

from __future__ import annotations

import secrets
from typing import Any

from sqlalchemy import Table, delete, insert, select, text

from services.association.models.ballots import KEY_LENGTH, Ballot, RollEntry, Slip
from services.association.models.meetings import Meeting, MeetingAttendance, Mode, Motion
from services.core.work import Work

ROLL, SLIPS, BALLOTS = RollEntry.__table__, Slip.__table__, Ballot.__table__
_CHANCE = secrets.SystemRandom()


def seal(work: Work, motion: Motion, meeting: Meeting) -> None:
    """Rewrite what the vote on a closed motion left, so that nothing in the tables joins a voter and a choice.

    The caller has locked the motion and closed it. Who is present is written into the roll with it.
    """
    slips = _empty_the_box(work, motion) if motion.is_secret else []
    _rewrite_roll(work, motion, _present(work, meeting))
    ballots = [slip | {"key": secrets.token_hex(KEY_LENGTH // 2)} for slip in slips]
    _write(work, BALLOTS, ballots)
    work.session.expire_all()  # what was loaded of the roll is gone


def _empty_the_box(work: Work, motion: Motion) -> list[dict[str, Any]]:
    """Return the slips of a motion and remove them; on PostgreSQL with the file that held them.

    Slips of other votes that are open go back into the new file, in random order as well.
    """
    own = SLIPS.c.motion_id == motion.id
    if work.session.get_bind().dialect.name != "postgresql":
        slips = _rows(work, SLIPS, own)
        work.session.execute(delete(SLIPS).where(own))
        return slips
    work.session.execute(text("LOCK TABLE slip IN ACCESS EXCLUSIVE MODE"))
    slips, others = _rows(work, SLIPS, own), _rows(work, SLIPS, ~own)
    work.session.execute(text("TRUNCATE slip"))
    _write(work, SLIPS, others)
    return slips


def _rewrite_roll(work: Work, motion: Motion, present: set[int] | None) -> None:
    own = ROLL.c.motion_id == motion.id
    rows = _rows(work, ROLL, own)
    work.session.execute(delete(ROLL).where(own))
    for row in rows:
        if present is not None:
            row["is_present"] = row["has_voted"] or (row["agent_id"] or row["member_id"]) in present
    _write(work, ROLL, rows)


def _present(work: Work, meeting: Meeting) -> set[int] | None:
    """Return who has signed in; None by correspondence, where whoever voted took part."""
    if meeting.mode is Mode.CORRESPONDENCE:
        return None
    statement = select(MeetingAttendance.member_id).where(MeetingAttendance.meeting_id == meeting.id)
    return set(work.session.scalars(statement))


def _rows(work: Work, table: Table, condition: Any) -> list[dict[str, Any]]:
    return [dict(row) for row in work.session.execute(select(table).where(condition)).mappings()]


def _write(work: Work, table: Table, rows: list[dict[str, Any]]) -> None:
    """Insert rows in an order that nobody can guess."""
    _CHANCE.shuffle(rows)
    if rows:
        work.session.execute(insert(table), rows)
