"""What staff do with one booking: every action in every state, two clerks, other centres, what is refused."""

import io
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from services.booking.claims import claims_of
from services.booking.models import Booking, BookingEvent, BookingState
from services.booking.placement import Choice
from services.core.audit import AuditEntry
from services.core.permissions import Role
from tests.factories.booking import Market, again, make_agent, slot
from tests.factories.booking_desk import DAY, NOW, confirm, in_state, nine
from tests.plumbing.reviewing import page_of, post_form

S = BookingState
LATER = {"other": "own", "starts_at": "2026-11-26T09:00", "reason": "调整"}
ACTIONS = {
    "confirm": ({}, {S.REQUESTED: S.CONFIRMED}),
    "reject": ({"reason": "设备满"}, {S.REQUESTED: S.REJECTED}),
    "cancellation": (
        {"reason": "停电"},
        dict.fromkeys((S.REQUESTED, S.PROPOSED, S.CONFIRMED, S.DISPLACED), S.CANCELLED),
    ),
    "check-in": ({}, {S.CONFIRMED: S.IN_USE}),
    "completion": ({"delivery_note": "已出报告"}, {S.IN_USE: S.COMPLETED}),
    "no-show": ({}, {S.CONFIRMED: S.NO_SHOW}),
    "move": (LATER, {S.REQUESTED: S.REQUESTED, S.CONFIRMED: S.CONFIRMED, S.DISPLACED: S.CONFIRMED}),
}


def sent(client, url: str, data: dict):
    """Post with the hidden fields of the desk's first page that has any."""
    page = page_of(client.get("/bookings/desk/outages"))
    token = page.select_one("input[name=csrf_token]")["value"]
    return client.post(url, data={"csrf_token": token, **data})


def traces(market: Market) -> tuple[int, int]:
    market.session.rollback()
    return tuple(market.session.scalar(select(func.count()).select_from(table)) for table in (BookingEvent, AuditEntry))


LEGAL = [(action, state) for action, (_, legal) in ACTIONS.items() for state in legal]


@pytest.fixture
def an_hour_after_the_start(market: Market, client, as_person, clock_hands):
    """Return a function that brings a booking into a state and lets the clerk in an hour after its start."""

    def come(state: BookingState) -> Booking:
        booking = in_state(market, state)
        clock_hands.move_to(NOW + timedelta(days=1, hours=2))
        as_person(client, market.clerk, market.provider.organisation)
        return booking

    return come


@pytest.mark.parametrize(("action", "state"), LEGAL)
def test_every_action_leads_where_the_table_says(market: Market, client, an_hour_after_the_start, action, state):
    booking = an_hour_after_the_start(state)
    data, legal = ACTIONS[action]

    response = sent(client, f"/bookings/desk/{booking.id}/{action}", data)

    assert response.status_code == 303, page_of(response).get_text(" ", strip=True)[-600:]
    assert again(market, booking).state is legal[state]


@pytest.mark.parametrize("state", list(S))
def test_every_other_action_is_refused_and_changes_nothing(market: Market, client, an_hour_after_the_start, state):
    booking = an_hour_after_the_start(state)
    before = traces(market)

    for action, (data, legal) in ACTIONS.items():
        if state not in legal:
            response = sent(client, f"/bookings/desk/{booking.id}/{action}", data)
            assert response.status_code == 409, action
    assert again(market, booking).state is state
    assert traces(market) == before


@pytest.mark.parametrize("state", list(S))
def test_the_page_of_every_state_shows_only_what_can_be_done(market: Market, desk, state):
    booking = in_state(market, state)

    page = page_of(desk.get(f"/bookings/desk/{booking.id}"))

    offered = {form["action"].rsplit("/", 1)[-1] for form in page.select(".summary-box form")}
    possible = {action for action, (_, legal) in ACTIONS.items() if state in legal} - {"move", "no-show"}
    assert offered == possible - ({"cancellation"} if state is S.REQUESTED else set())
    assert bool(page.select(".summary-box a[href$=move]")) == (state in ACTIONS["move"][1])


def test_everything_about_a_booking_is_on_its_page(market: Market, desk):
    booking = in_state(market, S.CONFIRMED)

    page = page_of(desk.get(f"/bookings/desk/{booking.id}"))

    assert page.select_one('a[href="tel:13800000009"]')
    text = page.get_text(" ", strip=True)
    for part in ("试样", "周厂长", "试验炉甲", "¥200.00", market.agent.name, market.clerk.name, market.firm.name):
        assert part in text


def test_the_second_of_two_clerks_sees_what_the_first_has_done(market: Market, desk, app, as_person):
    booking = in_state(market, S.REQUESTED)
    colleague = make_agent(market.session, market.provider.organisation, Role.LAB_CLERK, name="钱受理")
    other = as_person(app.test_client(), colleague, market.provider.organisation)
    url = f"/bookings/desk/{booking.id}"
    forms = {name: page_of(one.get(url)) for name, one in (("first", other), ("second", desk))}

    first = other.post(f"{url}/reject", data=_filled(forms["first"], "/reject", reason="当天停电"))
    second = desk.post(f"{url}/confirm", data=_filled(forms["second"], "/confirm"))

    assert first.status_code == 303
    assert second.status_code == 409
    text = page_of(second).get_text(" ", strip=True)
    assert "钱受理" in text
    assert "当天停电" in text
    assert again(market, booking).state is S.REJECTED


