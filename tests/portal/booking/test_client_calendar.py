"""Free and occupied for everybody; calendar files and private feeds for the firm."""

import pytest
from icalendar import Calendar
from sqlalchemy import select

from services.booking.models import CalendarFeed
from services.booking.operations import changing
from services.booking.placement import Choice
from services.organisations.models import Membership
from tests.factories.booking import Market, at, join, make_firm, slot
from tests.factories.booking_desk import DAY, NOW
from tests.factories.catalogue import make_module, make_resource, open_weekly
from tests.plumbing.reviewing import page_of, post_form


def events(response) -> list:
    return [part for part in Calendar.from_ical(response.data).walk() if part.name == "VEVENT"]


# The week


def test_everybody_sees_free_and_taken_but_never_who(market: Market, client):
    market.request(slot("09:00", "10:00", DAY), by=market.rival)

    response = client.get(f"/bookings/week/{market.bench.code}")
    page = page_of(client.get(f"/bookings/week/{market.stove.code}"))

    assert market.rival.name not in response.text + page.text
    assert market.rival_agent.name not in response.text + page.text
    assert len(page.select("td.week-grid__cell--busy")) == 2  # two steps of half an hour
    free = page.select_one(".week-grid__cell--free a")["href"]
    assert free.startswith(f"/bookings/new/{market.hours.code}?starts_at=2026-11-25T08:30")


def test_a_free_cell_leads_to_booking_that_time_there(market: Market, client):
    page = page_of(client.get(f"/bookings/week/{market.bench.code}?monday=2026-11-30"))

    chosen = page_of(client.get(page.select_one(".week-grid__cell--free a")["href"]))

    assert chosen.select_one("input[name=slot][checked]")["value"] == "2026-11-30T08:30"
    assert chosen.select_one("select[name=resource] option[selected]").text == "试验炉乙"


def test_weeks_go_from_this_one_to_the_horizon(market: Market, client):
    address = f"/bookings/week/{market.stove.code}"
    first = page_of(client.get(f"{address}?monday=2001-01-01"))
    last = page_of(client.get(f"{address}?monday=2099-12-31"))

    assert "11-23" in first.select_one(".week-grid").text
    assert not first.select("nav.toolbar a[href*='2026-11-16']")
    assert "01-18" in last.select_one(".week-grid").text
    assert client.get(f"{address}?monday=rubbish&module=nope").status_code == 200


def test_a_batch_shows_what_each_day_can_still_take(market: Market, client):
    market.request(Choice(day=DAY, quantity=8), market.test)

    page = page_of(client.get(f"/bookings/week/{market.bath.code}"))

    assert [cell.text.strip() for cell in page.select("td.week-grid__cell--free")][:2] == ["余 10", "余 2"]


def test_a_resource_nobody_can_book_has_no_week(market: Market, client):
    idle = make_resource(market.session, market.provider)
    market.session.commit()

    assert client.get(f"/bookings/week/{idle.code}").status_code == 404
    assert client.get("/bookings/week/nothing").status_code == 404


# Free times as JSON


def test_free_times_are_minutes_of_the_day(market: Market, client):
    market.request(slot("09:00", "10:00", DAY), by=market.rival)

    answer = client.get(f"/bookings/free-times?module={market.hours.code}&day=2026-11-25").json

    assert answer["day"] == "2026-11-25"
    assert answer["resources"] == [
        {"code": market.stove.code, "free": [[510, 540, 1], [600, 690, 1], [810, 1020, 1]]},
        {"code": market.bench.code, "free": [[510, 690, 1]]},
    ]


@pytest.mark.parametrize("query", ["day=1", "days=0", "days=8", "days=²", "days=99999999999", "day=2026-02-30"])
def test_free_times_refuse_what_cannot_be_meant(market: Market, client, query):
    assert client.get(f"/bookings/free-times?module={market.hours.code}&{query}").status_code == 400


def test_free_times_of_an_unknown_service_do_not_exist(market: Market, client):
    assert client.get("/bookings/free-times?module=nope").status_code == 404
    assert client.get("/bookings/free-times").status_code == 404


def test_free_times_of_two_hundred_resources_stay_small(market: Market, client, counted_queries):
    many = []
    for number in range(200):
        resource = make_resource(market.session, market.provider, policy=market.stove.policy, code=f"X-{number:03d}")
        open_weekly(market.session, resource, "08:30-11:30,13:30-17:00")
        many.append(resource)
    module = make_module(market.session, market.provider, booking_mode="slot", resources=many)
    market.session.commit()

    with counted_queries() as few:
        client.get(f"/bookings/free-times?module={market.hours.code}")
    with counted_queries() as statements:
        answer = client.get(f"/bookings/free-times?module={module.code}&day=2026-11-25")

    assert len(answer.json["resources"]) == 200
    assert len(answer.data) < 60_000
    assert len(statements) == len(few)


