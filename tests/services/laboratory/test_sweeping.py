"""What the worker does by the clock, and when money arrives."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from services.billing.models import PaymentMethod, Quotation, QuotationState
from services.billing.operations import quotations
from services.billing.operations.accounts import open_account
from services.billing.operations.orders import adjust_order, put_on_account, record_payment
from services.booking.models import Booking, BookingState
from services.core import clock
from services.core.actor import Actor
from services.core.files import Attachment
from services.core.notices import Notification
from services.core.outbox import OutboxTask
from services.core.work import Work
from services.jobs.handlers import HANDLERS
from services.jobs.timetable import TIMETABLE
from services.laboratory.models.commissions import CommissionEvent, CommissionState
from services.laboratory.models.reports import Objection, ObjectionOutcome, ObjectionState, Report, ReportState
from services.laboratory.models.samples import Sample, SampleState
from services.laboratory.operations import sweeping
from services.laboratory.operations.agreeing import agree
from services.laboratory.operations.changing import ask_change
from services.laboratory.operations.offering import keep
from tests.factories.laboratory import make_commission, make_laboratory
from tests.factories.ordering import MONDAY, make_order

C = CommissionState


@pytest.fixture
def lab(session):
    """Return a laboratory with two firms."""
    return make_laboratory(session)


def worker(lab, now):
    """Return a work of the worker."""
    return Work(lab.session, Actor.system("worker"), now)


def approved(lab, **over):
    """Make an order that a review has accepted."""
    commission = make_order(lab)
    for name, value in over.items():
        setattr(commission, name, value)
    commission.state = C.IN_REVIEW
    agree(lab.work(lab.clerk, now=MONDAY), commission, "approve")
    lab.session.commit()
    return commission


def quoted(lab, commission):
    """Offer a second version, valid for a day."""
    quotations.offer(
        lab.work(lab.clerk, now=MONDAY),
        subject_no=commission.no,
        organisation_id=lab.firm.id,
        provider_id=lab.provider.id,
        title="内应力",
        lines=[],
        due_fen=0,
        terms={},
        valid_until=clock.local_day(MONDAY) + timedelta(days=1),
    )
    commission.state = C.QUOTED
    lab.session.commit()


def test_an_unanswered_quotation_lapses_after_its_last_day_and_frees_everything(lab):
    commission = make_order(lab)
    quoted(lab, commission)

    assert sweeping.lapse_quotations(worker(lab, MONDAY + timedelta(days=1))) == 0
    assert sweeping.lapse_quotations(worker(lab, MONDAY + timedelta(days=2))) == 1
    assert sweeping.lapse_quotations(worker(lab, MONDAY + timedelta(days=2))) == 0

    assert commission.state is C.LAPSED
    assert commission.order.due_fen == 0
    assert lab.session.scalars(select(Booking.state)).one() is BookingState.CANCELLED


def test_a_lapsed_change_leaves_what_was_agreed(lab):
    commission = approved(lab)
    was = commission.order.due_fen
    quoted(lab, commission)

    sweeping.lapse_quotations(worker(lab, MONDAY + timedelta(days=2)))

    assert commission.state is C.AWAIT_SAMPLE
    assert commission.order.due_fen == was
    assert lab.session.scalars(select(Booking.state)).one() is BookingState.CONFIRMED
    states = lab.session.scalars(select(Quotation.state).order_by(Quotation.version)).all()
    assert states == [QuotationState.ACCEPTED, QuotationState.LAPSED]


def test_samples_that_do_not_come_end_the_order_after_ten_working_days_with_one_reminder(lab):
    commission = approved(lab)
    last = commission.samples_due_on
    day_before = MONDAY + timedelta(days=(last - clock.local_day(MONDAY)).days - 1)

    sweeping.expire_unsent(worker(lab, day_before - timedelta(days=4)))
    assert reminders(lab) == 0
    sweeping.expire_unsent(worker(lab, day_before))
    sweeping.expire_unsent(worker(lab, day_before))
    assert reminders(lab) == 1
    assert sweeping.expire_unsent(worker(lab, day_before + timedelta(days=1))) == 0
    assert commission.state is C.AWAIT_SAMPLE
    assert sweeping.expire_unsent(worker(lab, day_before + timedelta(days=2))) == 1

    assert commission.state is C.EXPIRED
    assert commission.order.due_fen == 0
    assert lab.session.scalars(select(Sample.state)).one() is SampleState.WITHDRAWN


def test_an_order_that_is_neither_paid_nor_sent_keeps_no_instrument_for_ever(lab):
    commission = approved(lab, is_prepaid=True)

    assert sweeping.expire_unsent(worker(lab, MONDAY + timedelta(days=30))) == 1

    assert (commission.state, commission.order.due_fen) == (C.EXPIRED, 0)
    assert lab.session.scalars(select(Booking.state)).one() is BookingState.CANCELLED


def reminders(lab) -> int:
    kinds = lab.session.scalars(select(CommissionEvent.kind)).all()
    told = lab.session.scalars(select(Notification.message)).all()
    assert kinds.count("remind_samples") == sum("last day" in one for one in told)
    return kinds.count("remind_samples")


def test_where_a_sample_has_come_a_clerk_decides(lab):
    commission = make_commission(lab, C.AWAIT_SAMPLE, samples=2, samples_due_on=clock.local_day(MONDAY))
    lab.session.scalars(select(Sample).order_by(Sample.id)).first().state = SampleState.RECEIVED
    lab.session.commit()

    assert sweeping.expire_unsent(worker(lab, MONDAY + timedelta(days=30))) == 0
    assert commission.state is C.AWAIT_SAMPLE


def delivered(lab):
    """Make a commission whose report was issued on Monday and fetched."""
    commission = make_commission(lab, C.DELIVERED)
    file = Attachment(
        organisation_id=lab.firm.id,
        purpose="report",
        name="r.pdf",
        key="aa/r.pdf",
        media_type="application/pdf",
        size=1,
        sha256="0" * 64,
        stored_at=MONDAY,
    )
    lab.session.add(file)
    lab.session.flush()
    report = Report(
        no=f"{commission.no}-R1",
        commission_id=commission.id,
        state=ReportState.ISSUED,
        state_at=MONDAY,
        code="c" * 20,
        prepared_by_id=lab.clerk.id,
        prepared_at=MONDAY,
        issued_by_id=lab.signatory.id,
        issued_at=MONDAY,
        file_id=file.id,
    )
    lab.session.add(report)
    lab.session.commit()
    return commission, report


def test_what_was_delivered_is_archived_when_the_days_for_objections_are_over(lab):
    commission, _ = delivered(lab)

    assert sweeping.close_delivered(worker(lab, MONDAY + timedelta(days=15))) == 0
    assert sweeping.close_delivered(worker(lab, MONDAY + timedelta(days=16))) == 1
    assert commission.state is C.CLOSED


def test_an_open_objection_keeps_a_commission_open(lab):
    commission, report = delivered(lab)
    objection = Objection(
        commission_id=commission.id,
        report_id=report.id,
        state_at=MONDAY,
        text="结果偏低",
        lodged_by_id=lab.agent.id,
        lodged_at=MONDAY,
        answer_due_on=clock.local_day(MONDAY),
    )
    lab.session.add(objection)
    lab.session.commit()

    assert sweeping.close_delivered(worker(lab, MONDAY + timedelta(days=30))) == 0
    objection.state, objection.answer, objection.outcome = ObjectionState.ANSWERED, "维持", ObjectionOutcome.UPHELD
    lab.session.commit()
    assert sweeping.close_delivered(worker(lab, MONDAY + timedelta(days=30))) == 1


def pay(lab, commission, amount_fen):
    work = lab.work(lab.clerk, now=MONDAY)
    record_payment(
        work, commission.order_id, amount_fen=amount_fen, method=PaymentMethod.TRANSFER, received_on=work.today
    )
    lab.session.commit()
    return [one for one in lab.session.scalars(select(OutboxTask)) if one.task == "order.settled"]


def test_a_payment_in_full_lets_a_prepaid_order_go_on(lab):
    commission = approved(lab, is_prepaid=True)
    assert commission.state is C.AWAIT_PAYMENT
    due_fen = commission.order.due_fen

    assert pay(lab, commission, due_fen - 1) == []
    [promise] = pay(lab, commission, 1)
    HANDLERS[promise.task](worker(lab, MONDAY), **promise.payload)
    assert commission.state is C.AWAIT_SAMPLE
    HANDLERS[promise.task](worker(lab, MONDAY), **promise.payload)
    assert commission.state is C.AWAIT_SAMPLE


def test_putting_an_order_on_account_is_as_good_as_paying(lab):
    commission = approved(lab, is_prepaid=True)
    open_account(
        lab.work(lab.admin, now=MONDAY), provider_id=lab.provider.id, organisation_id=lab.firm.id, limit_fen=10**7
    )

    put_on_account(lab.work(lab.clerk, now=MONDAY), commission.order_id, on_account=True)
    lab.session.commit()
    sweeping.follow_payment(worker(lab, MONDAY), order_id=commission.order_id)

    assert commission.state is C.AWAIT_SAMPLE


def test_the_clock_starts_with_the_payment_when_the_samples_were_there_before(lab):
    commission = approved(lab, is_prepaid=True)
    for sample in lab.session.scalars(select(Sample)):
        sample.state = SampleState.RECEIVED
    lab.session.commit()
    pay(lab, commission, commission.order.due_fen)
    later = MONDAY + timedelta(days=1)

    sweeping.follow_payment(worker(lab, later), order_id=commission.order_id)

    assert commission.state is C.SAMPLE_IN
    assert commission.clock_started_at == later


def test_lowering_the_price_to_what_is_paid_is_as_good_as_paying(lab):
    commission = approved(lab, is_prepaid=True)
    due_fen = commission.order.due_fen
    assert pay(lab, commission, due_fen - 500) == []

    work = lab.work(lab.clerk, now=MONDAY)
    adjust_order(work, commission.order_id, was_fen=due_fen, due_fen=due_fen - 500, reason="优惠")
    [promise] = [one for one in lab.session.scalars(select(OutboxTask)) if one.task == "order.settled"]
    HANDLERS[promise.task](worker(lab, MONDAY), **promise.payload)

    assert commission.state is C.AWAIT_SAMPLE


def test_the_clock_starts_when_what_was_paid_during_a_change_stays_as_agreed(lab):
    commission = approved(lab, is_prepaid=True)
    for sample in lab.session.scalars(select(Sample)):
        sample.state = SampleState.RECEIVED
    ask_change(lab.work(now=MONDAY), commission.id, text="改用另一标准")
    pay(lab, commission, commission.order.due_fen)
    sweeping.follow_payment(worker(lab, MONDAY), order_id=commission.order_id)
    assert (commission.state, commission.clock_started_at) == (C.AMENDING, None)
    later = MONDAY + timedelta(days=1)

    keep(lab.work(lab.clerk, now=later), commission.id, reason="标准现行有效")

    assert (commission.state, commission.clock_started_at) == (C.SAMPLE_IN, later)


def test_the_worker_knows_when_to_do_all_this():
    wanted = {"laboratory.lapse_quotations", "laboratory.expire_unsent", "laboratory.close_delivered"}

    assert wanted <= {every.task for every in TIMETABLE} & set(HANDLERS)
