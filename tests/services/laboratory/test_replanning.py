"""An instrument fails: reservations need no decision, move by themselves, and the client is told the new date."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from services.booking import desk_queries, desk_schedule, queries
from services.booking.models import Booking, BookingState, Claim
from services.booking.operations.changing import cancel, check_in, move_by_centre
from services.booking.operations.outages import enter_outage
from services.booking.operations.sweeping import remind
from services.booking.placement import Choice
from services.booking.rules import Span
from services.core import clock
from services.core.errors import NotFound
from services.core.notices import Notification
from services.core.outbox import OutboxTask
from services.core.permissions import Permission
from services.jobs.handlers import HANDLERS
from services.laboratory.models.commissions import CommissionEvent
from services.laboratory.models.lines import LineState, TestLine
from services.laboratory.operations.replanning import replan
from tests.factories.laboratory import make_laboratory
from tests.factories.ordering import MONDAY, TUESDAY, USUAL, make_order


@pytest.fixture
def lab(session):
    """Return a laboratory with two firms."""
    return make_laboratory(session)


def fail(lab, resource, until):
    """Close an instrument from Tuesday on, and carry out what was promised."""
    work = lab.work(lab.admin, now=MONDAY)
    span = Span(clock.at(TUESDAY, 0), clock.at(until, 0))
    enter_outage(work, resource_id=resource.id, span=span, kind="breakdown", reason="灯管坏了")
    lab.session.commit()
    promised = lab.session.scalars(select(OutboxTask).where(OutboxTask.task == "reservation.displaced")).all()
    for task in promised:
        HANDLERS[task.task](lab.work(lab.admin, now=MONDAY), **task.payload)
        lab.session.commit()
    return promised


def slot_of(lab, commission):
    """Return the slot of a commission's only line."""
    return lab.session.scalars(select(TestLine).where(TestLine.commission_id == commission.id)).one().booking


def test_a_short_outage_moves_the_slot_within_the_promised_date(lab):
    commission = make_order(lab)

    fail(lab, lab.polariscope, date(2026, 11, 26))

    slot = slot_of(lab, commission)
    assert clock.local(slot.starts_at).strftime("%m-%d %H:%M") == "11-26 08:30"
    assert commission.promised_on == USUAL
    assert lab.session.scalar(select(CommissionEvent.kind).where(CommissionEvent.kind == "replan")) == "replan"


def test_a_long_outage_moves_the_date_and_the_client_is_told(lab):
    commission = make_order(lab)

    fail(lab, lab.polariscope, date(2026, 12, 3))

    assert commission.promised_on == date(2026, 12, 4)
    told = lab.session.scalars(select(Notification).where(Notification.person_id == lab.agent.id)).all()
    assert told[-1].facts["promised_on"] == "2026-12-04"
    tasks = lab.session.scalars(select(OutboxTask.task)).all()
    assert "mail.commission_replanned" in tasks


def test_a_batch_moves_to_the_next_day_with_room(lab):
    commission = make_order(lab, lab.lead, samples=2)

    fail(lab, lab.spectrometer, date(2026, 11, 25))

    booking = lab.session.scalars(select(TestLine)).first().booking
    assert clock.local_day(booking.starts_at) == date(2026, 11, 25)
    assert commission.promised_on == USUAL


def test_several_orders_keep_their_order_and_no_time_is_taken_twice(lab):
    orders = [make_order(lab) for _ in range(3)]

    fail(lab, lab.polariscope, date(2026, 11, 25))

    starts = [slot_of(lab, one).starts_at for one in orders]
    assert starts == sorted(starts)
    assert len(set(starts)) == 3


def test_replanning_twice_moves_once(lab):
    commission = make_order(lab)
    task = fail(lab, lab.polariscope, date(2026, 11, 26))[0]

    replan(lab.work(lab.admin, now=MONDAY), **task.payload)
    lab.session.commit()

    live = select(func.count(Booking.id)).where(Booking.state == BookingState.CONFIRMED)
    assert lab.session.scalar(live) == 1
    events = select(func.count()).where(
        CommissionEvent.commission_id == commission.id, CommissionEvent.kind == "replan"
    )
    assert lab.session.scalar(events) == 1


def test_where_nothing_is_free_the_laboratory_is_told_and_the_line_waits(lab):
    commission = make_order(lab)
    lab.polariscope.calibration_due_on = date(2026, 11, 25)
    lab.session.commit()

    fail(lab, lab.polariscope, date(2026, 11, 26))

    line = lab.session.scalars(select(TestLine).where(TestLine.commission_id == commission.id)).one()
    assert (line.state, line.booking_id) == (LineState.PENDING, None)
    assert lab.session.scalar(select(func.count()).where(Notification.person_id == lab.clerk.id)) >= 1


# Among the bookings --------------------------------------------------------------------------------------------------


def test_a_firm_never_sees_reservations_among_its_bookings(lab):
    make_order(lab)

    session, firm = lab.session, lab.firm.id
    booking = session.scalars(select(Booking)).one()
    assert session.scalars(queries.bookings_of(firm, now=MONDAY)).all() == []
    assert set(queries.counts(session, firm, MONDAY).values()) == {0}
    assert queries.providers_of(session, firm) == []
    with pytest.raises(NotFound):
        queries.booking_of(session, booking.id, firm)
    with pytest.raises(NotFound):
        desk_queries.booking_of(session, lab.provider.id, booking.id)
    assert desk_queries.waiting_for_centre(session, lab.provider.id, MONDAY).today == 0


def test_bookings_operations_refuse_reservations(lab):
    make_order(lab)
    booking = lab.session.scalars(select(Booking)).one()
    elsewhere = Choice(booking.starts_at + timedelta(hours=1), booking.ends_at + timedelta(hours=1))

    with pytest.raises(NotFound):
        cancel(lab.work(now=MONDAY), booking.id)
    with pytest.raises(NotFound):
        check_in(lab.work(lab.clerk, now=MONDAY), booking.id)
    with pytest.raises(NotFound):
        move_by_centre(lab.work(lab.clerk, now=MONDAY), booking.id, elsewhere, reason="x")


def test_nobody_is_reminded_of_a_reservation(lab):
    make_order(lab)

    assert remind(lab.work(lab.admin, now=MONDAY)) == 0


def test_staff_see_tests_by_number_and_never_the_firm(lab):
    make_order(lab, lab.stress, lab.lead)
    session, provider_id = lab.session, lab.provider.id

    sheet = desk_schedule.day_sheet(session, provider_id, TUESDAY)
    week = desk_schedule.resource_week(session, provider_id, date(2026, 11, 23), MONDAY)

    assert len(sheet.tests) == 2
    assert sheet.slots == sheet.batches == sheet.due == []
    entries = [one for _, cells in week.rows for cell in cells for one in cell.entries]
    assert {(one.text[:3], one.booking_id) for one in entries} == {("JC-", None)}
    assert lab.work(lab.analyst).actor.may(Permission.BOOKING_RUN)  # that is why


def test_reservations_take_time_from_everybody_else(lab):
    make_order(lab)

    claim = lab.session.scalars(select(Claim)).one()
    assert clock.local_day(claim.busy_from) == TUESDAY
