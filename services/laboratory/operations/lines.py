"""What every operation on a test line shares: its commission and itself, locked, and the result that stands."""

from __future__ import annotations

from sqlalchemy import select

from services.core.errors import NotFound, WrongState
from services.core.permissions import Permission
from services.core.work import Work
from services.laboratory.models.commissions import Commission, CommissionState
from services.laboratory.models.lines import LineState, RawRecord, TestLine, TestResult
from services.laboratory.operations.steps import of_laboratory
from services.laboratory.rules.states import COMMISSION_NAMES, LINE_NAMES
from services.laboratory.testing_errors import WithColleague

WORKABLE = frozenset({CommissionState.TESTING, CommissionState.ISSUED, CommissionState.DELIVERED})
"""Where a line is worked on: in test, or tested again after an objection to the report."""

CHECKABLE = WORKABLE | {CommissionState.DATA_REVIEW}
"""Where a line that was submitted is checked: others of its commission may still be in test."""


def of_line(work: Work, line_id: int, permission: Permission) -> tuple[Commission, TestLine]:
    """Return a line of the actor's own laboratory and its commission, both locked; NotFound for any other."""
    commission_id = work.session.scalar(select(TestLine.commission_id).where(TestLine.id == line_id))
    if commission_id is None:
        raise NotFound
    commission = of_laboratory(work, commission_id, permission)
    return commission, work.session.get_one(TestLine, line_id, with_for_update={"of": TestLine})


def refuse_unless(line: TestLine, state: LineState) -> None:
    """Raise WrongState unless the line stands in ``state``."""
    if line.state is not state:
        raise WrongState(state=LINE_NAMES[line.state])


def refuse_outside(commission: Commission, states: frozenset[CommissionState]) -> None:
    """Raise WrongState unless the commission stands in one of ``states``."""
    if commission.state not in states:
        raise WrongState(state=COMMISSION_NAMES[commission.state])


def refuse_of_colleague(work: Work, line: TestLine) -> None:
    """Raise WithColleague unless the line is the actor's own."""
    if line.analyst_id != work.actor.person_id:
        raise WithColleague(name=line.analyst.name if line.analyst else "—")


def own_line(work: Work, line_id: int) -> tuple[Commission, TestLine]:
    """Return a line that the actor tests at present, and its commission."""
    commission, line = of_line(work, line_id, Permission.RESULT_ENTER)
    refuse_of_colleague(work, line)
    refuse_unless(line, LineState.IN_PROGRESS)
    refuse_outside(commission, WORKABLE)
    return commission, line


def standing_result(work: Work, line: TestLine) -> TestResult | None:
    """Return the result of a line that is not void, if there is one."""
    statement = select(TestResult).where(TestResult.line_id == line.id, TestResult.is_void.is_(False))
    return work.session.scalars(statement.execution_options(populate_existing=True)).one_or_none()


def latest_records(work: Work, line: TestLine) -> dict[int, RawRecord]:
    """Return the raw record that holds now for each specimen of the present round."""
    statement = (
        select(RawRecord)
        .where(RawRecord.line_id == line.id, RawRecord.round == line.round)
        .order_by(RawRecord.specimen, RawRecord.revision)
    )
    return {record.specimen: record for record in work.session.scalars(statement)}
