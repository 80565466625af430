"""Bookings as iCalendar text."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from icalendar import Calendar

from services.booking.models import BookingState
from services.calendars.writing import calendar_text
from tests.factories.booking import Market, make_booking, make_market

NOW = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)
NASTY = "甲\r\nATTENDEE:mailto:x@example.org\nX;Y,Z\\ " + "长" * 200


@pytest.fixture
def market(session) -> Market:
    with time_machine.travel(NOW, tick=False):
        yield make_market(session)


def say(message: str, **values: object) -> str:
    return message % values if values else message


def written(*bookings) -> bytes:
    return calendar_text(bookings, name="示例", base_url="https://portal.example", say=say)


def events(text: bytes) -> list:
    return [part for part in Calendar.from_ical(text).walk() if part.name == "VEVENT"]


def test_an_event_has_time_state_and_a_stable_name(market: Market):
    booking = make_booking(market.session, market, starts_at=NOW + timedelta(days=1))

    (event,) = events(written(booking))

    assert event["uid"] == f"booking-{booking.id}@portal.example"
    assert (event["dtstart"].dt, event["dtend"].dt) == (booking.starts_at, booking.ends_at)
    assert b"DTSTART:20261125T000000Z" in written(booking)  # UTC, so that no time zone can shift it
    assert (event["status"], event["sequence"]) == ("CONFIRMED", booking.version)
    assert event["summary"] == "试验炉机时 (Confirmed)"
    assert event["url"] == f"https://portal.example/bookings/{booking.id}"


@pytest.mark.parametrize(
    ("state", "status"),
    [
        (BookingState.REQUESTED, "TENTATIVE"),
        (BookingState.DISPLACED, "TENTATIVE"),
        (BookingState.IN_USE, "CONFIRMED"),
        (BookingState.CANCELLED, "CANCELLED"),
        (BookingState.REJECTED, "CANCELLED"),
        (BookingState.NO_SHOW, "CANCELLED"),
    ],
)
def test_what_is_off_is_cancelled(market: Market, state, status):
    (event,) = events(written(make_booking(market.session, market, state=state)))

    assert event["status"] == status


def test_a_batch_and_a_promise_are_whole_days(market: Market):
    start = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)  # midnight of the 25th at the centres
    batch = make_booking(market.session, market, module=market.test, starts_at=start, ends_at=start + timedelta(days=1))
    project = make_booking(
        market.session, market, module=market.project, starts_at=None, promised_on=date(2026, 12, 22)
    )
    undated = make_booking(market.session, market, module=market.project, starts_at=None)

    first, second = events(written(batch, project, undated))

    assert (first["dtstart"].dt, first["dtend"].dt) == (date(2026, 11, 25), date(2026, 11, 26))
    assert (second["dtstart"].dt, second["dtend"].dt) == (date(2026, 12, 22), date(2026, 12, 23))
    assert second["transp"] == "TRANSPARENT"


def test_nothing_that_is_typed_becomes_a_line_of_its_own(market: Market):
    market.hours.name, market.hours.bring, market.hours.place = NASTY[:80], NASTY, NASTY[:120]

    text = written(make_booking(market.session, market))

    assert not [line for line in text.split(b"\r\n") if line.startswith((b"ATTENDEE", b"X;"))]
    assert all(len(line) <= 75 for line in text.split(b"\r\n"))
    assert b"\r" not in text.replace(b"\r\n", b"")
    (event,) = events(text)
    assert event["location"] == " ".join(NASTY[:120].split())
    assert "attendee" not in event