def _filled(page, ending: str, **data) -> dict:
    form = next(one for one in page.find_all("form") if one.get("action", "").endswith(ending))
    return {one["name"]: one.get("value", "") for one in form.find_all("input")} | data


def test_the_same_click_twice_confirms_once_and_is_answered_alike(market: Market, desk):
    booking = in_state(market, S.REQUESTED)
    url = f"/bookings/desk/{booking.id}"
    data = _filled(page_of(desk.get(url)), "/confirm")

    answers = [desk.post(f"{url}/confirm", data=data) for _ in range(2)]

    assert [one.status_code for one in answers] == [303, 303]
    assert answers[0].location == answers[1].location
    assert [event.kind for event in again(market, booking).events].count("confirm") == 1


def test_a_reason_is_asked_for_and_what_was_typed_is_kept(market: Market, desk):
    booking = in_state(market, S.REQUESTED)

    empty = post_form(desk, f"/bookings/desk/{booking.id}", action=f"/bookings/desk/{booking.id}/reject", reason="  ")
    long = post_form(
        desk, f"/bookings/desk/{booking.id}", action=f"/bookings/desk/{booking.id}/reject", reason="长" * 301
    )

    assert empty.status_code == 400
    assert page_of(empty).select_one("#reject-reason-notes .field__error")
    assert page_of(long).select_one("#reject-reason")["value"] == "长" * 301
    assert again(market, booking).state is S.REQUESTED


def test_a_no_show_is_recorded_after_the_grace_time_only(market: Market, client, as_person, clock_hands):
    booking = in_state(market, S.CONFIRMED)
    clock_hands.move_to(booking.starts_at + timedelta(minutes=5))
    as_person(client, market.clerk, market.provider.organisation)

    early = sent(client, f"/bookings/desk/{booking.id}/no-show", {})

    assert early.status_code == 409
    assert again(market, booking).state is S.CONFIRMED


def test_a_booking_is_completed_with_a_file_that_both_sides_can_fetch(market: Market, desk, app, as_person):
    booking = in_state(market, S.IN_USE)
    file = (io.BytesIO(b"%PDF-1.4\nreport\n%%EOF\n"), "检测报告.pdf")

    done = post_form(desk, f"/bookings/desk/{booking.id}", delivery_note="报告两份", file=file)

    assert done.status_code == 303
    assert again(market, booking).delivery_note == "报告两份"
    fetched = desk.get(f"/bookings/desk/{booking.id}/file")
    assert fetched.data.startswith(b"%PDF-")
    assert "attachment" in fetched.headers["Content-Disposition"]
    client = as_person(app.test_client(), market.agent, market.firm)
    assert client.get(f"/bookings/{booking.id}/file").data == fetched.data


def test_a_file_of_another_kind_is_refused_and_the_note_kept(market: Market, desk):
    booking = in_state(market, S.IN_USE)
    file = (io.BytesIO(b"<html>report</html>"), "report.pdf")

    answer = post_form(desk, f"/bookings/desk/{booking.id}", delivery_note="报告两份", file=file)

    page = page_of(answer)
    assert answer.status_code == 409
    assert page.select_one("#complete-file-notes .field__error")
    assert page.select_one("#complete-delivery_note").text.strip() == "报告两份"
    assert again(market, booking).state is S.IN_USE


def test_without_a_file_there_is_none_to_fetch(market: Market, desk):
    assert desk.get(f"/bookings/desk/{in_state(market, S.COMPLETED).id}/file").status_code == 404


def test_a_booking_is_moved_to_an_offered_time(market: Market, desk):
    booking = in_state(market, S.CONFIRMED)
    url = f"/bookings/desk/{booking.id}/move"
    offered = page_of(desk.get(url)).select("input[name=other]")

    moved = post_form(desk, url, other=offered[0]["value"], reason="设备校准")

    assert moved.status_code == 303
    after = again(market, booking)
    key, _, start = offered[0]["value"].partition("@")
    assert claims_of(market.session, booking.id)[0][0] == int(key)
    assert f"{after.starts_at + timedelta(hours=8):%Y-%m-%dT%H:%M}" == start
    assert after.state is S.CONFIRMED


def test_a_move_needs_a_time_and_a_reason_and_tells_both(market: Market, desk):
    booking = in_state(market, S.CONFIRMED)

    answer = post_form(desk, f"/bookings/desk/{booking.id}/move", other="own", starts_at="", reason="")

    page = page_of(answer)
    assert answer.status_code == 400
    assert page.select_one("#starts_at-notes .field__error")
    assert page.select_one("#reason-notes .field__error")


