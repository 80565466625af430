"""Staff enter a booking for a firm, which accepts it."""

import pytest
from sqlalchemy import select

from services.booking.models import Booking, BookingState
from services.core.permissions import Role
from services.organisations.models import OrgState
from tests.factories.booking import Market, make_agent, make_firm, slot
from tests.factories.booking_desk import DAY
from tests.plumbing.reviewing import page_of, post_form

S = BookingState


def url(market: Market, module=None, **more) -> str:
    query = "".join(f"&{name}={value}" for name, value in more.items())
    return f"/bookings/desk/new?firm={market.firm.id}&module={(module or market.hours).id}{query}"


def only(market: Market) -> Booking | None:
    market.session.rollback()
    return market.session.scalars(select(Booking)).one_or_none()


def test_a_firm_is_found_by_name_or_code_among_the_verified(market: Market, desk):
    market.firm.credit_code = "91321023MA1XABCD0X"
    unverified = make_firm(market.session, "示例·未认证厂", level=1, state=OrgState.SUBMITTED)
    market.session.commit()

    def found(words: str) -> set[str]:
        page = page_of(desk.get("/bookings/desk/new", query_string={"q": words}))
        return {row.td.get_text(strip=True) for row in page.select("tbody tr")}

    assert found(market.firm.name[3:]) == {market.firm.name}
    assert found("91321023ma1x") == {market.firm.name}
    assert found(unverified.name) == set()
    assert found("%") == set()
    assert desk.get(f"/bookings/desk/new?firm={unverified.id}").status_code == 404
    assert desk.get(f"/bookings/desk/new?firm={market.provider.id}").status_code == 404


def test_then_the_service_then_the_time(market: Market, desk):
    modules = page_of(desk.get(f"/bookings/desk/new?firm={market.firm.id}"))
    form = page_of(desk.get(url(market, minutes=90)))

    assert {link["href"] for link in modules.select("tbody a")} == {
        f"/bookings/desk/new?firm={market.firm.id}&module={one.id}"
        for one in (market.hours, market.test, market.project)
    }
    assert len(form.select("input[name=other]")) == 9
    assert "09:00–10:30" in form.select("input[name=other]")[0].find_next("label").text
    assert form.select_one("#contact_name")["value"] == "周厂长"
    assert [option.text for option in form.select("#booked_for option")] == [market.agent.name]


def test_an_offered_time_is_prepared_and_the_firm_accepts(market: Market, desk, app, as_person):
    offered = page_of(desk.get(url(market))).select("input[name=other]")[0]["value"]

    answer = post_form(desk, url(market), other=offered, purpose="电话预约")

    booking = only(market)
    assert answer.status_code == 303
    assert answer.location == f"/bookings/desk/{booking.id}"
    assert (booking.state, booking.on_behalf, booking.booked_by_id) == (S.PROPOSED, True, market.agent.id)
    firm = as_person(app.test_client(), market.agent, market.firm)
    assert post_form(firm, f"/bookings/{booking.id}", action=f"/bookings/{booking.id}/accept").status_code == 303
    assert only(market).state is S.CONFIRMED


def test_sending_twice_prepares_once(market: Market, desk):
    page = page_of(desk.get(url(market)))
    form = next(one for one in page.find_all("form") if one.find(attrs={"name": "booked_for"}))
    data = {one["name"]: one.get("value", "") for one in form.find_all("input") if one.get("type") == "hidden"}
    data |= {"booked_for": market.agent.id, "other": "own", "starts_at": "2026-11-25T09:00", "quantity": "1"}

    answers = [desk.post(url(market), data=data) for _ in range(2)]

    assert [one.status_code for one in answers] == [303, 303]
    assert answers[0].location == answers[1].location
    assert only(market)


def test_the_rules_are_set_aside_with_a_reason_only(market: Market, desk):
    evening = {"other": "own", "starts_at": "2026-11-25T18:00", "ends_at": "2026-11-25T20:00"}

    refused = post_form(desk, url(market), **evening)
    silent = post_form(desk, url(market), **evening, overrides="y")
    done = post_form(desk, url(market), **evening, overrides="y", override_reason="急件")

    assert [refused.status_code, silent.status_code, done.status_code] == [409, 409, 303]
    assert page_of(refused).select_one("#ends_at")["value"] == "2026-11-25T20:00"
    assert page_of(silent).select_one("#override_reason-notes .field__error")
    booking = only(market)
    assert booking.override_reason == "急件"
    assert booking.ends_at == slot("18:00", "20:00", DAY).ends_at


def test_a_taken_time_is_refused_and_nothing_typed_is_lost(market: Market, desk):
    for resource in (market.stove, market.bench):
        market.request(slot("09:00", "10:00", DAY, resource_id=resource.id), by=market.rival)

    own = {"other": "own", "starts_at": "2026-11-25T09:00", "purpose": "电话预约"}
    answer = post_form(desk, url(market), **own, overrides="y", override_reason="急件")

    page = page_of(answer)
    assert answer.status_code == 409
    assert page.select_one("#starts_at-notes .field__error")
    assert page.select_one("#purpose").text.strip() == "电话预约"


def test_a_batch_is_entered_by_day_and_a_project_without(market: Market, desk):
    batch = post_form(desk, url(market, market.test), day="2026-11-25", quantity="3", extras=["english"])
    project = post_form(desk, url(market, market.project), purpose="配方")

    assert [batch.status_code, project.status_code] == [303, 303]
    market.session.rollback()
    made = market.session.scalars(select(Booking).order_by(Booking.id)).all()
    assert [one.quantity for one in made] == [3, 1]
    assert made[0].extras == ["english"]


def test_every_mistake_is_told_at_once(market: Market, desk):
    answer = post_form(
        desk, url(market, market.test), day="bald", quantity="0", contact_phone="12", purpose="长" * 1001
    )

    wrong = {one["id"] for one in page_of(answer).select(".field__notes") if one.select(".field__error")}
    assert answer.status_code == 400
    assert wrong == {"day-notes", "quantity-notes", "contact_phone-notes", "purpose-notes"}


def test_nobody_of_another_firm_can_be_named(market: Market, desk):
    answer = post_form(desk, url(market), other="own", starts_at="2026-11-25T09:00", booked_for=market.rival_agent.id)

    assert answer.status_code == 400
    assert only(market) is None


def test_a_firm_without_people_cannot_be_booked_for(market: Market, desk):
    lonely = make_firm(market.session)
    market.session.commit()

    page = page_of(desk.get(f"/bookings/desk/new?firm={lonely.id}&module={market.hours.id}"))

    assert page.select_one(".notice--warning")
    assert not page.select("#booked_for")


@pytest.mark.parametrize("query", ["firm=x", "firm=99999999999", "firm=-1", "q=%00", "q=" + "长" * 500])
def test_odd_addresses_show_the_search(market: Market, desk, query):
    assert page_of(desk.get(f"/bookings/desk/new?{query}")).select_one("#q")


def test_a_module_of_another_centre_is_not_found(market: Market, stranger):
    assert stranger.get(url(market)).status_code == 404


def test_who_only_runs_bookings_enters_none(market: Market, client, as_person):
    analyst = make_agent(market.session, market.provider.organisation, Role.ANALYST)
    as_person(client, analyst, market.provider.organisation)

    assert client.get("/bookings/desk/new").status_code == 403
