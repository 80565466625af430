"""The day sheet, the week of all resources, and how much they are used."""

import time
from datetime import date, timedelta

import pytest

from services.booking.models import BookingState
from services.booking.operations.outages import enter_outage
from services.booking.placement import Choice
from services.booking.rules import Span
from services.catalogue.models import ResourceKind
from services.core import clock
from tests.factories.booking import Market, slot
from tests.factories.booking_desk import DAY, confirm, in_state, nine
from tests.factories.catalogue import make_resource, open_weekly
from tests.plumbing.reviewing import page_of, post_form

S = BookingState


@pytest.fixture
def busy(market: Market) -> dict[str, object]:
    """Fill the day: a slot at nine by the firm, one at ten by its rival, two batches, a request, a promised test."""
    made = {
        "nine": in_state(market, S.CONFIRMED),
        "ten": in_state(market, S.CONFIRMED, slot("10:00", "11:00", DAY, resource_id=market.bench.id)),
        "batch": market.request(Choice(day=DAY, quantity=4), market.test),
        "request": market.request(slot("13:30", "14:30", DAY)),
    }
    confirm(market, made["batch"])
    market.session.commit()
    return made


def test_the_day_is_ordered_by_the_hour_with_batches_and_open_requests(market: Market, busy, desk):
    page = page_of(desk.get(f"/bookings/desk/day?day={DAY}"))

    firsts = [cell.get_text(strip=True) for cell in page.select("tbody td:first-child")]
    assert firsts == ["09:00–10:00", "10:00–11:00", "×4"]
    assert "4/10" in page.get_text()
    assert page.select_one(".notice--warning a[href='/bookings/desk']")
    assert page.select_one('a[href="tel:13800000009"]')


def test_checking_in_from_the_sheet_leads_back_to_the_sheet(market: Market, busy, desk):
    url, booking = f"/bookings/desk/day?day={DAY}", busy["nine"]

    answer = post_form(desk, url, action=f"/bookings/desk/{booking.id}/check-in")

    assert answer.status_code == 303
    assert answer.location == url
    market.session.rollback()
    market.session.refresh(booking)
    assert booking.state is S.IN_USE


def test_the_sheet_of_one_resource_shows_only_that(market: Market, busy, desk):
    page = page_of(desk.get(f"/bookings/desk/day?day={DAY}&resource={market.bench.id}"))

    assert [cell.get_text(strip=True) for cell in page.select("tbody td:first-child")] == ["10:00–11:00"]


def test_what_is_promised_for_the_day_is_on_its_sheet(market: Market, busy, desk):
    promised = busy["batch"].promised_on

    page = page_of(desk.get(f"/bookings/desk/day?day={promised}"))

    assert busy["batch"].no in page.select_one("tbody").get_text()


def test_the_sheet_prints_on_paper_with_a_place_to_sign(market: Market, busy, desk):
    page = page_of(desk.get(f"/bookings/desk/day/print?day={DAY}"))

    assert not page.select("nav")
    assert page.select(".sheet-sign")
    text = page.get_text(" ", strip=True)
    for part in (busy["nine"].no, "13800000009", market.provider.organisation.name, str(DAY), "试样"):
        assert part in text
    assert busy["request"].no not in text


def test_an_outage_stands_at_the_top_of_the_day(market: Market, desk):
    span = Span(clock.at(DAY, 8 * 60), clock.at(DAY, 12 * 60))
    enter_outage(market.staff(), resource_id=market.stove.id, span=span, kind="calibration", reason="年度检定")
    market.session.commit()

    assert "年度检定" in page_of(desk.get(f"/bookings/desk/day?day={DAY}")).select_one(".notice--danger").text
    assert "年度检定" in page_of(desk.get(f"/bookings/desk/week?week={DAY}")).select_one(".outage").text


@pytest.mark.parametrize(
    "day", ["", "morgen", "2026-13-01", "0001-01-01", "9999-12-31", "2026-02-30", "２０２６-11-25"]
)
def test_a_day_that_is_none_shows_a_day(market: Market, desk, day):
    for page in ("day", "day/print", "week", "utilisation"):
        url = f"/bookings/desk/{page}"
        assert desk.get(url, query_string={"day": day, "week": day, "from": day, "until": day}).status_code == 200


def test_a_day_without_bookings_says_so(market: Market, desk):
    assert page_of(desk.get("/bookings/desk/day?day=2026-12-24")).select_one(".empty")
    assert page_of(desk.get("/bookings/desk/day/print?day=2026-12-24"))


