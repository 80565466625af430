"""Signing in and out in a browser."""

import dataclasses
import statistics
import time
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.app import create_app
from services.accounts.models import PersonState, SignIn
from services.accounts.passwords import NewPassword
from services.accounts.rules import DEMO_PASSWORD
from services.core import clock
from services.core.permissions import Role
from services.organisations.models import Membership
from tests.factories.accounts import PASSWORD, RECOVERY_CODE, give_factor, make_person
from tests.factories.booking import make_firm

SIGN_IN = "/accounts/sign-in"
INSIDE = "/accounts/sign-ins"


@pytest.fixture
def person(session):
    someone = make_person(session, login="g01_admin", email="li@example.com")
    session.commit()
    return someone


def is_in(client) -> bool:
    return client.get(INSIDE).status_code == 200


def cookie_of(client) -> str:
    return client.get_cookie("session").value


def test_a_right_password_leads_to_the_work_bench(client, post_form, person):
    response = post_form(client, SIGN_IN, login="g01_admin", password=PASSWORD)
    assert (response.status_code, response.location) == (303, "/bench")
    assert is_in(client)


def test_a_wrong_one_keeps_the_account_name_and_tells_nothing(client, post_form, page_of, person):
    response = post_form(client, SIGN_IN, login="g01_admin", password="wrong")
    page = page_of(response)
    assert response.status_code == 200
    assert page.select_one("#login")["value"] == "g01_admin"
    assert not page.select_one("#password").get("value")
    assert page.select_one(".error-summary")
    assert not is_in(client)


def test_nothing_filled_in_is_told_all_at_once(client, post_form, page_of):
    page = page_of(post_form(client, SIGN_IN, login=" ", password=""))
    assert len(page.select(".field__error")) == 2


def shown_errors(page_of, response) -> str:
    return page_of(response).select_one(".error-summary").get_text(" ", strip=True)


def test_known_and_unknown_accounts_are_answered_alike(client, post_form, page_of, session, person):
    make_person(session, login="left", state=PersonState.DISABLED)
    session.commit()
    answers = [
        shown_errors(page_of, post_form(client, SIGN_IN, login=login, password="wrong"))
        for login in ("g01_admin", "nobody", "13999999999", "no@example.com", "left")
    ]
    assert len(set(answers)) == 1


def test_known_and_unknown_accounts_take_the_same_time(client, session, page_of, post_form):
    stored = NewPassword.choose("eleven copper kettles").hash
    for number in range(8):
        make_person(session, login=f"known{number}", mobile=None).password_hash = stored
    session.commit()

    def seconds(login):
        began = time.perf_counter()
        post_form(client, SIGN_IN, login=login, password="wrong")
        return time.perf_counter() - began

    pairs = [(seconds(f"known{number}"), seconds(f"unknown{number}")) for number in range(8)]
    known, unknown = (statistics.median(times) for times in zip(*pairs, strict=True))
    assert 0.5 < known / unknown < 2


def test_the_sixth_try_is_refused_even_when_right_and_after_a_restart(settings, client, post_form, page_of, person):
    for _ in range(5):
        post_form(client, SIGN_IN, login="g01_admin", password="wrong")
    post_form(client, SIGN_IN, login="g01_admin", password=PASSWORD)
    assert not is_in(client)
    afresh = create_app(settings)
    afresh.testing = True
    afresh.test_client_class = type(client)
    again = afresh.test_client()
    post_form(again, SIGN_IN, login="g01_admin", password=PASSWORD)
    assert not is_in(again)


@pytest.mark.parametrize(
    ("wanted", "place"),
    [
        ("/accounts/profile", "/accounts/profile"),
        ("/services?q=a&page=2", "/services?q=a&page=2"),
        ("https://evil.example", "/bench"),
        ("//evil.example", "/bench"),
        ("/\\evil.example", "/bench"),
        ("/\t/evil.example", "/bench"),
        ("/ /evil.example", "/bench"),
        ("javascript:alert(1)", "/bench"),
        ("\\\\evil.example", "/bench"),
        ("accounts/profile", "/bench"),
        ("", "/bench"),
    ],
)
def test_one_is_led_on_only_within_the_portal(client, person, page_of, wanted, place):
    page = page_of(client.get(SIGN_IN, query_string={"next": wanted}))
    token = page.select_one("main [name=csrf_token]")["value"]
    data = {"login": "g01_admin", "password": PASSWORD, "csrf_token": token}
    assert client.post(SIGN_IN, query_string={"next": wanted}, data=data).location == place
    assert client.get(SIGN_IN, query_string={"next": wanted}).location == place


def test_a_page_for_signed_in_people_is_reached_in_the_end(client, post_form, person):
    asked = client.get("/accounts/sign-ins")
    assert asked.location == "/accounts/sign-in?next=/accounts/sign-ins"
    assert post_form(client, asked.location, login="g01_admin", password=PASSWORD).location == "/accounts/sign-ins"


def test_signing_in_without_a_csrf_token_is_refused(client, person):
    response = client.post(SIGN_IN, data={"login": "g01_admin", "password": PASSWORD})
    assert response.status_code == 400
    assert not is_in(client)


