"""One's own account in a browser."""

import re
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import select

from services.accounts.models import Person, SignIn
from services.core import clock
from services.core.permissions import Role
from services.core.settings import Setting
from services.organisations.models import Membership
from tests.factories.accounts import PASSWORD, make_person
from tests.factories.booking import make_firm

PROFILE, FACTOR = "/accounts/profile", "/accounts/factor"
NEW = "eleven copper kettles"
PAGES = [
    "profile",
    "password",
    "contact",
    "contact/confirm",
    "factor",
    "factor/recovery-codes",
    "factor/off",
    "sign-ins",
]


@pytest.fixture
def person(session):
    someone = make_person(session, mobile="13800138000")
    session.commit()
    return someone


@pytest.fixture
def me(client, as_person, person):
    """Return a browser in which the person is signed in."""
    return as_person(client, person)


@pytest.mark.parametrize("page", PAGES)
def test_strangers_are_asked_to_sign_in(client, page):
    assert client.get(f"/accounts/{page}").location == f"/accounts/sign-in?next=/accounts/{page}"


def test_name_and_language(me, post_form, session, page_of):
    me.set_cookie("locale", "zh_Hans_CN")
    assert post_form(me, PROFILE, name="新名𠮷", locale="en").location == PROFILE
    session.rollback()
    assert session.scalars(select(Person.name)).one() == "新名𠮷"
    assert page_of(me.get(PROFILE)).html["lang"] == "en"


@pytest.mark.parametrize(
    ("name", "locale"), [("", "en"), ("x" * 41, "en"), ("ok", "de"), ("nul\x00", "en"), ("\u200b", "en")]
)
def test_a_bad_profile_is_told(me, post_form, page_of, session, name, locale):
    response = post_form(me, PROFILE, name=name, locale=locale)
    assert response.status_code == 200
    assert page_of(response).select_one(".error-summary")


def test_nobody_gives_themselves_more_than_the_form_asks(me, page_of, session):
    page = page_of(me.get(PROFILE))
    form = {one["name"]: one.get("value", "") for one in page.select("main form input")}
    planted = {column.name: "1" for column in Person.__table__.columns}
    me.post(PROFILE, data=planted | form | {"name": "Li", "locale": "en"})
    session.rollback()
    person = session.scalars(select(Person)).one()
    assert (person.login, person.mobile, person.is_demo, person.totp_confirmed_at) == (None, "13800138000", False, None)


def test_a_changed_password_kills_every_cookie_from_before(me, other_client, post_form):
    other_client.set_cookie("session", me.get_cookie("session").value)
    answer = post_form(me, "/accounts/password", present_password=PASSWORD, password=NEW, password_again=NEW)
    assert answer.location == PROFILE
    assert me.get(PROFILE).status_code == 200
    assert other_client.get(PROFILE).status_code == 302


def test_a_wrong_present_password_is_told_beside_it(me, post_form, page_of):
    answer = post_form(me, "/accounts/password", present_password="wrong", password=NEW, password_again=NEW)
    assert page_of(answer).select_one("#present_password-notes .field__error")


def test_another_contact(me, post_form, session, sent):
    assert post_form(me, "/accounts/contact", contact="li@example.com", present_password=PASSWORD).status_code == 303
    assert post_form(me, "/accounts/contact/confirm", code="12345x").status_code == 200
    code = sent("mail.contact_code")[0]["code"]
    assert post_form(me, "/accounts/contact/confirm", code=code).location == PROFILE
    session.rollback()
    assert session.scalars(select(Person.email)).one() == "li@example.com"
    assert me.get("/accounts/contact/confirm").location == "/accounts/contact"


def test_the_second_factor_from_picture_to_paper(me, other_client, post_form, page_of):
    other_client.set_cookie("session", me.get_cookie("session").value)
    page = page_of(me.get(FACTOR))
    assert page.select_one("main img")["src"].startswith("data:image/svg+xml")
    sealed, secret = page.select_one("#offer")["value"], page.select_one("main code").text.replace(" ", "")

    wrong = page_of(post_form(me, FACTOR, offer=sealed, code="wrong"))
    assert wrong.select_one("main code").text.replace(" ", "") == secret, "the app need not be set up again"

    shown = post_form(me, FACTOR, offer=sealed, code=pyotp.TOTP(secret).at(clock.now()))
    codes = [one.text for one in page_of(shown).select("main li code")]
    assert len(codes) == 10
    assert all(re.fullmatch(r"[a-z2-9]{4}(-[a-z2-9]{4}){2}", one) for one in codes)
    assert me.get(PROFILE).status_code == 200
    assert other_client.get(PROFILE).status_code == 302
    assert not any(code in me.get(FACTOR).text for code in codes)

    fresh = page_of(post_form(me, f"{FACTOR}/recovery-codes", present_password=PASSWORD)).select("main li code")
    assert len(fresh) == 10
    assert post_form(me, f"{FACTOR}/off", present_password="wrong").status_code == 200
    assert post_form(me, f"{FACTOR}/off", present_password=PASSWORD).location == PROFILE
    assert me.get(f"{FACTOR}/off").location == FACTOR


