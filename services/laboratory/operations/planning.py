"""Promised dates and reservations: what the instruments' calendars can hold, taken for a commission and given back.

A reservation is a booking of the laboratory's own. The lines of one item share one where their samples are tested in one
go; ``reserve`` takes all slots of a plan or none, and the database decides between two who want the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.billing.operations import quotations
from services.booking import claims, timetable
from services.booking.models import Booking, BookingState
from services.booking.operations.steps import step as step_booking
from services.booking.rules import Span
from services.catalogue.models import Urgency
from services.core import clock, locks
from services.core.calendar import PromisedDate, WorkingDays, promised_date, working_days
from services.core.numbering import next_in
from services.core.settings import setting
from services.core.work import Work
from services.laboratory.models.commissions import Commission
from services.laboratory.models.lines import LineState, TestLine
from services.laboratory.operations.steps import step_line
from services.laboratory.ordering_errors import NothingFree, PromiseMoved
from services.laboratory.queries.capability import groups_of
from services.laboratory.queries.demands import demands_of
from services.laboratory.rules.places import Demand, Place, Search
from services.laboratory.rules.promising import days_promised

WINDOWS = (35, 190)
"""How many days of the calendars are searched at first, and when that was not enough."""

TRIES = 5
OPEN_LINES = frozenset({LineState.PENDING, LineState.SCHEDULED})


@dataclass(frozen=True)
class Plan:
    """Places for every line, and the day by which the report can be promised; ``normal_on`` without urgency."""

    places: tuple[Place, ...]
    starts_on: date
    promised_on: date
    certain: bool
    normal_on: date

    @property
    def resource_ids(self) -> list[int]:
        """The instruments that are occupied, in the order in which they are taken."""
        units = {unit[0] for place in self.places for unit in place.units}
        return sorted(units | {batch[0] for place in self.places for batch in place.batches})


def first_day(session: Session, now: datetime) -> date:
    """Return the day on which samples can be at the laboratory if they are sent now: the next working day."""
    today = clock.local_day(now)
    return working_days(session, today, 1).after(today, 1).day


def plan(
    session: Session, demands: Sequence[Demand], *, start: date, urgency: Urgency = Urgency.NORMAL, now: datetime
) -> Plan:
    """Return the earliest place of each demand from ``start`` on, and what follows for the promised date.

    Raises NothingFree when a demand finds no place within half a year.
    """
    places = _search(session, demands, start, now)
    calendar = WorkingDays.around(session, start - timedelta(days=1), _far(places, start))
    reporting = int(setting(session, "laboratory.reporting_days"))
    promised = _promise(calendar, places, start, urgency, reporting)
    normal = promised if urgency is Urgency.NORMAL else _promise(calendar, places, start, Urgency.NORMAL, reporting)
    return Plan(tuple(places), start, promised.day, promised.certain, normal.day)


def _search(session: Session, demands: Sequence[Demand], start: date, now: datetime) -> list[Place]:
    groups = {
        item_id: [[one.id for one in group] for group in parts]
        for item_id, parts in groups_of(session, {one.item_id for one in demands}).items()
    }
    wanted = {key for parts in groups.values() for group in parts for key in group}
    after = max(now, clock.at(start, 0))
    missing = demands[0].name if demands else ""
    for days in WINDOWS:
        first = clock.local_day(after)
        table = timetable.load(session, wanted, first, first + timedelta(days=days), now)
        search = Search(table, groups, after)
        missing = next((one.name for one in demands if not search.place(one)), "")
        if not missing:
            return search.found
    raise NothingFree(name=missing)


def _promise(
    calendar: WorkingDays,
    places: Iterable[Place],
    start: date,
    urgency: Urgency,
    reporting_days: int,
    stopped: int = 0,
) -> PromisedDate:
    """Return the latest of: the working days of each test, and the end of each place and the days to report on it."""
    found = calendar.after(start, 0)
    for place in places:
        demand = place.demand
        days = days_promised(demand.working_days, urgency, demand.run_hours)
        ends = [calendar.after(start, days + stopped)]
        if place.done_at is not None:
            ends.append(calendar.after(clock.local_day(place.done_at), reporting_days))
        found = max(found, *ends, key=lambda one: one.day)
    return found


def _far(places: Iterable[Place], start: date) -> date:
    """Return a day beyond every date that can follow from the places."""
    days = max((place.demand.working_days for place in places), default=0)
    ends = [clock.local_day(place.done_at) for place in places if place.done_at is not None]
    return max([start, *ends]) + timedelta(days=days * 3 + 60)


def reserve(work: Work, commission: Commission, chosen: Plan) -> bool:
    """Take every slot of the plan for the commission, or none of them; tell which.

    Afterwards the lines are scheduled with their bookings; the promised date is the caller's. Units are taken first, then
    batches, each in sorted order, so that two orders wait for each other in one direction only.
    """
    kept = [place for place in chosen.places if place.is_kept]
    with work.session.begin_nested() as attempt:
        bookings = [_booking(work, commission, place) for place in kept]
        work.session.add_all(bookings)
        work.session.flush()  # the claims need their ids
        if not _claim(work, kept, bookings):
            attempt.rollback()
            return False
    lines = _lines(work.session, commission.id)
    for place, booking in zip(kept, bookings, strict=True):
        for line_id in place.lines:
            lines[line_id].booking = booking
            step_line(work, lines[line_id], "schedule")
    slots = [[one.no, one.starts_at, one.ends_at] for one in bookings]
    work.record("commission.reserved", commission, slots=slots)
    return True


def _booking(work: Work, commission: Commission, place: Place) -> Booking:
    assert place.span is not None
    number = next_in(work.session, f"{commission.no}-L")
    return Booking(
        no=f"{commission.no}-L{number:02d}",
        module_id=place.demand.item_id,
        provider_id=commission.provider_id,
        organisation_id=commission.organisation_id,
        booked_by_id=commission.placed_by_id,
        is_reservation=True,
        state=BookingState.CONFIRMED,
        state_at=work.now,
        starts_at=place.span.starts_at,
        ends_at=place.span.ends_at,
        quantity=len(place.lines),
        urgency=commission.urgency,
        created_at=work.now,
    )


def _claim(work: Work, places: Sequence[Place], bookings: Sequence[Booking]) -> bool:
    pairs = list(zip(places, bookings, strict=True))
    units = [(unit, booking.id) for place, booking in pairs for unit in place.units]
    for unit, booking_id in sorted(units, key=lambda one: (one[0][0], one[0][1], one[0][2].starts_at)):
        if not claims.claim(work, {"booking_id": booking_id}, [unit]):
            return False
    batches = [(batch, booking.id) for place, booking in pairs for batch in place.batches]
    return all(
        claims.claim_batch(work, booking_id, resource_id, day, count)
        for (resource_id, day, count), booking_id in sorted(batches)
    )


def reserve_by(work: Work, commission: Commission, chosen: Plan, latest_on: date | None = None) -> Plan:
    """Reserve the plan, or one found afterwards that still keeps ``latest_on``; return what was reserved.

    Whoever loses a slot plans again, now waiting for rivals on the same instruments instead of racing them. Raises
    PromiseMoved with the earliest date, nothing claimed, when the calendar no longer holds ``latest_on``.
    """
    for _ in range(TRIES):
        if latest_on is not None and chosen.promised_on > latest_on:
            break
        if reserve(work, commission, chosen):
            return chosen
        for resource_id in chosen.resource_ids:
            locks.hold(work.session, f"instrument:{resource_id}")
        _free_lapsed(work, chosen)
        demands = list(dict.fromkeys(place.demand for place in chosen.places))
        start, urgency = chosen.starts_on, commission.urgency
        chosen = plan(work.session, demands, start=start, urgency=urgency, now=work.now)
    raise PromiseMoved(chosen.promised_on)


def _free_lapsed(work: Work, chosen: Plan) -> None:
    for place in chosen.places:
        for resource_id, _, span in place.units:
            claims.free_lapsed_holds(work, [resource_id], span)


def release(work: Work, commission: Commission, *, reason: str = "") -> None:
    """Give back every slot of the commission on which testing has not begun; its lines wait to be scheduled again."""
    release_lines(work, _lines(work.session, commission.id).values(), reason=reason)


def release_lines(work: Work, lines: Iterable[TestLine], *, reason: str = "") -> None:
    """Give back the slots of these lines; one that others share stays, with as much of a day's batch as they need."""
    freed: Counter[int] = Counter()
    for line in sorted(lines, key=lambda one: one.id):
        if line.booking_id is None or line.state not in OPEN_LINES | {LineState.CANCELLED}:
            continue
        freed[line.booking_id] += 1
        line.booking = None
        if line.state is LineState.SCHEDULED:
            step_line(work, line, "unschedule", reason=reason)
    work.session.flush()  # whether others share the bookings is read from the database
    shared = set(work.session.scalars(select(TestLine.booking_id).where(TestLine.booking_id.in_(freed))))
    for booking_id in sorted(freed.keys() & shared):
        share_less(work, booking_id, freed[booking_id])
    for booking_id in sorted(freed.keys() - shared):
        booking = work.session.get_one(Booking, booking_id, with_for_update={"of": Booking})
        if booking.state in {BookingState.CONFIRMED, BookingState.DISPLACED}:
            step_booking(work, booking, "cancel", reason=reason)
            claims.release(work, booking_id)


