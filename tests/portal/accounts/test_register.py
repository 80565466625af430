"""Registering and setting a forgotten password anew, in a browser."""

import pytest
from sqlalchemy import select

from services.accounts.models import Person
from tests.factories.accounts import PASSWORD, make_person

REGISTER, CONFIRM = "/accounts/register", "/accounts/register/confirm"
FORGOTTEN, RESET = "/accounts/forgotten", "/accounts/forgotten/reset"
CONTACT = "13912345678"
NEW = "eleven copper kettles"
FILLED = {"name": "王示例", "password": NEW, "password_again": NEW, "terms": "y"}


def test_the_two_steps(client, post_form, page_of, session, sent):
    first = post_form(client, f"{REGISTER}?next=/accounts/profile", contact="+86 139-1234-5678")
    assert (first.status_code, first.location) == (303, f"{CONFIRM}?next=/accounts/profile")
    assert CONTACT in page_of(client.get(CONFIRM)).text
    code = sent("mail.contact_code")[0]["code"]
    second = post_form(client, first.location, code=f" {code[:3]} {code[3:]} ", **FILLED)
    assert (second.status_code, second.location) == (303, "/accounts/profile")
    assert client.get("/accounts/profile").status_code == 200
    session.rollback()
    assert session.scalars(select(Person)).one().mobile == CONTACT


def test_the_second_step_begins_with_the_first(client):
    assert client.get(CONFIRM).location == REGISTER
    assert client.get(RESET).location == FORGOTTEN


@pytest.mark.parametrize("contact", ["12345", "lı@example.com", "", "138001380001", "a@b", "x" * 400])
def test_what_is_no_contact_is_told_and_kept(client, post_form, page_of, sent, contact):
    page = page_of(post_form(client, REGISTER, contact=contact))
    assert page.select_one("#contact-notes .field__error")
    assert page.select_one("#contact")["value"] == contact
    assert sent("mail.contact_code") == []


def test_everything_wrong_is_told_at_once_and_the_name_is_kept(client, post_form, page_of):
    post_form(client, REGISTER, contact=CONTACT)
    page = page_of(
        post_form(client, CONFIRM, code="", name="王示例", password="suzhou2026", password_again="other", terms=None)
    )
    wrong = {
        name
        for name in ("code", "name", "password", "password_again", "terms")
        if page.select_one(f"#{name}-notes .field__error")
    }
    assert wrong == {"code", "password", "password_again", "terms"}
    assert page.select_one("#name")["value"] == "王示例"
    assert not page.select_one("#password").get("value")


def test_a_weak_password_or_missing_consent_costs_no_try(client, post_form, sent):
    post_form(client, REGISTER, contact=CONTACT)
    code = sent("mail.contact_code")[0]["code"]
    for _ in range(6):
        post_form(client, CONFIRM, code=code, **FILLED | {"password": "suzhou2026", "password_again": "suzhou2026"})
        post_form(client, CONFIRM, code=code, **FILLED | {"terms": None})
    assert post_form(client, CONFIRM, code=code, **FILLED).status_code == 303


def test_a_password_made_of_the_own_address_is_refused(client, post_form, page_of, sent):
    post_form(client, REGISTER, contact="wangxiulan@example.com")
    code = sent("mail.contact_code")[0]["code"]
    answer = post_form(
        client, CONFIRM, code=code, **FILLED | dict.fromkeys(("password", "password_again"), "wangxiulan88")
    )
    assert page_of(answer).select_one("#password-notes .field__error")


def answers_of(client, post_form, page_of, start, confirm, contact, **filled):
    """Return what a stranger is shown for a contact: the place, the page, and what wrong codes say."""
    first = post_form(client, start, contact=contact)
    pages = [
        page_of(client.get(confirm)),
        *(page_of(post_form(client, confirm, code="12345x", **filled)) for _ in range(6)),
    ]
    texts = [page.select_one("main").get_text(" ", strip=True).replace(contact, "CONTACT") for page in pages]
    return [first.status_code, first.location, *texts]


@pytest.mark.parametrize(
    ("start", "confirm", "filled"),
    [(REGISTER, CONFIRM, FILLED), (FORGOTTEN, RESET, {"password": NEW, "password_again": NEW})],
)
def test_strangers_cannot_tell_who_has_an_account(
    client, other_client, post_form, page_of, session, start, confirm, filled
):
    make_person(session, mobile="13800138000", name=FILLED["name"])
    session.commit()
    known = answers_of(client, post_form, page_of, start, confirm, "13800138000", **filled)
    unknown = answers_of(other_client, post_form, page_of, start, confirm, "13800138001", **filled)
    assert known == unknown


def test_too_many_codes_are_told(client, post_form, page_of, sent):
    for _ in range(5):
        post_form(client, REGISTER, contact=CONTACT)
    answer = post_form(client, REGISTER, contact=CONTACT)
    assert page_of(answer).select_one("#contact-notes .field__error")
    assert len(sent("mail.contact_code")) == 5


def test_the_same_form_sent_twice_sends_one_code(client, page_of, sent):
    page = page_of(client.get(REGISTER))
    data = {one["name"]: one.get("value", "") for one in page.select("main form input")} | {"contact": CONTACT}
    places = [client.post(REGISTER, data=data).location for _ in range(2)]
    assert places == [CONFIRM, CONFIRM]
    assert len(sent("mail.contact_code")) == 1


def test_a_forgotten_password(client, other_client, as_person, post_form, session, sent):
    person = make_person(session, email="li@example.com")
    as_person(other_client, person)
    post_form(client, FORGOTTEN, contact="LI@example.com")
    code = sent("mail.contact_code")[0]["code"]
    done = post_form(client, RESET, code=code, password=NEW, password_again=NEW)
    assert (done.status_code, done.location) == (303, "/accounts/sign-in?login=li@example.com")
    assert other_client.get("/accounts/profile").status_code == 302
    assert post_form(client, "/accounts/sign-in", login="li@example.com", password=PASSWORD).status_code == 200
    assert post_form(client, "/accounts/sign-in", login="li@example.com", password=NEW).status_code == 303
    assert client.get(RESET).location == FORGOTTEN


def test_a_forged_host_does_not_reach_a_letter(client, page_of, session, sent):
    make_person(session, email="li@example.com")
    session.commit()
    page = page_of(client.get(FORGOTTEN))
    data = {one["name"]: one.get("value", "") for one in page.select("main form input")} | {"contact": "li@example.com"}
    client.post(FORGOTTEN, data=data, headers={"X-Forwarded-Host": "evil.example"})
    assert "evil" not in str(sent("mail.contact_code"))


def test_the_terms_are_there_to_read(client):
    assert client.get("/accounts/terms").status_code == 200


def test_whoever_has_registered_goes_on_to_their_enterprise(client, post_form, sent):
    post_form(client, REGISTER, contact=CONTACT)
    code = sent("mail.contact_code")[0]["code"]
    assert post_form(client, CONFIRM, code=code, **FILLED).location == "/organisations/register"
