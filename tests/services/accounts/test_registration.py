"""Registering: a code proves the contact, and strangers learn nothing about who has an account."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from services.accounts.errors import CodeWornOut, TooManyCodes, WrongCode
from services.accounts.models import ContactCode, Person, SignIn
from services.accounts.operations.registration import register, start_registration
from services.accounts.operations.sign_ins import Entry
from services.accounts.passwords import NewPassword
from services.core.actor import Actor
from services.core.audit import AuditEntry
from services.core.work import Work, working
from tests.factories.accounts import QUICK_HASH, make_person

CONTACT = "13912345678"
WHO = {"name": "王示例", "password": NewPassword(QUICK_HASH), "locale": "zh_Hans_CN", "browser": "Firefox/140"}


def test_a_code_makes_a_person_who_is_signed_in(work, session, promised):
    start_registration(work, CONTACT, locale="en")
    sent = promised("mail.contact_code")[0]
    assert (sent["contact"], sent["locale"], sent["minutes"]) == (CONTACT, "en", 15)

    entry = register(work, CONTACT, sent["code"], **WHO)

    assert isinstance(entry, Entry)
    assert not entry.needs_second_factor
    person = session.scalars(select(Person)).one()
    assert (person.mobile, person.email, person.name) == (CONTACT, None, "王示例")
    assert session.scalars(select(SignIn)).one().person_id == person.id
    assert "person.registered" in session.scalars(select(AuditEntry.kind)).all()


def test_a_known_contact_gets_a_letter_and_no_code(work, session, promised):
    make_person(session, mobile=CONTACT)
    start_registration(work, CONTACT, locale="en")
    session.flush()
    assert promised("mail.contact_code") == []
    assert [one["contact"] for one in promised("mail.contact_known")] == [CONTACT]
    assert session.scalar(select(func.count()).select_from(ContactCode)) == 1
    answers = [register(work, CONTACT, f"{number:06d}", **WHO) for number in range(6)]
    assert [type(one) for one in answers] == [WrongCode] * 5 + [CodeWornOut]


def test_a_code_serves_once(work, session, promised):
    start_registration(work, CONTACT, locale="en")
    code = promised("mail.contact_code")[0]["code"]
    assert isinstance(register(work, CONTACT, code, **WHO), Entry)
    assert isinstance(register(work, CONTACT, code, **WHO), WrongCode)


def test_a_newer_code_voids_the_older(work, session, promised):
    start_registration(work, CONTACT, locale="en")
    start_registration(work, CONTACT, locale="en")
    older, newer = (one["code"] for one in promised("mail.contact_code"))
    if older != newer:
        assert isinstance(register(work, CONTACT, older, **WHO), WrongCode)
    assert isinstance(register(work, CONTACT, newer, **WHO), Entry)


def test_five_wrong_tries_wear_a_code_out(work, session, promised):
    start_registration(work, CONTACT, locale="en")
    code = promised("mail.contact_code")[0]["code"]
    wrong = "000000" if code != "000000" else "111111"
    assert [type(register(work, CONTACT, wrong, **WHO)) for _ in range(5)] == [WrongCode] * 5
    assert isinstance(register(work, CONTACT, code, **WHO), CodeWornOut)


def test_a_code_lapses_after_fifteen_minutes(work, session, promised):
    start_registration(work, CONTACT, locale="en")
    code = promised("mail.contact_code")[0]["code"]
    late = Work(session, work.actor, work.now + timedelta(minutes=15))
    assert isinstance(register(late, CONTACT, code, **WHO), WrongCode)
    in_time = Work(session, work.actor, work.now + timedelta(minutes=14, seconds=59))
    assert isinstance(register(in_time, CONTACT, code, **WHO), Entry)


def test_a_code_opens_only_its_own_contact(work, session, promised):
    start_registration(work, CONTACT, locale="en")
    start_registration(work, "13900000001", locale="en")
    first, second = (one["code"] for one in promised("mail.contact_code"))
    if first != second:
        assert isinstance(register(work, CONTACT, second, **WHO), WrongCode)


def test_a_contact_gets_five_codes_an_hour(work, session, promised):
    for _ in range(5):
        start_registration(work, CONTACT, locale="en")
    with pytest.raises(TooManyCodes):
        start_registration(work, CONTACT, locale="en")
    assert len(promised("mail.contact_code")) == 5
    start_registration(Work(session, work.actor, work.now + timedelta(minutes=61)), CONTACT, locale="en")


def test_an_address_asks_for_twenty_codes_an_hour(session, promised):
    visitor = Actor.visitor("192.0.2.7")
    for number in range(20):
        with working(session, visitor) as work:
            start_registration(work, f"139000001{number:02d}", locale="en")
    with pytest.raises(TooManyCodes), working(session, visitor) as work:
        start_registration(work, "13900000199", locale="en")
    with working(session, Actor.visitor("192.0.2.8")) as work:
        start_registration(work, "13900000199", locale="en")


def test_a_contact_taken_meanwhile_is_answered_like_a_wrong_code(work, session, promised):
    start_registration(work, CONTACT, locale="en")
    code = promised("mail.contact_code")[0]["code"]
    make_person(session, mobile=CONTACT)
    assert isinstance(register(work, CONTACT, code, **WHO), WrongCode)
    assert session.scalar(select(func.count()).select_from(Person)) == 1


def test_a_code_is_not_stored_in_plain(work, session, promised):
    start_registration(work, CONTACT, locale="en")
    assert promised("mail.contact_code")[0]["code"] not in session.scalars(select(ContactCode)).one().code_hash
