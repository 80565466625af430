"""Lines of a laboratory that are begun, recorded, submitted and checked by its people, for tests."""

from sqlalchemy import select

from services.laboratory.models.capability import TestItem
from services.laboratory.models.commissions import Commission
from services.laboratory.models.lines import RawRecord, TestLine, TestResult
from services.laboratory.models.samples import SampleState
from services.laboratory.operations import checking, submitting, testing
from services.laboratory.queries.worklists import instruments_of
from services.laboratory.rules.readings import Conditions, Observation
from tests.factories.laboratory import Laboratory, make_commission


def make_taken(lab: Laboratory, *items: TestItem, samples: int = 1, **over) -> Commission:
    """Make a commission whose samples have been taken out for testing."""
    return make_commission(lab, items=items or (lab.lead,), samples=samples, sample_state=SampleState.IN_TEST, **over)


def lines_of(lab: Laboratory, commission: Commission) -> list[TestLine]:
    """Return the lines of a commission in their order."""
    statement = select(TestLine).where(TestLine.commission_id == commission.id).order_by(TestLine.id)
    return list(lab.session.scalars(statement.execution_options(populate_existing=True)))


def instrument_id(lab: Laboratory, line: TestLine) -> int | None:
    """Return the first instrument of a line's item, if it has any."""
    return next((one.id for one in instruments_of(lab.session, line.item_id)), None)


def begin(lab: Laboratory, line: TestLine) -> TestLine:
    """Let the analyst begin a line on its first instrument."""
    return testing.begin(lab.work(lab.analyst), line.id, instrument_id=instrument_id(lab, line))


def begun(lab: Laboratory, item: TestItem | None = None, **over) -> TestLine:
    """Return a line that the analyst has begun, committed."""
    line = lines_of(lab, make_taken(lab, item or lab.lead, **over))[0]
    begin(lab, line)
    lab.session.commit()
    return line


def enter(lab: Laboratory, line: TestLine, *values: str, first: int = 1) -> list[RawRecord]:
    """Write readings down, one specimen after the other; an empty one is not detected."""
    seen = {number: Observation(value, is_detected=bool(value)) for number, value in enumerate(values, first)}
    return testing.enter(lab.work(lab.analyst), line.id, seen, Conditions(instrument_id(lab, line), 231, 520))


def submitted(lab: Laboratory, item: TestItem | None = None, *values: str, **over) -> TestResult:
    """Return the result of a line that the analyst has submitted, committed."""
    line = begun(lab, item, **over)
    enter(lab, line, *(values or ("0.12",)))
    result = submitting.submit(lab.work(lab.analyst), line.id)
    lab.session.commit()
    return result


def checked(lab: Laboratory, item: TestItem | None = None, *values: str, **over) -> TestResult:
    """Return a result that the reviewer has checked, committed."""
    result = submitted(lab, item, *values, **over)
    checking.check(lab.work(lab.reviewer), result.line_id, result_id=result.id)
    lab.session.commit()
    return result
