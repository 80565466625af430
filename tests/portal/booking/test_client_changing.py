"""Moving, cancelling, and answering a proposal of the centre."""

from datetime import date, timedelta

import pytest
import time_machine

from services.booking.models import Booking, BookingState
from services.booking.operations import making
from services.booking.operations.making import Wish
from services.booking.placement import Choice
from tests.factories.booking import Market, again, at, make_booking, slot
from tests.factories.booking_desk import DAY, NOW
from tests.plumbing.reviewing import page_of, post_form

S = BookingState


def propose(market: Market) -> Booking:
    booking = making.propose(
        market.staff(),
        module_id=market.hours.id,
        organisation_id=market.firm.id,
        choice=slot("09:00", "10:00", DAY),
        wish=Wish(purpose="代办", contact_name="周厂长", contact_phone="13800000009"),
        booked_for_id=market.agent.id,
    )
    market.session.commit()
    return booking


# Moving


def test_a_booking_is_moved_in_one_step_and_waits_for_the_centre_again(market: Market, firm, confirmed: Booking):
    moved = post_form(firm, f"/bookings/{confirmed.id}/move", slot="own", starts_at="2026-11-26T13:30")

    assert (moved.status_code, moved.location) == (303, f"/bookings/{confirmed.id}")
    booking = again(market, confirmed)
    assert (booking.starts_at, booking.state) == (at("13:30", date(2026, 11, 26)), S.REQUESTED)


def test_moving_to_a_taken_time_gets_409_with_nearest_times_and_keeps_the_old(market: Market, firm, confirmed: Booking):
    market.request(slot("13:30", "14:30", date(2026, 11, 26)), by=market.rival)

    lost = post_form(firm, f"/bookings/{confirmed.id}/move", slot="own", starts_at="2026-11-26T13:30")

    assert lost.status_code == 409
    buttons = page_of(lost).select("button[name=nearest]")
    assert len(buttons) == 3
    assert again(market, confirmed).starts_at == at("13:30", DAY)
    data = {tag["name"]: tag.get("value", "") for tag in page_of(lost).select("form.booking-form input[type=hidden]")}

    won = firm.post(f"/bookings/{confirmed.id}/move", data=data | {"nearest": buttons[0]["value"]})

    assert won.status_code == 303
    assert again(market, confirmed).starts_at != at("13:30", DAY)


def test_a_batch_moves_to_another_day(market: Market, firm):
    booking = market.request(Choice(day=DAY, quantity=4), market.test)

    moved = post_form(firm, f"/bookings/{booking.id}/move", day="2026-11-27")

    assert moved.status_code == 303
    assert again(market, booking).starts_at == at("00:00", date(2026, 11, 27))


def test_moving_needs_a_time(market: Market, firm, confirmed: Booking):
    page = page_of(post_form(firm, f"/bookings/{confirmed.id}/move", slot="own", starts_at=""))

    assert page.select_one("#starts_at-notes .field__error")


def test_a_project_has_no_time_to_move(market: Market, firm):
    booking = market.request(Choice(), market.project)

    assert firm.get(f"/bookings/{booking.id}/move").status_code == 404


# Cancelling


def test_cancelling_in_time_is_free(market: Market, firm):
    booking = market.request(slot("13:30", "14:30", date(2026, 11, 27)))

    done = post_form(firm, f"/bookings/{booking.id}/cancel", reason="客户改单")

    assert done.status_code == 303
    booking = again(market, booking)
    assert (booking.state, booking.state_reason, booking.order.due_fen) == (S.CANCELLED, "客户改单", 0)


def test_the_fee_stands_on_the_button_and_is_what_is_owed(market: Market, client, as_person, confirmed: Booking):
    with time_machine.travel(at("14:00", date(2026, 11, 24)), tick=False):
        firm = as_person(client, market.agent, market.firm)
        page = page_of(firm.get(f"/bookings/{confirmed.id}/cancel"))
        assert "¥60.00" in page.select_one("button.button--danger").text

        post_form(firm, f"/bookings/{confirmed.id}/cancel", reason="")

    assert again(market, confirmed).order.due_fen == 6000


