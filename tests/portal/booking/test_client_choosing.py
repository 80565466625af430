"""Choosing, holding and sending a booking."""

from datetime import date, timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from services.booking.models import Booking, BookingState, Claim
from services.booking.operations import making
from services.catalogue.models import ModuleState
from services.core.permissions import Role
from services.organisations.models import OrgState
from tests.factories.booking import Market, at, join, make_agent, make_firm, slot
from tests.factories.booking_desk import DAY, NOW
from tests.plumbing.reviewing import page_of, post_form


def books(market: Market) -> str:
    return f"/bookings/new/{market.hours.code}"


def only_booking(market: Market) -> Booking:
    market.session.rollback()  # a new look at what the requests have left
    return market.session.scalars(select(Booking)).one()


def how_many(market: Market, model=Booking) -> int:
    market.session.rollback()
    return market.session.scalar(select(func.count()).select_from(model))


def test_a_visitor_sees_free_times_price_and_the_way_to_sign_in(market: Market, client):
    page = page_of(client.get(f"{books(market)}?minutes=90"))

    starts = [radio["value"] for radio in page.select("input[name=slot]")]
    assert starts[:3] == ["2026-11-24T09:00", "2026-11-24T13:30", "2026-11-24T15:00"]
    assert len({start[:10] for start in starts}) > 3
    assert page.select_one("select[name=minutes] option[selected]")["value"] == "90"
    assert "¥300.00" in page.select_one(".money-line").text
    assert page.select_one("form.booking-form")["method"] == "get"
    assert any("next=/bookings/new/" in a["href"].replace("%2F", "/") for a in page.select("a[href*=sign-in]"))


def test_a_visitor_cannot_hold(market: Market, client):
    response = client.post(books(market), data={"slot": "2026-11-25T09:00", "minutes": "60"})

    assert response.status_code in {303, 302, 400}
    assert how_many(market) == 0


def test_a_time_is_held_checked_and_sent(market: Market, firm):
    held = post_form(firm, books(market), minutes="60", slot="2026-11-25T09:00")

    booking = only_booking(market)
    assert held.status_code == 303
    assert held.location == f"/bookings/{booking.id}/confirm"
    assert (booking.state, booking.starts_at) == (BookingState.HELD, at("09:00", DAY))
    page = page_of(firm.get(held.location))
    assert "08:15" in page.text
    assert "¥200.00" in page.select_one(".money-line__item--total").text
    assert page.select_one("#contact_name")["value"] == market.agent.name
    assert page.select_one("#contact_phone")["value"] == market.agent.mobile

    sent = post_form(firm, held.location, purpose="新配方试熔", contact_phone="0514-88000001")

    booking = only_booking(market)
    assert (sent.status_code, sent.location) == (303, f"/bookings/{booking.id}")
    assert booking.state is BookingState.REQUESTED
    assert (booking.no, booking.purpose) == ("YY-20261124-0001", "新配方试熔")
    assert booking.contact_phone == "0514-88000001"
    assert "YY-20261124-0001" in page_of(firm.get(sent.location)).text


def test_a_batch_takes_day_quantity_speed_and_extras(market: Market, firm):
    address = f"/bookings/new/{market.test.code}"
    page = page_of(firm.get(address))
    assert "10" in page.select_one("label[for=day-0]").text

    held = post_form(firm, address, quantity="4", day="2026-11-26", urgency="urgent", extras="english")

    booking = only_booking(market)
    assert (booking.quantity, booking.urgency, booking.extras) == (4, "urgent", ["english"])
    confirm = page_of(firm.get(held.location)).text
    assert "¥820.00" in confirm  # 4 × 120 × 1.5 + 100
    assert "2026-11-26" in confirm
    post_form(firm, held.location, purpose="")
    assert only_booking(market).promised_on == date(2026, 11, 30)


def test_a_project_promises_a_date_only(market: Market, firm):
    address = f"/bookings/new/{market.project.code}"
    assert "2026" in page_of(firm.get(address)).text

    held = post_form(firm, address, quantity="1")
    post_form(firm, held.location, purpose="")

    booking = only_booking(market)
    assert (booking.state, booking.starts_at) == (BookingState.REQUESTED, None)
    assert booking.promised_on == date(2026, 12, 22)


def test_a_certain_resource_and_a_time_of_ones_own(market: Market, firm):
    post_form(
        firm,
        f"{books(market)}?resource={market.stove.id}",
        resource=str(market.stove.id),
        slot="own",
        starts_at="2026-12-01T13:30",
        minutes="120",
    )

    booking = only_booking(market)
    assert (booking.starts_at, booking.ends_at) == (at("13:30", date(2026, 12, 1)), at("15:30", date(2026, 12, 1)))
    assert market.session.scalars(select(Claim.resource_id)).all() == [market.stove.id]


