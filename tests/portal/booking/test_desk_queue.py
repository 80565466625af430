"""The queue of a centre: what waits, since when, and confirming several at once."""

from datetime import timedelta

import pytest

from services.booking.models import BookingState
from tests.factories.booking import Market, make_booking, slot
from tests.factories.booking_desk import DAY, NOW, in_state, paid, requests
from tests.plumbing.reviewing import page_of, post_form

S = BookingState


def numbers(page) -> list[str]:
    return [link.get_text(strip=True) for link in page.select(".queue tbody a.nowrap[href^='/bookings/desk/']")]


def state_of(market: Market, booking) -> BookingState:
    market.session.rollback()
    market.session.refresh(booking)
    return booking.state


def test_the_longest_waiting_comes_first_with_its_clock(market: Market, client, as_person, clock_hands):
    old, new = requests(market, 2)
    old.state_at = NOW - timedelta(days=4)  # Friday
    new.state_at = NOW - timedelta(hours=3)
    market.session.commit()
    as_person(client, market.clerk, market.provider.organisation)

    page = page_of(client.get("/bookings/desk"))

    assert numbers(page) == [old.no, new.no]
    waits = [cell.get_text(" ", strip=True) for cell in page.select("td[data-label]") if cell.select(".muted.nowrap")]
    assert "2026-11-23 08:00" in waits[0]
    assert len(page.select("td .late")) == 1


def test_one_click_confirms_and_leads_back_to_the_queue(market: Market, desk):
    booking = requests(market, 1)[0]

    answer = post_form(desk, "/bookings/desk", action=f"/bookings/desk/{booking.id}/confirm")

    assert answer.status_code == 303
    assert answer.location == "/bookings/desk"
    assert state_of(market, booking) is S.CONFIRMED


def test_a_request_is_declined_from_the_queue_with_a_reason(market: Market, desk):
    booking = requests(market, 1)[0]

    answer = post_form(desk, "/bookings/desk", action=f"/bookings/desk/{booking.id}/reject", reason="设备满")

    assert answer.status_code == 303
    assert state_of(market, booking) is S.REJECTED


def test_several_are_confirmed_and_what_cannot_be_is_named(market: Market, desk):
    first, second, gone = requests(market, 3)
    page = page_of(desk.get("/bookings/desk"))
    gone.state = S.CANCELLED
    market.session.commit()
    form = page.select_one("#several")
    data = {one["name"]: one.get("value", "") for one in form.find_all("input")}

    answer = desk.post(form["action"], data=data | {"chosen": [first.id, second.id, gone.id]}, follow_redirects=True)

    text = page_of(answer).select_one(".flashes").get_text(" ", strip=True)
    assert gone.no in text
    assert "2" in text
    assert [state_of(market, one) for one in (first, second, gone)] == [S.CONFIRMED, S.CONFIRMED, S.CANCELLED]


@pytest.mark.parametrize("chosen", [[], ["x"], ["-1"], ["99999999999999999999"]])
def test_ticking_nothing_that_can_be_confirmed_says_so(market: Market, desk, chosen):
    booking = requests(market, 1)[0]
    form = page_of(desk.get("/bookings/desk")).select_one("#several")
    data = {one["name"]: one.get("value", "") for one in form.find_all("input")}

    answer = desk.post(form["action"], data=data | {"chosen": chosen}, follow_redirects=True)

    assert page_of(answer).select_one(".flashes .notice--warning")
    assert state_of(market, booking) is S.REQUESTED


def test_one_of_another_centre_among_the_ticked_stops_all(market: Market, stranger):
    booking = requests(market, 1)[0]
    form = page_of(stranger.get("/bookings/desk/outages"))
    token = form.select_one("input[name=csrf_token]")["value"]

    answer = stranger.post("/bookings/desk/confirmations", data={"csrf_token": token, "chosen": [booking.id]})

    assert answer.status_code == 404
    assert state_of(market, booking) is S.REQUESTED


def test_displaced_bookings_and_refunds_wait_in_lists_of_their_own(market: Market, desk):
    displaced = in_state(market, S.DISPLACED)
    refund = in_state(market, S.CONFIRMED, slot("10:00", "11:00", DAY))
    paid(market, refund, 20000)
    post_form(desk, f"/bookings/desk/{refund.id}", action=f"/bookings/desk/{refund.id}/cancellation", reason="停电")

    shown = {name: numbers(page_of(desk.get(f"/bookings/desk?show={name}"))) for name in ("displaced", "refunds")}

    assert shown == {"displaced": [displaced.no], "refunds": [refund.no]}
    assert page_of(desk.get("/bookings/desk?show=refunds")).select_one("a[href$='/refund']")


def test_proposals_wait_for_the_firm_until_a_time(market: Market, desk):
    proposed = in_state(market, S.PROPOSED)

    page = page_of(desk.get("/bookings/desk?show=proposed"))

    assert numbers(page) == [proposed.no]
    assert "2026-11-26 08:00" in page.select_one(".queue").get_text(" ", strip=True)


def test_an_empty_queue_says_what_will_be_here(market: Market, desk):
    assert page_of(desk.get("/bookings/desk")).select_one(".empty")


def test_another_centre_does_not_see_it(market: Market, stranger):
    booking = requests(market, 1)[0]

    for show in ("requests", "displaced", "proposed", "refunds", "nonsense"):
        assert booking.no not in stranger.get(f"/bookings/desk?show={show}").text


def test_the_queue_asks_as_often_with_many_rows_as_with_few(market: Market, desk, counted_queries):
    counts = []
    for more in (2, 12):
        for number in range(more):
            make_booking(market.session, market, state=S.REQUESTED, starts_at=NOW + timedelta(days=9, hours=number))
        market.session.commit()
        desk.get("/bookings/desk")
        with counted_queries() as statements:
            desk.get("/bookings/desk")
        counts.append(len(statements))

    assert counts[0] == counts[1]