def test_a_move_outside_the_rules_needs_the_override_and_never_takes_what_is_taken(market: Market, desk):
    booking = in_state(market, S.CONFIRMED)
    market.request(slot("10:00", "11:00", DAY, resource_id=market.stove.id))
    market.request(slot("10:00", "11:00", DAY, resource_id=market.bench.id))
    url, evening = (
        f"/bookings/desk/{booking.id}/move",
        {"other": "own", "starts_at": "2026-11-25T18:00", "reason": "急"},
    )

    refused = post_form(desk, url, **evening)
    taken = post_form(desk, url, other="own", starts_at="2026-11-25T10:00", reason="急", overrides="y")
    moved = post_form(desk, url, **evening, overrides="y")

    assert (refused.status_code, taken.status_code, moved.status_code) == (409, 409, 303)
    assert page_of(refused).select_one("#starts_at")["value"] == "2026-11-25T18:00"
    assert again(market, booking).starts_at == slot("18:00", "19:00", DAY).starts_at


def test_a_batch_booking_moves_by_day_and_a_project_not_at_all(market: Market, desk):
    batch = market.request(Choice(day=DAY, quantity=3), market.test)
    project = market.request(Choice(), market.project)
    url = f"/bookings/desk/{batch.id}/move"

    moved = post_form(desk, url, other="own", day="2026-11-27", reason="设备校准")

    assert moved.status_code == 303
    assert again(market, batch).starts_at.date().isoformat() == "2026-11-26"  # midnight in Shanghai
    assert desk.get(f"/bookings/desk/{project.id}/move").status_code == 409


@pytest.mark.parametrize("bad", ["999999@2026-11-26T09:00", "x@y", "@", "1@2026-13-01T09:00", "²@2026-11-26T09:00"])
def test_a_time_that_was_not_offered_moves_nothing(market: Market, desk, bad):
    booking = in_state(market, S.CONFIRMED)

    answer = post_form(desk, f"/bookings/desk/{booking.id}/move", other=bad, reason="急")

    assert answer.status_code in {400, 409}
    assert again(market, booking).starts_at == nine().starts_at


GETS = ("", "/move", "/file")
POSTS = (*ACTIONS, "price")


def test_another_centre_finds_nothing_and_changes_nothing(market: Market, stranger):
    booking = in_state(market, S.CONFIRMED)
    before = traces(market)

    for path in GETS:
        assert stranger.get(f"/bookings/desk/{booking.id}{path}").status_code == 404, path
    for path in POSTS:
        data = {"reason": "x", "due": "1", "was": "20000", **LATER}
        assert sent(stranger, f"/bookings/desk/{booking.id}/{path}", data).status_code == 404, path
    assert traces(market) == before


def test_a_firm_has_no_desk(market: Market, client, as_person):
    booking = in_state(market, S.CONFIRMED)
    as_person(client, market.agent, market.firm)

    assert client.get(f"/bookings/desk/{booking.id}").status_code == 403
    assert client.get("/bookings/desk").status_code == 403


def test_an_analyst_runs_bookings_but_decides_nothing(market: Market, client, as_person):
    analyst = make_agent(market.session, market.provider.organisation, Role.ANALYST)
    booking, request = in_state(market, S.CONFIRMED), market.request(slot("10:00", "11:00", DAY))
    as_person(client, analyst, market.provider.organisation)

    page = page_of(client.get(f"/bookings/desk/{booking.id}"))
    assert {form["action"].rsplit("/", 1)[-1] for form in page.select(".summary-box form")} == {"check-in"}
    assert not page.select("#money form")
    token = page.select_one("input[name=csrf_token]")["value"]
    assert client.post(f"/bookings/desk/{request.id}/confirm", data={"csrf_token": token}).status_code == 403
    assert client.post(f"/bookings/desk/{booking.id}/check-in", data={"csrf_token": token}).status_code == 303


def test_nothing_happens_without_the_token_of_the_page(market: Market, desk):
    booking = in_state(market, S.REQUESTED)

    assert desk.post(f"/bookings/desk/{booking.id}/confirm", data={}).status_code == 400
    assert again(market, booking).state is S.REQUESTED


def test_a_prepaying_firm_is_confirmed_after_its_payment(market: Market, desk):
    booking = in_state(market, S.REQUESTED)
    booking.terms = {**booking.terms, "prepay": True}
    market.session.commit()
    url = f"/bookings/desk/{booking.id}"

    refused = post_form(desk, url, action=f"{url}/confirm")
    paid = post_form(desk, url, amount="200.00", received_on="2026-11-24")
    confirmed = post_form(desk, url, action=f"{url}/confirm")

    assert [one.status_code for one in (refused, paid, confirmed)] == [409, 303, 303]


def test_samples_may_come_until_the_end_of_the_day(market: Market, client, as_person, clock_hands):
    batch = market.request(Choice(day=DAY, quantity=3), market.test)
    confirm(market, batch)
    market.session.commit()
    answers = []
    for moment in (batch.ends_at - timedelta(minutes=1), batch.ends_at):
        clock_hands.move_to(moment)
        as_person(client, market.clerk, market.provider.organisation)
        answers.append(sent(client, f"/bookings/desk/{batch.id}/no-show", {}).status_code)

    assert answers == [409, 303]
