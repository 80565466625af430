"""Dues tables: prepared with a fixed amount for each level, in force by the recorded vote of a meeting."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

from sqlalchemy import select

from services.association.errors import AdoptedInFuture, LevelMissing, NoAmount, TableInForce
from services.association.models.dues import DuesLevel, DuesTable, TableState
from services.association.models.meetings import MotionSubject
from services.association.models.register import Tier
from services.association.operations.motions import refuse_before_body
from services.association.rules.dues import Adoption, adoption_faults
from services.core.errors import NotFound, RulesBroken
from services.core.permissions import Permission
from services.core.work import Work


def prepare_table(work: Work, association_id: int, from_year: int, amounts: Mapping[Tier, int]) -> DuesTable:
    """Prepare a dues table with an amount for each level that is asked for anything."""
    work.require(Permission.DUES_MANAGE, scope=association_id)
    table = DuesTable(
        association_id=association_id, from_year=from_year, created_at=work.now, created_by_id=work.actor.person_id
    )
    table.levels = _levels(amounts)
    work.session.add(table)
    work.session.flush()
    work.record("dues_table.prepared", table, from_year=from_year, amounts=_facts(amounts))
    return table


def change_table(work: Work, table_id: int, from_year: int, amounts: Mapping[Tier, int]) -> None:
    """Change a table that no meeting has adopted. Raises TableInForce, and DraftBeforeMeeting while one is to vote on it."""
    table = _free_draft(work, table_id)
    table.from_year = from_year
    table.levels = []
    work.session.flush()  # the old levels go before the new ones come
    table.levels = _levels(amounts)
    work.record("dues_table.prepared", table, from_year=from_year, amounts=_facts(amounts))


def adopt_table(work: Work, table_id: int, adoption: Adoption, *, motion_id: int | None = None) -> None:
    """Put a table into force by the figures of the meeting that adopted it, in place of the one from the same year.

    Without ``motion_id`` it was held on paper. Raises RulesBroken with everything that these figures lack; the database
    refuses such a table as well.
    """
    table = _free_draft(work, table_id) if motion_id is None else draft_table(work, table_id)
    faults = adoption_faults(adoption)
    if adoption.meeting_on is not None and adoption.meeting_on > work.today:
        faults.append(AdoptedInFuture())
    if faults:
        raise RulesBroken(faults)
    before = work.session.scalars(
        select(DuesTable).where(
            DuesTable.association_id == table.association_id,
            DuesTable.from_year == table.from_year,
            DuesTable.state == TableState.ACTIVE,
        )
    ).one_or_none()
    if before is not None:
        before.state = TableState.REPLACED
        work.session.flush()  # one table is in force for a year
    for name, value in asdict(adoption).items():
        setattr(table, name, value)
    table.state, table.motion_id = TableState.ACTIVE, motion_id
    work.session.flush()
    work.record("dues_table.adopted", table, **asdict(adoption), motion_id=motion_id)


def drop_table(work: Work, table_id: int) -> None:
    """Throw a table away that no meeting has adopted, and on which none is to vote."""
    table = _free_draft(work, table_id)
    work.record("dues_table.dropped", table, from_year=table.from_year)
    work.session.delete(table)


def draft_table(work: Work, table_id: int) -> DuesTable:
    """Return a table of the actor's association that is not adopted, locked. Raises TableInForce, NotFound for others."""
    work.require(Permission.DUES_MANAGE)
    table = work.session.get(DuesTable, table_id, with_for_update={"of": DuesTable}, populate_existing=True)
    if table is None:
        raise NotFound
    work.require(Permission.DUES_MANAGE, scope=table.association_id)
    if table.state is not TableState.DRAFT:
        raise TableInForce
    return table


def _free_draft(work: Work, table_id: int) -> DuesTable:
    """Return a draft on which no meeting is to vote."""
    table = draft_table(work, table_id)
    refuse_before_body(work, MotionSubject.DUES_TABLE, table_id)
    return table


def _levels(amounts: Mapping[Tier, int]) -> list[DuesLevel]:
    if not amounts:
        raise LevelMissing(field=Tier.MEMBER.value)
    if faults := [NoAmount(field=tier.value) for tier, amount_fen in amounts.items() if amount_fen <= 0]:
        raise RulesBroken(faults)
    return [DuesLevel(tier=tier, amount_fen=amount_fen) for tier, amount_fen in amounts.items()]


def _facts(amounts: Mapping[Tier, int]) -> dict[str, int]:
    return {tier.value: amount_fen for tier, amount_fen in amounts.items()}
