"""Keeps the cached standing of members right: in the transaction that changes a fact, and each night for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from services.association.models.register import Charter, Ending, Member, MemberEvent, Standing
from services.association.queries.members import charter_of, clocks_of, records_of
from services.association.rules.standing import Record, lapses_on, outlook, standing
from services.core import links
from services.core.errors import NotFound
from services.core.messages import N_
from services.core.permissions import Permission
from services.core.work import Work
from services.organisations.models import Organisation, OrgKind
from services.organisations.queries import holders_of

AT_ONCE = 200
STALE_AFTER = timedelta(hours=36)
MOST_TOLD = 20


@dataclass(frozen=True)
class Tally:
    """What a nightly recomputation found: how many it looked at, had to change, changed, and changed unasked."""

    checked: int = 0
    due: int = 0
    changed: int = 0
    drifted: int = 0

    def plus(self, other: Tally) -> Tally:
        """Return both together."""
        return Tally(
            *(mine + theirs for mine, theirs in zip(asdict(self).values(), asdict(other).values(), strict=True))
        )


def locked_member(work: Work, member_id: int) -> Member:
    """Return a member, its row locked until the end of this work. Raises NotFound."""
    member = work.session.get(Member, member_id, with_for_update={"of": Member}, populate_existing=True)
    if member is None:
        raise NotFound
    return member


def note_member(work: Work, member: Member, kind: str, *, reason: str = "", **facts: Any) -> None:
    """Add a line to the history of a membership."""
    plain = {name: str(value) for name, value in facts.items()}
    work.session.add(
        MemberEvent(
            member_id=member.id, at=work.now, kind=kind, person_id=work.actor.person_id, reason=reason, facts=plain
        )
    )


def refresh(work: Work, member: Member) -> bool:
    """Let a member stand where its terms and dues say, as of now; the row is locked by the caller. Tell if it changed.

    Whoever counts as having left is marked so for good: what is paid afterwards does not bring the membership back.
    """
    work.session.flush()  # what the caller changed is read again below
    clocks = clocks_of(charter_of(work.session, member.association_id))
    return _apply(work, member, records_of(work.session, [member], clocks)[member.id])


def recompute(work: Work) -> int:
    """Promise a recomputation for each association, and raise an alarm for members that the last one passed over."""
    stale = select(func.count(Member.id)).where(Member.computed_at < work.now - STALE_AFTER)
    found = work.session.scalars(
        select(Organisation).where(Organisation.kind == OrgKind.ASSOCIATION).order_by(Organisation.id)
    ).all()
    for one in found:
        if missed := work.session.scalar(stale.where(Member.association_id == one.id)) or 0:
            message = N_("The standing of %(count)s members was not looked at last night. Please tell the platform.")
            _alarm(work, one, message, count=missed)
        work.later("association.recompute_batch", association_id=one.id)
    return len(found)


def recompute_batch(
    work: Work, *, association_id: int, after_id: int = 0, tally: dict[str, int] | None = None, asked: bool = False
) -> Tally:
    """Recompute the next members of an association; the last batch reports, and raises an alarm when something is wrong.

    Wrong is a member whose day of change has come and whom nothing changed, and one that changed on no day of change: then
    somebody wrote past the operations. ``asked`` says that the charter has changed, so that any of them may.
    """
    members = work.session.scalars(
        select(Member)
        .where(Member.association_id == association_id, Member.id > after_id)
        .order_by(Member.id)
        .limit(AT_ONCE)
        .with_for_update(of=Member)
    ).all()
    total = Tally(**(tally or {})).plus(_recomputed(work, association_id, members))
    if len(members) == AT_ONCE:
        work.later(
            "association.recompute_batch",
            association_id=association_id,
            after_id=members[-1].id,
            tally=asdict(total),
            asked=asked,
        )
        return total
    association = work.session.get_one(Organisation, association_id)
    work.record("association.recomputed", association, **asdict(total))
    missed = work.session.scalar(
        select(func.count(Member.id)).where(Member.association_id == association_id, Member.changes_on <= work.today)
    )
    if missed or total.due > total.changed - total.drifted:
        message = N_("%(due)s members should have changed their standing tonight, %(changed)s did.")
        _alarm(work, association, message, due=total.due, changed=total.changed - total.drifted)
    if total.drifted and not asked:
        message = N_("The standing of %(count)s members was wrong before tonight and has been put right.")
        _alarm(work, association, message, count=total.drifted)
    return total


def _recomputed(work: Work, association_id: int, members: Sequence[Member]) -> Tally:
    clocks = clocks_of(charter_of(work.session, association_id))
    records = records_of(work.session, members, clocks)
    due = {member.id for member in members if member.changes_on is not None and member.changes_on <= work.today}
    changed = {member.id for member in members if _apply(work, member, records[member.id])}
    return Tally(len(members), len(due), len(changed), len(changed - due))


def _apply(work: Work, member: Member, record: Record) -> bool:
    if member.ended_on is None and standing(record, work.today) is Standing.LAPSED:
        record = _lapse(work, member, record)
    seen = outlook(record, work.today)
    before = (member.standing, member.rights_from, member.rights_until)
    after = (seen.standing, seen.rights_from, seen.rights_until)
    member.standing, member.rights_from, member.rights_until = after
    member.changes_on, member.computed_at = seen.changes_on, work.now
    if before == after:
        return False
    if before[0] is not after[0]:
        note_member(work, member, "standing", before=before[0].value, after=after[0].value)
    work.record("member.standing", member, before=before[0], after=after[0], rights_until=after[2])
    return True


def _lapse(work: Work, member: Member, record: Record) -> Record:
    member.ended_on, member.ended_as = lapses_on(record, work.today), Ending.LAPSED
    note_member(work, member, "lapsed", on=member.ended_on)
    work.record("member.lapsed", member, on=member.ended_on)
    return Record(record.terms, record.demands, record.barred_until, member.ended_on, Ending.LAPSED, record.clocks)


def _alarm(work: Work, association: Organisation, message: str, **facts: int) -> None:
    """Tell those who look after the portal and the association that the standings need a look."""
    work.record("association.alarm", association, message=message, **facts)
    told = list(work.session.scalars(holders_of(Permission.OUTBOX_MANAGE).limit(MOST_TOLD)))
    told += work.session.scalars(holders_of(Permission.MEMBER_MANAGE, association.id).limit(MOST_TOLD)).all()
    for person_id in dict.fromkeys(told):
        work.tell(person_id, message, link=links.association_desk(), **facts)


def charter_changed(work: Work, charter: Charter) -> None:
    """Promise that all members of an association stand by the new figures of its charter."""
    work.later("association.recompute_batch", association_id=charter.association_id, asked=True)