# Calendar files and feeds


def test_one_booking_as_a_calendar_file(market: Market, firm):
    booking = market.request(slot("09:00", "10:00", DAY))

    response = firm.get(f"/bookings/{booking.id}/booking.ics")

    assert response.mimetype == "text/calendar"
    assert f"{booking.no}.ics" in response.headers["Content-Disposition"]
    (event,) = events(response)
    assert event["uid"] == f"booking-{booking.id}@localhost"
    assert (event["dtstart"].dt, event["dtend"].dt) == (at("09:00", DAY), at("10:00", DAY))
    assert event["status"] == "TENTATIVE"


def made_feed(browser) -> str:
    """Make a feed and return the path that was shown."""
    shown = page_of(post_form(browser, "/bookings/feeds", action="/bookings/feeds"))
    return shown.select_one("input[readonly]")["value"].removeprefix("http://localhost")


def test_a_feed_is_shown_once_and_shows_the_bookings_without_signing_in(market: Market, firm, app):
    booking = market.request(slot("09:00", "10:00", DAY))
    market.request(slot("10:00", "11:00", DAY), by=market.rival)
    address = made_feed(firm)

    token = address.removeprefix("/bookings/feed/").removesuffix(".ics")
    assert len(token) == 43  # 256 bits
    assert token not in firm.get("/bookings/feeds").text
    (event,) = events(app.test_client().get(address))
    assert booking.no in event["description"]

    changing.cancel(market.work(), booking.id)
    market.session.commit()
    (event,) = events(app.test_client().get(address))
    assert event["status"] == "CANCELLED"


def test_sending_the_form_twice_makes_one_feed(market: Market, firm):
    page = page_of(firm.get("/bookings/feeds"))
    data = {tag["name"]: tag.get("value", "") for tag in page.select("form[method=post] input[type=hidden]")}

    assert firm.post("/bookings/feeds", data=data).status_code == 200
    assert firm.post("/bookings/feeds", data=data).location == "/bookings/feeds"
    market.session.rollback()
    assert len(market.session.scalars(select(CalendarFeed)).all()) == 1


def test_a_revoked_feed_and_an_unknown_one_are_alike(market: Market, firm):
    address = made_feed(firm)
    feed_id = market.session.scalars(select(CalendarFeed.id)).one()

    revoked = post_form(firm, "/bookings/feeds", action=f"/bookings/feeds/{feed_id}/revoke")

    assert revoked.status_code == 303
    gone, unknown = firm.get(address), firm.get("/bookings/feed/nothing.ics")
    assert gone.status_code == unknown.status_code == 404
    assert gone.data == unknown.data
    assert firm.get("/bookings/feed/" + "Ａ" * 40 + ".ics").status_code == 404
    assert firm.get("/bookings/feed/" + "a" * 5000 + ".ics").status_code == 404


def test_a_feed_dies_with_the_membership(market: Market, firm, app):
    address = made_feed(firm)
    other = make_firm(market.session)
    join(market.session, market.agent, other)
    market.session.commit()
    assert app.test_client().get(address).status_code == 200

    statement = select(Membership).where(
        Membership.person_id == market.agent.id, Membership.organisation_id == market.firm.id
    )
    market.session.scalars(statement).one().ended_at = NOW
    market.session.commit()

    assert app.test_client().get(address).status_code == 404


def test_nobody_revokes_or_sees_the_feed_of_another(market: Market, firm, app, as_person):
    address = made_feed(firm)
    feed_id = market.session.scalars(select(CalendarFeed.id)).one()
    market.session.rollback()
    stranger = as_person(app.test_client(), market.rival_agent, market.rival)
    page = page_of(stranger.get("/bookings/feeds"))
    data = {tag["name"]: tag.get("value", "") for tag in page.select("form[method=post] input[type=hidden]")}

    assert not page.select("tbody tr")
    assert stranger.post(f"/bookings/feeds/{feed_id}/revoke", data=data).status_code == 404
    assert firm.get(address).status_code == 200


def test_the_eleventh_feed_is_refused(market: Market, firm):
    for _ in range(10):
        made_feed(firm)

    refused = page_of(post_form(firm, "/bookings/feeds", action="/bookings/feeds"))

    assert refused.select_one(".error-summary")
    assert not refused.select_one("input[readonly]")
