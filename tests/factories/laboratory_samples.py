"""Commissions whose samples are on their way, with an agreed price, and what comes over the counter."""

from datetime import UTC, datetime

from sqlalchemy import select

from services.billing.models import Order
from services.billing.operations import quotations
from services.core import clock
from services.laboratory.models.commissions import Commission, CommissionState
from services.laboratory.models.lines import LineState
from services.laboratory.models.reports import Objection, ObjectionOutcome, ObjectionState, Report, ReportState
from services.laboratory.models.samples import CustodyEvent, Sample
from services.laboratory.operations.retention import retain_after_issue
from services.laboratory.operations.samples import Arrival
from services.laboratory.queries.surveys import charges_of, priced, samples_of, terms_of_offer
from tests.factories.laboratory import Laboratory, make_commission

TUESDAY_NINE = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)


def arrival(**over) -> Arrival:
    """Return how a sample comes to the counter in good order."""
    values = {"condition": "完好，包装无破损", "place": "样品室A1", "quantity": 3, "brought_by": "周厂长"} | over
    return Arrival(**values)


def make_awaited(lab: Laboratory, state: CommissionState = CommissionState.AWAIT_SAMPLE, **over) -> Commission:
    """Make a commission that waits for its samples, with an accepted quotation and its order; committed."""
    values = {"samples": 2, "line_state": LineState.PENDING} | over
    commission = make_commission(lab, state, **values)
    work = lab.work(lab.clerk)
    charged = charges_of(lab.session, commission.id)
    quote = priced(lab.session, commission, work.today, charged=charged)
    quotation = quotations.offer(
        work,
        subject_no=commission.no or "",
        organisation_id=commission.organisation_id,
        provider_id=commission.provider_id,
        title="检测",
        lines=quotations.lines_of(quote),
        due_fen=quote.due_fen,
        terms=terms_of_offer(lab.session, commission, work.today, charged, work.today),
        valid_until=work.today,
    )
    quotations.accept(work, quotation)
    order = quotations.bring_order(work, quotation, None)
    lab.session.flush()
    commission.order_id = order.id
    lab.session.commit()
    return commission


def events_of(lab: Laboratory, sample) -> list[CustodyEvent]:
    """Return the custody events of a sample in their order."""
    statement = select(CustodyEvent).where(CustodyEvent.sample_id == sample.id).order_by(CustodyEvent.seq)
    return list(lab.session.scalars(statement))


def whole_samples(lab: Laboratory, commission: Commission) -> list[Sample]:
    """Return the samples of a commission without their parts."""
    return [one for one in samples_of(lab.session, commission.id) if one.parent_id is None]


def due_fen(lab: Laboratory, commission: Commission) -> int:
    """Return what the order of a commission owes now."""
    lab.session.flush()
    order = lab.session.get_one(Order, commission.order_id, populate_existing=True)
    return order.due_fen


def make_retained(lab: Laboratory, *, days: int = 0, **over) -> Sample:
    """Make a sample that is retained for ``days`` after its report was issued today; committed."""
    lab.stress.retained_days = days
    commission = make_commission(lab, CommissionState.ISSUED, line_state=LineState.CHECKED, **over)
    retain_after_issue(lab.work(lab.signatory), commission)
    lab.session.commit()
    return whole_samples(lab, commission)[0]


def make_objection(lab: Laboratory, commission: Commission, state: ObjectionState = ObjectionState.LODGED) -> Objection:
    """Make an objection of the client to a report of a commission; committed."""
    session = lab.session
    report = Report(
        no=f"{commission.no}-R1",
        commission_id=commission.id,
        state=ReportState.DRAFT,
        state_at=clock.now(),
        code=f"{commission.id:032d}",
        prepared_by_id=lab.clerk.id,
        prepared_at=clock.now(),
    )
    session.add(report)
    session.flush()
    is_answered = state in {ObjectionState.ANSWERED, ObjectionState.CLOSED}
    objection = Objection(
        commission_id=commission.id,
        report_id=report.id,
        state=state,
        state_at=clock.now(),
        text="数据与自检不符",
        lodged_by_id=lab.agent.id,
        lodged_at=clock.now(),
        answer_due_on=clock.local_day(clock.now()),
        answer="维持" if is_answered else "",
        outcome=ObjectionOutcome.UPHELD if is_answered else None,
        answered_at=clock.now() if is_answered else None,
    )
    session.add(objection)
    session.commit()
    return objection