def test_the_loser_of_a_race_gets_409_and_the_three_nearest_times_and_keeps_everything(market: Market, firm):
    shown = page_of(firm.get(f"/bookings/new/{market.test.code}"))
    assert shown
    for _ in range(2):
        market.hold(slot("09:00", "10:00", DAY), by=market.rival)

    lost = post_form(firm, books(market), minutes="60", slot="own", starts_at="2026-11-25T09:00")

    assert lost.status_code == 409
    page = page_of(lost)
    assert page.select_one("#starts_at-notes .field__error")
    buttons = page.select("button[name=nearest]")
    assert len(buttons) == 3
    assert page.select_one("#starts_at")["value"] == "2026-11-25T09:00"
    data = {tag["name"]: tag.get("value", "") for tag in page.select("form.booking-form input[type=hidden]")}
    data |= {"minutes": "60", "resource": "0", "slot": "own", "starts_at": "2026-11-25T09:00"}

    won = firm.post(books(market), data=data | {"nearest": buttons[0]["value"]})

    assert won.status_code == 303
    market.session.rollback()
    booking = market.session.scalars(select(Booking).where(Booking.organisation_id == market.firm.id)).one()
    assert booking.starts_at == at("10:00", DAY)


def test_a_full_day_answers_409_with_the_next_days(market: Market, firm):
    market.request(making.Choice(day=DAY, quantity=8), market.test, by=market.rival)

    full = post_form(firm, f"/bookings/new/{market.test.code}", quantity="3", day="2026-11-25")

    assert full.status_code == 409
    page = page_of(full)
    assert "2" in page.select_one("#day-notes .field__error").text
    assert page.select_one("button[name=nearest]")["value"] == "2026-11-24"
    assert page.select_one("#quantity")["value"] == "3"


def test_every_broken_rule_is_told_at_once_and_nothing_is_lost(market: Market, firm):
    wrong = post_form(
        firm, books(market), minutes="240", slot="own", starts_at="2027-02-28T08:45", resource=str(market.bench.id)
    )

    page = page_of(wrong)
    assert len(page.select("#starts_at-notes .field__error")) == 3  # too far ahead, off the grid, closed
    assert page.select_one("#starts_at")["value"] == "2027-02-28T08:45"
    assert page.select_one("select[name=minutes] option[selected]")["value"] == "240"
    assert page.select_one(f"select[name=resource] option[value='{market.bench.id}']").has_attr("selected")
    assert how_many(market) == 0


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"quantity": "0"}, "quantity"),
        ({"quantity": "-1"}, "quantity"),
        ({"quantity": "1.5"}, "quantity"),
        ({"quantity": "11"}, "quantity"),
        ({"quantity": "99999999999"}, "quantity"),
        ({"quantity": ""}, "quantity"),
        ({"day": "own", "other_day": "2026-13-01"}, "other_day"),
        ({"day": "own", "other_day": ""}, "other_day"),
        ({"day": "2026-11-25", "other_day": "2026-11-26"}, "other_day"),
        ({"day": "rubbish"}, "other_day"),
        ({"urgency": "overnight"}, "urgency"),
        ({"extras": "gold"}, "extras"),
    ],
)
def test_what_cannot_be_read_is_told_beside_its_field(market: Market, firm, sent, field):
    address = f"/bookings/new/{market.test.code}"

    page = page_of(post_form(firm, address, **({"day": "2026-11-25"} | sent)))

    assert page.select_one(f"#{field}-notes .field__error")
    assert how_many(market) == 0


def test_full_width_digits_are_understood(market: Market, firm):
    post_form(firm, f"/bookings/new/{market.test.code}", quantity="３", day="2026-11-25")

    assert only_booking(market).quantity == 3


def test_looking_at_another_length_keeps_every_choice(market: Market, firm):
    looked = post_form(firm, f"/bookings/new/{market.test.code}", quantity="4", extras="english", look="1")

    assert looked.status_code == 303
    page = page_of(firm.get(looked.location))
    assert page.select_one("#quantity")["value"] == "4"
    assert page.select_one("input[name=extras]").has_attr("checked")
    assert "csrf" not in looked.location
    assert how_many(market) == 0


def test_rubbish_in_the_address_is_ignored(market: Market, client):
    for query in ("minutes=abc", "minutes=7", "resource=999999999999", "slot=x&starts_at=y", "quantity=²", "day=1"):
        for module in (market.hours, market.test, market.project):
            assert client.get(f"/bookings/new/{module.code}?{query}").status_code == 200


def test_sending_twice_books_once(market: Market, firm):
    page = page_of(firm.get(books(market)))
    data = {tag["name"]: tag.get("value", "") for tag in page.select("form.booking-form input[type=hidden]")}
    data |= {"minutes": "60", "resource": "0", "slot": "2026-11-25T09:00", "starts_at": ""}

    first, second = firm.post(books(market), data=data), firm.post(books(market), data=data)

    assert first.location == second.location
    booking = only_booking(market)
    address = f"/bookings/{booking.id}/confirm"
    page = page_of(firm.get(address))
    form = page.select_one("form[method=post] #contact_name").find_parent("form")
    data = {tag["name"]: tag.get("value", "") for tag in form.select("input")} | {"purpose": ""}
    first, second = firm.post(address, data=data), firm.post(address, data=data)
    assert first.location == second.location == f"/bookings/{booking.id}"
    assert how_many(market) == 1
    assert only_booking(market).no == "YY-20261124-0001"