def test_the_page_shown_after_setting_it_up_can_sign_out(me, post_form, page_of):
    page = page_of(me.get(FACTOR))
    code = pyotp.TOTP(page.select_one("main code").text.replace(" ", "")).at(clock.now())
    shown = page_of(post_form(me, FACTOR, offer=page.select_one("#offer")["value"], code=code))
    token = shown.select_one("header [name=csrf_token]")["value"]
    assert me.post("/accounts/sign-out", data={"csrf_token": token}).status_code == 303


@pytest.mark.parametrize("offer", ["", "made up", "中文", "x" * 5000])
def test_a_forged_offer_sets_nothing(me, post_form, session, offer):
    assert post_form(me, FACTOR, offer=offer, code="123456").status_code == 200
    session.rollback()
    assert session.scalars(select(Person.totp_secret)).one() is None


def test_where_one_is_signed_in(me, other_client, as_person, post_form, page_of, session, person):
    as_person(other_client, person)
    page = page_of(me.get("/accounts/sign-ins"))
    assert len(page.select("main tbody tr")) == 2
    end = page.select_one("main tbody form")["action"]
    assert post_form(me, "/accounts/sign-ins", action=end).location == "/accounts/sign-ins"
    assert me.get(PROFILE).status_code == 200
    assert other_client.get(PROFILE).status_code == 302


def test_ending_all_others(me, other_client, as_person, post_form, person):
    as_person(other_client, person)
    post_form(me, "/accounts/sign-ins", action="/accounts/sign-ins/end-others")
    assert me.get(PROFILE).status_code == 200
    assert other_client.get(PROFILE).status_code == 302


def test_somebody_elses_sign_in_does_not_exist(me, other_client, as_person, page_of, session):
    as_person(other_client, make_person(session))
    foreign = session.scalars(select(SignIn.id).order_by(SignIn.id.desc())).first()
    token = page_of(me.get(PROFILE)).select_one("[name=csrf_token]")["value"]
    assert me.post(f"/accounts/sign-ins/{foreign}/end", data={"csrf_token": token}).status_code == 404
    assert other_client.get(PROFILE).status_code == 200


def employ(session, person, role):
    firm = make_firm(session)
    session.add(Membership(person_id=person.id, organisation_id=firm.id, role=role, started_at=clock.now()))
    session.add(Setting(name="security.staff_second_factor", value=True))
    session.commit()


@pytest.mark.parametrize(
    ("role", "led"), [(Role.LAB_CLERK, True), (Role.SYSADMIN, True), (Role.ENT_ADMIN, False), (Role.EXPERT, False)]
)
def test_staff_are_led_to_the_second_factor_when_the_setting_says_so(me, page_of, session, person, role, led):
    assert me.get(PROFILE).status_code == 200
    employ(session, person, role)
    assert me.get(PROFILE).location == (FACTOR if led else None)
    assert me.get(FACTOR).status_code == 200
    assert me.get("/healthz").status_code == 200
    token = page_of(me.get(FACTOR)).select_one("[name=csrf_token]")["value"]
    if led:
        assert me.post(PROFILE, data={"csrf_token": token, "name": "x", "locale": "en"}).location == FACTOR
    assert me.post("/accounts/sign-out", data={"csrf_token": token}).location == "/"


def test_staff_who_have_a_second_factor_go_on(me, post_form, page_of, session, person):
    employ(session, person, Role.LAB_CLERK)
    page = page_of(me.get(FACTOR))
    code = pyotp.TOTP(page.select_one("main code").text.replace(" ", "")).at(clock.now())
    post_form(me, FACTOR, offer=page.select_one("#offer")["value"], code=code)
    assert me.get(PROFILE).status_code == 200


def test_a_sign_in_that_was_left_alone_is_over(me, session):
    own = session.scalars(select(SignIn)).one()
    own.seen_at -= timedelta(hours=3, minutes=1)
    session.commit()
    assert me.get(PROFILE).status_code == 302
