"""Forgotten passwords and other contacts: the code goes to the stored address only."""

import pytest
from sqlalchemy import select

from services.accounts.credentials import check_present
from services.accounts.errors import WrongCode, WrongPassword
from services.accounts.models import Person, PersonState
from services.accounts.operations.passwords import ask_for_reset, reset_password
from services.accounts.operations.profiles import ask_for_contact, change_contact, edit_profile
from services.accounts.operations.sign_ins import begin
from services.accounts.passwords import NewPassword
from services.accounts.queries import live_sign_in
from services.core import clock
from services.core.actor import Actor
from services.core.errors import NotAllowed
from services.core.work import Work
from tests.factories.accounts import PASSWORD, QUICK_HASH, make_person

OTHER = NewPassword(QUICK_HASH[:-1] + "x")
NEW = "13911112222"


def acting(session, person):
    return Work(session, Actor(person.id, person.name, address="192.0.2.7"), clock.now())


def test_a_reset_ends_every_sign_in_and_tells_the_owner(work, session, promised):
    person = make_person(session, email="li@example.com")
    token = begin(work, person, browser="").token
    ask_for_reset(work, "li@example.com", locale="en")
    sent = promised("mail.contact_code")[0]
    assert (sent["contact"], sent["purpose"]) == ("li@example.com", "reset")

    assert reset_password(work, "li@example.com", sent["code"], OTHER) is None

    session.flush()
    assert person.password_hash == OTHER.hash
    assert live_sign_in(session, token, work.now) is None
    assert promised("mail.password_changed")[0]["person_id"] == person.id
    assert isinstance(reset_password(work, "li@example.com", sent["code"], OTHER), WrongCode)


@pytest.mark.parametrize("state", [None, PersonState.DISABLED])
def test_nobody_gets_a_code_who_may_not_sign_in(work, session, promised, state):
    if state:
        make_person(session, mobile=NEW, state=state)
    ask_for_reset(work, NEW, locale="en")
    assert promised("mail.contact_code") == []
    assert isinstance(reset_password(work, NEW, "123456", OTHER), WrongCode)


def test_a_code_for_registering_resets_nothing(work, session, promised):
    make_person(session, mobile=NEW)
    ask_for_contact(
        acting(session, person := make_person(session)), checked(session, person), "13900000000", locale="en"
    )
    code = promised("mail.contact_code")[0]["code"]
    assert isinstance(reset_password(work, "13900000000", code, OTHER), WrongCode)


def checked(session, person, password=PASSWORD):
    return check_present(session, person, password, "192.0.2.7", clock.now())


def test_another_mobile_number_counts_once_its_code_is_entered_and_the_old_one_is_told(session, promised):
    person = make_person(session, mobile="13800138000")
    assert ask_for_contact(acting(session, person), checked(session, person), NEW, locale="en") is None
    assert person.mobile == "13800138000"
    code = promised("mail.contact_code")[0]["code"]
    assert change_contact(acting(session, person), NEW, code) is None
    assert person.mobile == NEW
    assert promised("mail.send")[0]["contact"] == "13800138000"


def test_an_address_is_added_beside_the_mobile_number(session, promised):
    person = make_person(session, mobile="13800138000")
    ask_for_contact(acting(session, person), checked(session, person), "li@example.com", locale="en")
    assert change_contact(acting(session, person), "li@example.com", promised("mail.contact_code")[0]["code"]) is None
    assert (person.mobile, person.email) == ("13800138000", "li@example.com")


def test_somebody_elses_contact_is_not_taken_and_they_are_told(session, promised):
    make_person(session, mobile=NEW)
    person = make_person(session)
    assert ask_for_contact(acting(session, person), checked(session, person), NEW, locale="en") is None
    assert promised("mail.contact_code") == []
    assert promised("mail.contact_known")[0]["contact"] == NEW
    assert isinstance(change_contact(acting(session, person), NEW, "123456"), WrongCode)


def test_a_code_asked_for_by_one_person_serves_no_other(session, promised):
    first, second = make_person(session), make_person(session)
    ask_for_contact(acting(session, first), checked(session, first), NEW, locale="en")
    code = promised("mail.contact_code")[0]["code"]
    assert isinstance(change_contact(acting(session, second), NEW, code), WrongCode)
    ask_for_contact(acting(session, second), checked(session, second), NEW, locale="en")
    assert change_contact(acting(session, first), NEW, code) is None


def test_the_present_password_is_asked_for(session, promised):
    person = make_person(session)
    refusal = ask_for_contact(acting(session, person), checked(session, person, "wrong"), NEW, locale="en")
    assert isinstance(refusal, WrongPassword)
    assert promised("mail.contact_code") == []


def test_name_and_language(session):
    person = make_person(session)
    edit_profile(acting(session, person), name="新名𠮷", locale="en")
    session.flush()
    assert session.execute(select(Person.name, Person.locale)).one() == ("新名𠮷", "en")
    with pytest.raises(NotAllowed):
        edit_profile(Work(session, Actor.visitor(), clock.now()), name="x", locale="en")