def test_signing_in_drops_everything_the_cookie_held(client, post_form, person):
    with client.session_transaction() as cookie:
        cookie["planted"] = "by somebody else"
    client.get(SIGN_IN)
    with client.session_transaction() as cookie:
        before = cookie["csrf_token"]
    post_form(client, SIGN_IN, login="g01_admin", password=PASSWORD)
    client.get("/accounts/terms")
    with client.session_transaction() as cookie:
        assert "planted" not in cookie
        assert cookie.get("csrf_token") != before


def test_a_planted_token_is_not_taken_over(client, post_form, session, person):
    with client.session_transaction() as cookie:
        cookie["_user_id"] = "a token that an attacker knows"
    post_form(client, SIGN_IN, login="g01_admin", password=PASSWORD)
    with client.session_transaction() as cookie:
        assert cookie["_user_id"] != "a token that an attacker knows"


def test_a_saved_cookie_is_dead_after_signing_out(client, other_client, post_form, person):
    post_form(client, SIGN_IN, login="g01_admin", password=PASSWORD)
    other_client.set_cookie("session", cookie_of(client))
    assert is_in(other_client)
    response = post_form(client, INSIDE, action="/accounts/sign-out")
    assert (response.status_code, response.location) == (303, "/")
    assert not is_in(client)
    assert not is_in(other_client)


def test_signing_out_needs_a_post_with_a_token(client, as_person, person):
    as_person(client, person)
    assert client.get("/accounts/sign-out").status_code == 405
    assert client.post("/accounts/sign-out").status_code == 400
    assert is_in(client)


def test_a_disabled_person_is_out_at_the_next_click(client, as_person, session, person):
    as_person(client, person)
    person.state = PersonState.DISABLED
    session.commit()
    assert not is_in(client)


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(client, post_form, person):
    header = post_form(client, SIGN_IN, login="g01_admin", password=PASSWORD).headers["Set-Cookie"]
    assert "HttpOnly" in header
    assert "SameSite=Lax" in header
    assert "Domain" not in header


def test_over_https_the_cookie_is_bound_to_the_host(settings, person):
    app = create_app(dataclasses.replace(settings, base_url="https://portal.example"))
    header = app.test_client().get(SIGN_IN, base_url="https://portal.example").headers["Set-Cookie"]
    assert header.startswith("__Host-session=")
    assert "Secure" in header


def test_the_second_factor_stands_between_password_and_portal(client, post_form, session, vault, person):
    app = give_factor(session, person, vault)
    session.commit()
    asked = post_form(client, f"{SIGN_IN}?next=/accounts/profile", login="g01_admin", password=PASSWORD)
    assert asked.location == "/accounts/sign-in/second-factor?next=/accounts/profile"
    assert not is_in(client)
    waiting = cookie_of(client)
    assert post_form(client, asked.location, code="000 000x").status_code == 200
    assert post_form(client, asked.location, code=app.at(clock.now())).location == "/accounts/profile"
    assert is_in(client)
    client.set_cookie("session", waiting)
    assert client.get("/accounts/sign-in/second-factor").location == "/accounts/sign-in"


def test_after_five_codes_one_starts_again(client, post_form, session, vault, person):
    give_factor(session, person, vault)
    session.commit()
    place = post_form(client, SIGN_IN, login="g01_admin", password=PASSWORD).location
    for _ in range(5):
        post_form(client, place, code="wrong")
    assert post_form(client, place, code=RECOVERY_CODE).location == "/accounts/sign-in"
    assert not is_in(client)


def test_the_second_factor_page_is_nothing_by_itself(client):
    assert client.get("/accounts/sign-in/second-factor").location == "/accounts/sign-in"


def test_strange_text_is_told_and_never_a_defect(client, post_form):
    for login in ("nul\x00", "\ufffe", "x" * 300, "𠮷", "'; DROP TABLE person; --"):
        assert post_form(client, SIGN_IN, login=login, password="p\x00w").status_code == 200
    assert post_form(client, SIGN_IN, login="a", password="x" * 5000).status_code == 200


def test_being_seen_is_noted_but_not_at_every_page(client, as_person, session, person):
    as_person(client, person)
    own = session.scalars(select(SignIn)).one()
    own.seen_at -= timedelta(minutes=6)
    session.commit()
    before = own.seen_at
    client.get(INSIDE)
    session.rollback()
    first = own.seen_at
    client.get(INSIDE)
    session.rollback()
    assert before < first == own.seen_at


def test_the_demonstration_lists_who_one_can_be(settings, session, page_of, client):
    firm = make_firm(session, "示例·玻璃厂")
    invented = make_person(session, login="g01_admin", is_demo=True)
    make_person(session, login="real_one")
    session.add(Membership(person_id=invented.id, organisation_id=firm.id, role=Role.ENT_ADMIN, started_at=clock.now()))
    session.commit()
    assert DEMO_PASSWORD not in client.get(SIGN_IN).text
    app = create_app(dataclasses.replace(settings, demo=True))
    page = page_of(app.test_client().get(f"{SIGN_IN}?login=g01_admin"))
    assert DEMO_PASSWORD in page.text
    assert "real_one" not in page.text
    assert page.select_one("main td a")["href"] == "/accounts/sign-in?login=g01_admin"
    assert page.select_one("#login")["value"] == "g01_admin"