def share_less(work: Work, booking_id: int, lines: int) -> None:
    """Let a slot be shared by so many lines less; a day's batch gets back what they had of it."""
    booking = work.session.get_one(Booking, booking_id, with_for_update={"of": Booking})
    if booking.quantity > lines:
        booking.quantity -= lines
    claims.release_part(work, booking_id, lines)


def reserve_missing(work: Work, commission: Commission, *, start: date, latest_on: date | None = None) -> None:
    """Take slots for the open lines that have none, or whose slot has passed; what is kept already stays.

    Raises PromiseMoved, with nothing changed, when that makes the report later than ``latest_on``.
    """
    lines = _lines(work.session, commission.id).values()
    missing = [one for one in lines if one.state in OPEN_LINES and (one.booking is None or _has_passed(work, one))]
    release_lines(work, missing)
    demands = demands_of(work.session, missing, work.today)
    chosen = plan(work.session, demands, start=start, urgency=commission.urgency, now=work.now)
    reserve_by(work, commission, chosen, latest_on)


def promise_again(work: Work, commission: Commission) -> None:
    """Promise a date from the moment the clock started (now, where it has not): cut-off hour, stops, and the slots kept.

    Slots that have passed before the samples came are given back, and later ones taken (domain.md F05 rule 3). A later
    date that was agreed with the quotation stays.
    """
    start = promised_date(work.session, commission.clock_started_at or work.now, 0).day
    reserve_missing(work, commission, start=max(start, work.today))
    earliest = earliest_for(work, commission, start, stopped=commission.stopped_days)
    agreed = quotations.accepted(work.session, commission.no or "")
    not_before = date.fromisoformat(agreed.terms["promised_on"]) if agreed else earliest.day
    commission.promised_on, commission.promise_certain = max(earliest.day, not_before), earliest.certain


