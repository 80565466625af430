"""Double clicks, two tabs, forms that were open for too long: what befalls people who mean no harm."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.accounts.models import SignIn
from services.booking.models import Booking, BookingState
from services.core import clock
from services.organisations.models import Invitation
from tests.plumbing.reviewing import fields_of, form_of, page_of, post_form

CONFIRM = "/bookings/{}/confirm"
EDIT = "/organisations/mine/edit"
PEOPLE = "/organisations/people"


def opened(browser: FlaskClient, address: str, action: str | None = None, **holding: str) -> dict[str, object]:
    """Return what the form at an address sends when it is filled in."""
    form = form_of(page_of(browser.get(address)), action=action, holding=set(holding))
    return {**fields_of(form), **holding}


@pytest.mark.both_databases
def test_two_clicks_at_once_have_one_effect_and_the_same_answer(
    app: Flask, signed_in: Callable[[str], FlaskClient], session: Session
) -> None:
    browser = signed_in("g01_admin")
    sent = opened(browser, PEOPLE, contact="somebody@example.org", role="ent_user")
    cookie = browser.get_cookie("session").value

    def click(_: int) -> tuple[int, str]:
        again = FlaskClient(app)
        again.set_cookie("session", cookie)
        answer = again.post(PEOPLE, data=sent)
        return answer.status_code, answer.headers.get("Location", "")

    with ThreadPoolExecutor(4) as clicks:
        answers = set(clicks.map(click, range(4)))
    assert answers == {(303, PEOPLE)}
    count = select(func.count()).where(Invitation.contact == "somebody@example.org")
    session.rollback()
    assert session.scalar(count) == 1


def test_going_back_and_sending_something_else_is_refused_with_a_sentence(
    signed_in: Callable[[str], FlaskClient],
) -> None:
    browser = signed_in("g01_admin")
    sent = opened(browser, PEOPLE, contact="somebody@example.org", role="ent_user")
    assert browser.post(PEOPLE, data=sent).status_code == 303
    assert browser.post(PEOPLE, data=sent).status_code == 303
    other = browser.post(PEOPLE, data={**sent, "contact": "another@example.org"})
    assert other.status_code in {200, 409}
    assert "another@example.org" not in browser.get(PEOPLE).text


def test_a_form_of_another_organisation_is_refused_and_keeps_what_was_typed(
    signed_in: Callable[[str], FlaskClient], session: Session
) -> None:
    browser = signed_in("g01_user")
    held = session.scalars(
        select(Booking.id).where(Booking.state == BookingState.HELD, Booking.organisation_id == 14)
    ).first()
    address = CONFIRM.format(held)
    post_form(browser, "/organisations/switch", organisation_id="14")
    sent = opened(browser, address, contact_name="张三", contact_phone="13800000000", purpose="试样")
    post_form(browser, "/organisations/switch", organisation_id="15")
    answer = browser.post(address, data=sent)
    assert answer.status_code == 404  # the other organisation has no such booking
    session.rollback()
    assert session.get_one(Booking, held).state is BookingState.HELD


def test_a_form_opened_for_another_organisation_says_so(signed_in: Callable[[str], FlaskClient]) -> None:
    browser = signed_in("g01_user")
    post_form(browser, "/organisations/switch", organisation_id="14")
    sent = opened(browser, "/bookings/feeds", action="/bookings/feeds")
    post_form(browser, "/organisations/switch", organisation_id="15")
    answer = browser.post("/bookings/feeds", data=sent)
    assert "请重新打开后再提交" in answer.text


@pytest.mark.parametrize("wanted", ["-99999999999999999999", "0", "9" * 5_000, "x", "1", "", str(2**63)])
def test_nobody_switches_to_what_is_not_theirs(signed_in: Callable[[str], FlaskClient], wanted: str) -> None:
    browser = signed_in("g01_user")
    answer = post_form(browser, "/organisations/switch", organisation_id=wanted)
    assert answer.status_code in {200, 403, 404}


def test_a_form_whose_session_is_gone_is_answered_in_chinese(client: FlaskClient) -> None:
    sent = opened(client, "/accounts/register", contact="somebody@example.org")
    client.delete_cookie("session")
    answer = client.post("/accounts/register", data=sent)
    assert answer.status_code == 400
    assert "页面" in page_of(answer).get_text()
    assert answer.headers["Content-Type"].startswith("text/html")


def test_without_cookies_signing_in_explains_itself(app: Flask) -> None:
    browser = app.test_client(use_cookies=False)
    sent = opened(browser, "/accounts/sign-in", login="g01_admin", password="x")
    answer = browser.post("/accounts/sign-in", data=sent)
    assert answer.status_code == 400
    assert "Cookie" in page_of(answer).get_text()


def test_signed_out_while_filling_in_one_is_told_and_led_back_to_the_form(
    signed_in: Callable[[str], FlaskClient], session: Session
) -> None:
    browser = signed_in("g01_admin")
    sent = opened(browser, EDIT, introduction="很长的介绍")
    for one in session.scalars(select(SignIn)):
        one.seen_at = clock.now() - timedelta(hours=4)
    session.commit()
    answer = browser.post(EDIT, data=sent, headers={"Referer": f"http://localhost{EDIT}"})
    assert answer.headers["Location"] == f"/accounts/sign-in?next={EDIT}"
    page = page_of(browser.get(answer.headers["Location"]))
    assert "没有保存" in page.get_text()


def test_a_foreign_page_does_not_choose_where_signing_in_leads(app: Flask) -> None:
    browser = FlaskClient(app)
    sent = opened(browser, "/accounts/sign-in")
    for referrer in ("https://evil.example/x", "//evil.example", "javascript:alert(1)", "http://[", "http://x//evil"):
        answer = browser.post("/messages/read", data=sent, headers={"Referer": referrer})
        assert answer.status_code == 302, referrer
        assert "evil" not in answer.headers["Location"], referrer


def test_a_shared_address_of_the_sign_in_page_leads_only_to_pages_here(signed_in: Callable[[str], FlaskClient]) -> None:
    browser = signed_in("g01_admin")
    for wanted in (
        "//evil.example",
        "/\\evil.example",
        "/%09/evil.example",
        "https://evil.example",
        "/%0d%0aX:y",
        "evil",
    ):
        answer = browser.get(f"/accounts/sign-in?next={wanted}")
        assert answer.headers["Location"] == "/bench", wanted


def test_another_language_in_the_middle_changes_nothing_but_the_words(
    signed_in: Callable[[str], FlaskClient],
) -> None:
    browser = signed_in("g01_admin")
    sent = opened(browser, PEOPLE, contact="not a contact", role="ent_user")
    browser.get("/language/en")
    answer = browser.post(PEOPLE, data=sent)
    assert 'value="not a contact"' in answer.text
    assert 'lang="en"' in answer.text