def test_other_content_under_a_used_token_is_refused(market: Market, firm):
    page = page_of(firm.get(books(market)))
    data = {tag["name"]: tag.get("value", "") for tag in page.select("form.booking-form input[type=hidden]")}
    data |= {"minutes": "60", "resource": "0", "slot": "2026-11-25T09:00"}
    firm.post(books(market), data=data)

    assert firm.post(books(market), data=data | {"slot": "2026-11-25T10:00"}).status_code in {200, 409}
    assert how_many(market) == 1


def test_a_lapsed_hold_leads_back_to_the_same_choice(market: Market, firm):
    held = post_form(firm, books(market), minutes="90", slot="2026-11-25T09:00")
    with time_machine.travel(NOW + timedelta(minutes=14), tick=False):
        data = {"purpose": "来不及了"}
        shown = page_of(firm.get(held.location))
        form = shown.select_one("#contact_name").find_parent("form")
        data |= {tag["name"]: tag.get("value", "") for tag in form.select("input")}
    with time_machine.travel(NOW + timedelta(minutes=15), tick=False):
        late = firm.post(held.location, data=data)

        assert late.status_code == 409
        back = page_of(late).select_one("a[href*='/bookings/new/']")["href"]
        assert only_booking(market).no is None
        again = page_of(firm.get(back))
        assert again.select_one("select[name=minutes] option[selected]")["value"] == "90"
        assert again.select_one("input[name=slot][checked]")["value"] == "2026-11-25T09:00"
        assert firm.get(held.location).status_code == 409


def test_a_hold_is_given_back(market: Market, firm):
    held = post_form(firm, books(market), minutes="60", slot="2026-11-25T09:00")
    booking = only_booking(market)

    given = post_form(firm, held.location, action=f"/bookings/{booking.id}/abandon")

    assert given.status_code == 303
    assert only_booking(market).state is BookingState.CANCELLED
    assert how_many(market, Claim) == 0
    assert firm.get(held.location).location == f"/bookings/{booking.id}"


def test_a_stale_tab_of_another_organisation_is_refused(market: Market, firm, app, as_person):
    other = make_firm(market.session)
    join(market.session, market.agent, other)
    page = page_of(firm.get(books(market)))
    data = {tag["name"]: tag.get("value", "") for tag in page.select("form.booking-form input[type=hidden]")}
    data |= {"minutes": "60", "resource": "0", "slot": "2026-11-25T09:00", "acting_for": str(other.id)}

    refused = firm.post(books(market), data=data)

    assert refused.status_code == 200
    assert page_of(refused).select_one(".error-summary")
    assert how_many(market) == 0


def test_an_unverified_firm_is_told_so(market: Market, client, as_person):
    firm = make_firm(market.session, level=1, state=OrgState.SUBMITTED)
    browser = as_person(client, make_agent(market.session, firm), firm)
    page = page_of(browser.get(books(market)))
    assert page.select_one(".notice--warning")
    data = {tag["name"]: tag.get("value", "") for tag in page.select("form.booking-form input[type=hidden]")}

    refused = browser.post(books(market), data=data | {"minutes": "60", "resource": "0", "slot": "2026-11-25T09:00"})

    assert page_of(refused).select_one(".error-summary")


@pytest.mark.parametrize("role", [Role.ANALYST, Role.GOV_OFFICER, Role.BANK_USER])
def test_roles_that_do_not_book_are_forbidden(market: Market, client, as_person, role):
    firm = make_firm(market.session)
    browser = as_person(client, make_agent(market.session, firm, role), firm)
    token = page_of(browser.get("/bookings/new/" + market.hours.code))

    assert token.select_one("form.booking-form")["method"] == "get"
    assert browser.get("/bookings/1/confirm").status_code == 403


def test_a_paused_module_says_why_and_a_draft_does_not_exist(market: Market, client):
    market.hours.state, market.hours.state_reason = ModuleState.PAUSED, "设备检修"
    market.test.state = ModuleState.DRAFT
    market.session.commit()

    assert "设备检修" in client.get(books(market)).text
    assert client.get(f"/bookings/new/{market.test.code}").status_code == 404
    assert client.get("/bookings/new/NOPE").status_code == 404


def test_looking_changes_nothing(market: Market, firm):
    booking = market.hold(slot("09:00", "10:00", DAY))

    for address in (books(market), f"/bookings/{booking.id}/confirm"):
        assert firm.head(address).status_code == 200
        assert firm.get(address).status_code == 200
    assert firm.get(f"/bookings/{booking.id}/abandon").status_code == 405
    assert only_booking(market).state is BookingState.HELD
