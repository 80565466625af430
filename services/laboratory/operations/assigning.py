"""Who tests a line: analysts take what nobody has, and hand over what is theirs; the clerk gives any."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from services.core.errors import WrongState
from services.core.messages import N_
from services.core.permissions import Permission
from services.core.work import Work
from services.laboratory.models.lines import LineState, TestLine
from services.laboratory.operations.lines import of_line, refuse_of_colleague
from services.laboratory.rules.states import LINE_NAMES
from services.laboratory.testing_errors import NotAnAnalyst, NothingChosen
from services.organisations.queries import holders_of

ASSIGNABLE = frozenset({LineState.PENDING, LineState.SCHEDULED, LineState.IN_PROGRESS})


def assign(work: Work, line_ids: Sequence[int], *, person_id: int) -> int:
    """Give each of the lines to an analyst, who is told unless it is the actor; return how many changed hands.

    Whoever does not review commissions moves only lines that are nobody's or their own.
    """
    if not line_ids:
        raise NothingChosen
    lines = [_assignable(work, line_id) for line_id in sorted(set(line_ids))]
    moved = [line for line in lines if line.analyst_id != person_id]
    for line in moved:
        _refuse_other_than_analyst(work, line.commission.provider_id, person_id)
        before, line.analyst_id = line.analyst_id, person_id
        work.record("test_line.assigned", line, before=before, after=person_id)
    if moved and person_id != work.actor.person_id:
        work.tell(
            person_id, N_("%(count)s test lines have been given to you."), link="/laboratory/work", count=len(moved)
        )
    return len(moved)


def _assignable(work: Work, line_id: int) -> TestLine:
    commission, line = of_line(work, line_id, Permission.WORKLIST_READ)
    if not work.actor.may(Permission.COMMISSION_REVIEW, commission.provider_id):
        work.require(Permission.RESULT_ENTER, scope=commission.provider_id)
        if line.analyst_id is not None:
            refuse_of_colleague(work, line)
    if line.state not in ASSIGNABLE:
        raise WrongState(state=LINE_NAMES[line.state])
    return line


def _refuse_other_than_analyst(work: Work, provider_id: int, person_id: int) -> None:
    analysts = holders_of(Permission.RESULT_ENTER, provider_id).order_by(None).subquery()
    if work.session.scalar(select(analysts.c.person_id).where(analysts.c.person_id == person_id)) is None:
        raise NotAnAnalyst