def test_the_week_shows_who_has_what_when(market: Market, busy, desk):
    page = page_of(desk.get(f"/bookings/desk/week?week={DAY}"))

    rows = {row.th.get_text(" ", strip=True).split()[0]: row for row in page.select(".resource-week tbody tr")}
    stove = rows["试验炉甲"].select("td")[2]
    assert stove.select_one("a")["href"] == str(busy["nine"].id)  # relative to the week's address
    assert "09:00–10:00" in stove.text
    assert market.firm.label in stove.text
    assert "?" in stove.select_one(".requested").text
    assert "4/10" in rows["冷热槽"].text
    assert "shut" in rows["试验炉甲"].select("td")[6]["class"]


def test_the_week_turns_and_keeps_its_kind(market: Market, desk):
    market.bench.kind = ResourceKind.ROOM
    market.session.commit()

    page = page_of(desk.get("/bookings/desk/week?week=2026-11-26&kind=room"))

    assert [row.th.get_text(" ", strip=True).split()[0] for row in page.select(".resource-week tbody tr")] == [
        "试验炉乙"
    ]
    assert page.select_one("a[rel=next]")["href"] == "/bookings/desk/week?week=2026-11-30&kind=room"
    assert page.select_one("a[rel=prev]")["href"] == "/bookings/desk/week?week=2026-11-16&kind=room"
    assert page_of(desk.get("/bookings/desk/week?kind=expert")).select_one(".empty")


def test_seats_are_shown_once_with_their_number(market: Market, desk):
    market.stove.units = 6
    market.session.commit()
    booking = market.request(nine(resource_id=market.stove.id, quantity=4))

    links = page_of(desk.get(f"/bookings/desk/week?week={DAY}")).select(f"a[href='{booking.id}']")

    assert len(links) == 1
    assert "×4" in links[0].text


def test_use_is_booked_of_open_hours(market: Market, busy, desk):
    page = page_of(desk.get("/bookings/desk/utilisation?from=2026-11-25&until=2026-11-25"))

    rows = {row.td.get_text(strip=True).split()[-1]: row.select("td.number") for row in page.select(".table tbody tr")}
    assert [cell.text.strip() for cell in rows["试验炉甲"]][2] == "15 %"  # 1 of 6.5 hours; the request does not count
    assert [cell.text.strip() for cell in rows["冷热槽"]] == ["10", "4", "40 %"]
    assert len(page.select(".bar-chart tbody tr")) == 3


def test_a_period_is_cut_to_three_months(market: Market, desk):
    page = page_of(desk.get("/bookings/desk/utilisation?from=2000-01-01&until=2026-11-25"))

    assert page.select_one("#from")["value"] == str(date(2026, 11, 25) - timedelta(days=91))


def test_another_centre_sees_none_of_it(market: Market, busy, stranger):
    for page in (f"day?day={DAY}", f"day/print?day={DAY}", f"week?week={DAY}", "utilisation"):
        text = stranger.get(f"/bookings/desk/{page}").text
        assert market.stove.name not in text
        assert market.firm.name not in text
    assert stranger.get(f"/bookings/desk/day?day={DAY}&resource={market.stove.id}").status_code == 404


def test_two_hundred_resources_ask_no_more_questions_than_two(market: Market, desk, counted_queries):
    counts = []
    for more in (0, 197):
        for number in range(more):
            resource = make_resource(market.session, market.provider, policy=market.stove.policy, name=f"设备{number}")
            open_weekly(market.session, resource, "08:30-17:00")
        market.session.commit()
        url = f"/bookings/desk/week?week={DAY}"
        desk.get(url)
        begun = time.perf_counter()
        with counted_queries() as statements:
            page = desk.get(url)
        counts.append(len(statements))
    assert counts[0] == counts[1]
    assert time.perf_counter() - begun < 3
    assert len(page.data) < 150_000


def test_a_day_with_more_than_is_shown_says_so(market: Market, busy, desk, monkeypatch):
    url = f"/bookings/desk/day?day={DAY}"
    assert not page_of(desk.get(url)).find(string=lambda text: "未全部显示" in text)
    monkeypatch.setattr("services.booking.desk_schedule.MOST_ON_A_DAY", 2)

    assert page_of(desk.get(url)).find(string=lambda text: "未全部显示" in text)
