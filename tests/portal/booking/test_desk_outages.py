"""Closing a resource over bookings with every fate, ending early, and less capacity."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from services.booking.claims import claims_of
from services.booking.models import Booking, BookingState, Outage
from services.booking.operations.outages import enter_outage
from services.booking.placement import Choice
from services.booking.rules import Span
from services.catalogue.models import CapacityKind, Resource
from services.core import clock
from tests.factories.booking import Market, again, slot
from tests.factories.booking_desk import DAY, in_state, nine
from tests.plumbing.reviewing import fields_of, form_of, page_of, post_form

S = BookingState
MORNING = {"starts_at": "2026-11-25T08:00", "ends_at": "2026-11-25T12:00", "reason": "年度检定", "kind": "calibration"}


def new_url(market: Market, resource: Resource | None = None) -> str:
    return f"/bookings/desk/outages/new?resource={(resource or market.stove).id}"


def outages(market: Market) -> int:
    market.session.rollback()
    return market.session.scalar(select(func.count()).select_from(Outage))


def decide(desk, url: str, shown, **data):
    """Send the form on the page ``shown`` as it stands with what is decided on top."""
    return desk.post(url, data=fields_of(form_of(page_of(shown), holding={"ends_at"})) | data)


def fates(booking: Booking, fate: str, **more) -> dict[str, str]:
    return {f"b{booking.id}-{name}": value for name, value in ({"fate": fate} | more).items()}


@pytest.fixture
def three(market: Market) -> list[Booking]:
    """Three confirmed bookings of the stove in one morning; the bench is taken at nine as well."""
    times = [("08:30", "09:00"), ("09:00", "10:00"), ("10:00", "11:00")]
    made = [in_state(market, S.CONFIRMED, slot(*one, DAY, resource_id=market.stove.id)) for one in times]
    in_state(market, S.CONFIRMED, nine(resource_id=market.bench.id))
    return made


def test_a_free_time_is_closed_at_once(market: Market, desk):
    answer = post_form(desk, new_url(market), **MORNING)

    assert answer.status_code == 303
    assert outages(market) == 1
    assert "年度检定" in page_of(desk.get(answer.location)).text


def test_bookings_that_are_hit_are_listed_and_nothing_happens_before_each_is_decided(market: Market, desk, three):
    url = new_url(market)

    asked = post_form(desk, url, **MORNING)
    half = decide(desk, url, asked, **fates(three[0], "cancel"))

    page = page_of(half)
    assert [asked.status_code, half.status_code] == [409, 409]
    assert len(page.select("fieldset.fate")) == 3
    assert page.select_one("#reason")["value"] == "年度检定"
    assert page.select_one(f"input[name=b{three[0].id}-fate][value=cancel]").has_attr("checked")
    assert len(page.select("fieldset.fate > .field__error")) == 2
    assert outages(market) == 0
    assert all(again(market, one).state is S.CONFIRMED for one in three)


def test_each_booking_gets_its_fate(market: Market, desk, three):
    url = new_url(market)
    asked = post_form(desk, url, **MORNING)
    moved, cancelled, later = three

    done = decide(desk, url, asked, **fates(moved, "move"), **fates(cancelled, "cancel"), **fates(later, "later"))

    assert done.status_code == 303
    assert [again(market, one).state for one in three] == [S.CONFIRMED, S.CANCELLED, S.DISPLACED]
    market.session.refresh(cancelled.order)
    assert cancelled.order.due_fen == 0
    assert claims_of(market.session, moved.id)[0][0] == market.bench.id
    assert outages(market) == 1


def test_no_free_time_is_proposed_twice(market: Market, desk, three):
    page = page_of(post_form(desk, new_url(market), **MORNING))

    offered = [hidden["value"] for hidden in page.select("input[name$=-offered]")]

    assert len(offered) == len(set(offered)) == 3
    assert f"{market.bench.id}@2026-11-25T08:30" == offered[0]
    assert all(not one.startswith(f"{market.stove.id}@2026-11-25T0") for one in offered)


def test_a_time_agreed_on_stays_when_something_else_is_missing(market: Market, desk, three):
    url = new_url(market)
    asked = post_form(desk, url, **MORNING)
    offered = page_of(asked).select_one(f"input[name=b{three[1].id}-offered]")["value"]

    again_asked = decide(desk, url, asked, reason="", **fates(three[1], "move"), **fates(three[0], "later"))

    page = page_of(again_asked)
    assert again_asked.status_code in {400, 409}
    assert page.select_one(f"input[name=b{three[1].id}-offered]")["value"] == offered
    assert page.select_one(f"input[name=b{three[1].id}-fate][value=move]").has_attr("checked")


def test_own_times_are_checked_against_each_other_and_told_beside_the_booking(market: Market, desk, three):
    url = new_url(market)
    asked = post_form(desk, url, **MORNING)
    afternoon = fates(three[1], "own", starts_at="2026-11-25T13:30")
    same = fates(three[2], "own", starts_at="2026-11-25T14:00")

    clash = decide(desk, url, asked, **fates(three[0], "later"), **afternoon, **same)
    shape = decide(desk, url, asked, **fates(three[0], "own", starts_at="bald"), **afternoon, **same)
    other = fates(three[2], "own", starts_at="2026-11-25T14:30")
    done = decide(desk, url, clash, **fates(three[0], "later"), **afternoon, **other)

    page = page_of(clash)
    assert [clash.status_code, shape.status_code, done.status_code] == [409, 409, 303]
    assert page.select_one(f"#booking-{three[2].id} .field__error")
    assert not page.select_one(f"#booking-{three[1].id} .field__error")
    assert page.select_one(f"#b{three[2].id}-starts_at")["value"] == "2026-11-25T14:00"
    assert page_of(shape).select_one(f"#b{three[0].id}-starts_at")["value"] == "bald"
    assert again(market, three[2]).starts_at == slot("14:30", "15:30", DAY).starts_at


def test_an_offered_time_that_somebody_took_meanwhile_is_asked_for_again(market: Market, desk, three):
    url = new_url(market)
    asked = post_form(desk, url, **MORNING)
    market.request(slot("08:30", "09:00", DAY, resource_id=market.bench.id), by=market.rival)

    answer = decide(desk, url, asked, **{key: v for one in three for key, v in fates(one, "move").items()})

    page = page_of(answer)
    assert answer.status_code == 409
    assert page.select_one(f"#booking-{three[0].id} .field__error")
    assert outages(market) == 0
    assert page.select_one(f"input[name=b{three[0].id}-offered]")["value"] != f"{market.bench.id}@2026-11-25T08:30"


def test_a_booking_made_meanwhile_is_asked_about_as_well(market: Market, desk, three):
    url = new_url(market)
    asked = post_form(desk, url, **MORNING)
    late = market.request(slot("11:00", "11:30", DAY, resource_id=market.stove.id), by=market.rival)

    answer = decide(desk, url, asked, **{key: v for one in three for key, v in fates(one, "later").items()})

    assert answer.status_code == 409
    assert page_of(answer).select_one(f"#booking-{late.id} > .field__error")
    assert outages(market) == 0


def test_one_unit_is_closed_and_only_its_booking_is_hit(market: Market, desk):
    market.stove.units = 2
    market.session.commit()
    first, second = (in_state(market, S.CONFIRMED, nine(resource_id=market.stove.id)) for _ in range(2))

    page = page_of(post_form(desk, new_url(market), **MORNING, unit="2"))

    assert [one["id"] for one in page.select("fieldset.fate")] == [f"booking-{second.id}"]
    assert first.id != second.id


def test_a_batch_moves_to_another_day(market: Market, desk):
    booking = market.request(Choice(day=DAY, quantity=4), market.test)
    url = new_url(market, market.bath)

    asked = post_form(desk, url, **MORNING)
    own = decide(desk, url, asked, **fates(booking, "own", day="2026-11-25"))
    done = decide(desk, url, asked, **fates(booking, "move"))

    assert page_of(asked).select_one("input[name$=-offered]")["value"] in {"2026-11-24", "2026-11-26"}
    assert [own.status_code, done.status_code] == [409, 303]
    assert again(market, booking).starts_at in {clock.at(DAY + timedelta(days=step), 0) for step in (-1, 1)}


def test_who_is_there_now_stays_on_record(market: Market, desk):
    booking = in_state(market, S.IN_USE)

    answer = post_form(desk, new_url(market), **MORNING)

    assert answer.status_code == 303
    assert again(market, booking).state is S.IN_USE


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"ends_at": "2026-11-25T08:00"}, "ends_at"),
        ({"starts_at": ""}, "starts_at"),
        ({"ends_at": "nie"}, "ends_at"),
        ({"kind": "holiday"}, "kind"),
    ],
)
def test_what_is_wrong_is_told_beside_its_field(market: Market, desk, wrong, field):
    answer = post_form(desk, new_url(market), **(MORNING | wrong))

    assert answer.status_code in {400, 409}
    assert page_of(answer).select_one(f"#{field}-notes .field__error")
    assert outages(market) == 0


def test_two_outages_do_not_overlap(market: Market, desk):
    post_form(desk, new_url(market), **MORNING)

    assert post_form(desk, new_url(market), **MORNING).status_code == 409
    assert outages(market) == 1


def test_the_resource_is_chosen_first(market: Market, desk):
    page = page_of(desk.get("/bookings/desk/outages/new"))

    assert len(page.select("select[name=resource] option")) == 3


def test_an_outage_is_ended_early_and_the_time_is_free_again(market: Market, desk):
    span = Span(clock.at(DAY, 8 * 60), clock.at(DAY, 12 * 60))
    outage = enter_outage(market.staff(), resource_id=market.stove.id, span=span, kind="breakdown", reason="断丝")
    market.session.commit()

    answer = post_form(desk, "/bookings/desk/outages", action=f"/bookings/desk/outages/{outage.id}/end")

    assert answer.status_code == 303
    market.session.rollback()  # a new look at what the request has left
    assert market.hold(nine(resource_id=market.stove.id))
    assert not page_of(desk.get("/bookings/desk/outages")).select("form[action$='/end']")


def test_capacity_shrinks_only_when_no_booking_is_in_the_way(market: Market, desk):
    market.stove.units = 3
    market.session.commit()
    for _ in range(3):
        in_state(market, S.CONFIRMED, nine(resource_id=market.stove.id))
    url = f"/bookings/desk/resources/{market.stove.id}/capacity"

    refused = post_form(desk, url, units="2")
    grown = post_form(desk, url, units="4")

    assert [refused.status_code, grown.status_code] == [409, 303]
    assert len(page_of(refused).select("tbody tr")) == 1
    market.session.rollback()
    market.session.refresh(market.stove)
    assert market.stove.units == 4


@pytest.mark.parametrize("units", ["", "0", "501", "x", "1.5"])
def test_a_capacity_that_is_none_is_refused(market: Market, desk, units):
    assert post_form(desk, f"/bookings/desk/resources/{market.stove.id}/capacity", units=units).status_code == 400


def test_the_capacity_of_a_batch_is_a_quantity(market: Market, desk):
    market.request(Choice(day=DAY, quantity=8), market.test)
    url = f"/bookings/desk/resources/{market.bath.id}/capacity"

    assert post_form(desk, url, daily_capacity="7").status_code == 409
    assert post_form(desk, url, daily_capacity="8").status_code == 303
    assert market.bath.capacity_kind is CapacityKind.BATCH


def test_another_centre_closes_nothing(market: Market, stranger):
    span = Span(clock.at(DAY, 8 * 60), clock.at(DAY, 12 * 60))
    outage = enter_outage(market.staff(), resource_id=market.stove.id, span=span, kind="breakdown", reason="断丝")
    market.session.commit()
    token = page_of(stranger.get("/bookings/desk/outages")).select_one("input[name=csrf_token]")["value"]
    data = {"csrf_token": token, **MORNING, "units": "9"}

    for url in (new_url(market), f"/bookings/desk/resources/{market.stove.id}/capacity"):
        assert stranger.get(url).status_code == 404
        assert stranger.post(url, data=data).status_code == 404
    assert stranger.post(f"/bookings/desk/outages/{outage.id}/end", data=data).status_code == 404
    assert "断丝" not in stranger.get("/bookings/desk/outages").text
    market.session.rollback()
    market.session.refresh(outage)
    assert outage.ended_at is None