def test_nobody_pays_a_fee_that_was_not_shown(market: Market, firm, as_person, confirmed: Booking):
    page = page_of(firm.get(f"/bookings/{confirmed.id}/cancel"))  # free at this time
    data = {tag["name"]: tag.get("value", "") for tag in page.select("form.form input")}
    with time_machine.travel(at("14:00", date(2026, 11, 24)), tick=False):
        as_person(firm, market.agent, market.firm)
        asked = firm.post(f"/bookings/{confirmed.id}/cancel", data=data | {"reason": "晚了"})

        assert asked.status_code == 409
        shown = page_of(asked)
        assert "¥60.00" in shown.select_one("button.button--danger").text
        assert shown.select_one("textarea").text.strip() == "晚了"
    assert again(market, confirmed).state is S.CONFIRMED


def test_cancelling_twice_cancels_once(market: Market, firm, confirmed: Booking):
    address = f"/bookings/{confirmed.id}/cancel"
    page = page_of(firm.get(address))
    data = {tag["name"]: tag.get("value", "") for tag in page.select("form.form input")} | {"reason": ""}

    assert firm.post(address, data=data).location == firm.post(address, data=data).location
    assert sum(event.kind == "cancel" for event in again(market, confirmed).events) == 1


@pytest.mark.parametrize("state", [S.COMPLETED, S.IN_USE, S.CANCELLED, S.REJECTED, S.EXPIRED, S.NO_SHOW, S.PROPOSED])
def test_what_does_not_start_in_a_state_is_refused(market: Market, firm, state):
    booking = make_booking(market.session, market, state=state)
    market.session.commit()
    feeds = page_of(firm.get("/bookings/feeds"))
    data = {tag["name"]: tag.get("value", "") for tag in feeds.select("form[method=post] input[type=hidden]")}
    data |= {"slot": "2026-11-26T09:00", "contact_name": "周", "contact_phone": "13800000009"}
    answers = {"accept", "decline"} - ({"accept", "decline"} if state is S.PROPOSED else set())

    for action in {"move", "cancel", "abandon", "confirm", *answers}:
        assert firm.post(f"/bookings/{booking.id}/{action}", data=data).status_code == 409, action
        assert again(market, booking).state is state, action


# Proposals of the centre


def test_a_proposal_is_accepted(market: Market, firm):
    booking = propose(market)
    address = f"/bookings/{booking.id}"

    assert post_form(firm, address, action=f"{address}/accept").location == address
    assert again(market, booking).state is S.CONFIRMED


def test_a_proposal_is_declined_with_a_reason(market: Market, firm):
    booking = propose(market)

    post_form(firm, f"/bookings/{booking.id}/decline", reason="时间不合适")

    assert again(market, booking).state is S.CANCELLED
    assert "时间不合适" in firm.get(f"/bookings/{booking.id}").text


def test_a_lapsed_proposal_leads_back(market: Market, firm, as_person):
    booking = propose(market)
    page = page_of(firm.get(f"/bookings/{booking.id}"))
    form = page.select_one(f"form[action='/bookings/{booking.id}/accept']")
    data = {tag["name"]: tag.get("value", "") for tag in form.select("input")}
    with time_machine.travel(NOW + timedelta(days=2), tick=False):
        as_person(firm, market.agent, market.firm)
        late = firm.post(f"/bookings/{booking.id}/accept", data=data)

        assert late.status_code == 409
        assert page_of(late).select_one("a[href*='/bookings/new/']")
        assert not page_of(firm.get(f"/bookings/{booking.id}")).select_one("form[action$='/accept']")


@pytest.mark.parametrize("action", ["accept", "abandon"])
def test_a_button_of_a_stale_tab_changes_nothing(market: Market, firm, action):
    booking = propose(market)
    page = page_of(firm.get(f"/bookings/{booking.id}"))
    form = page.select_one(f"form[action='/bookings/{booking.id}/accept']")
    data = {tag["name"]: tag.get("value", "") for tag in form.select("input")}

    refused = firm.post(f"/bookings/{booking.id}/{action}", data=data | {"acting_for": "99"})

    assert refused.status_code == 303
    assert again(market, booking).state is S.PROPOSED