def earliest_for(work: Work, commission: Commission, start: date, *, stopped: int = 0) -> PromisedDate:
    """Return the earliest date that working days from ``start`` and the slots of the commission allow."""
    places = _places_of(work, commission)
    last = _far(places, start) + 3 * timedelta(stopped)
    calendar = WorkingDays.around(work.session, start - timedelta(days=1), last)
    reporting = int(setting(work.session, "laboratory.reporting_days"))
    return _promise(calendar, places, start, commission.urgency, reporting, stopped)


def end_of_slots(work: Work, commission: Commission) -> PromisedDate | None:
    """Return the date that the slots of the commission allow by themselves, whatever the working days of its tests."""
    ends = [clock.local_day(place.done_at) for place in _places_of(work, commission) if place.done_at is not None]
    if not ends:
        return None
    reporting = int(setting(work.session, "laboratory.reporting_days"))
    return working_days(work.session, max(ends), reporting).after(max(ends), reporting)


def _places_of(work: Work, commission: Commission) -> list[Place]:
    """Return where the lines of a commission are tested now."""
    work.session.flush()  # the bookings of the lines are read from the database
    lines = [one for one in _lines(work.session, commission.id).values() if one.state is not LineState.CANCELLED]
    return [
        Place(demand, (line.id,), _span_of(line.booking))
        for demand in demands_of(work.session, lines, work.today)
        for line in lines
        if line.id in demand.lines
    ]


def _span_of(booking: Booking | None) -> Span | None:
    if booking is None or booking.starts_at is None or booking.ends_at is None:
        return None
    return Span(booking.starts_at, booking.ends_at)


def _has_passed(work: Work, line: TestLine) -> bool:
    span = _span_of(line.booking)
    return span is not None and span.ends_at <= work.now


def _lines(session: Session, commission_id: int) -> dict[int, TestLine]:
    statement = select(TestLine).where(TestLine.commission_id == commission_id).order_by(TestLine.id)
    return {one.id: one for one in session.scalars(statement)}
