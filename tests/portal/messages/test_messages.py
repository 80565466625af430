"""People read their own messages and nobody else's."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from services.accounts.models import Person
from services.core import clock
from services.core.notices import Notification
from tests.factories.booking import make_agent, make_firm
from tests.plumbing.pages import as_person
from tests.plumbing.reviewing import fields_of, form_of, page_of, post_form

SENTENCE = "Booking %(no)s of %(name)s is confirmed."


@pytest.fixture
def reader(session: Session) -> Person:
    return make_agent(session, make_firm(session))


@pytest.fixture
def browser(app: Flask, reader: Person) -> FlaskClient:
    return as_person(app.test_client(), reader)


def tell(session: Session, person: Person, number: int, **over) -> Notification:
    facts = {"no": f"YY-{number}", "name": "<b>盐雾</b>"}
    row = Notification(person_id=person.id, at=clock.now(), message=SENTENCE, facts=facts, link="/guide", **over)
    session.add(row)
    session.commit()
    return row


def lines(client: FlaskClient) -> list[str]:
    return [row.get_text(" ", strip=True) for row in page_of(client.get("/messages")).select("tbody tr")]


def open_it(client: FlaskClient, number: int):
    return client.post(
        f"/messages/{number}/open", data=fields_of(form_of(page_of(client.get("/messages")), action="/messages/read"))
    )


def test_the_unread_come_first_and_what_was_typed_is_text(session: Session, browser, reader: Person) -> None:
    tell(session, reader, 1)
    tell(session, reader, 2, read_at=clock.now())
    found = lines(browser)
    assert "YY-1" in found[0]
    assert "YY-2" in found[1]
    assert "<b>盐雾</b>" in found[0]


def test_a_message_leads_on_and_is_read_then(session: Session, browser, reader: Person) -> None:
    row = tell(session, reader, 1)
    answer = open_it(browser, row.id)
    assert (answer.status_code, answer.location) == (303, "/guide")
    session.rollback()
    assert row.read_at is not None


def test_a_link_to_elsewhere_is_not_followed(session: Session, browser, reader: Person) -> None:
    row = tell(session, reader, 1)
    row.link = "//evil.example"
    session.commit()
    assert open_it(browser, row.id).location == "/messages"


def test_messages_of_others_do_not_exist(app: Flask, session: Session, browser, reader: Person) -> None:
    other = make_agent(session, make_firm(session))
    row = tell(session, other, 1)
    tell(session, reader, 2)
    assert "YY-1" not in browser.get("/messages").text
    assert open_it(browser, row.id).status_code == 404
    session.rollback()
    assert row.read_at is None
    assert app.test_client().get("/messages").status_code == 302


def test_all_are_marked_as_read(session: Session, browser, reader: Person) -> None:
    for number in range(25):
        tell(session, reader, number)
    other = tell(session, make_agent(session, make_firm(session)), 99)
    assert len(lines(browser)) == 20
    assert post_form(browser, "/messages", action="/messages/read").status_code == 303
    session.rollback()
    assert session.query(Notification).filter_by(read_at=None).all() == [other]


def test_nothing_changes_without_a_token(session: Session, browser, reader: Person) -> None:
    row = tell(session, reader, 1)
    assert browser.post(f"/messages/{row.id}/open").status_code == 400
    assert browser.get(f"/messages/{row.id}/open").status_code == 405
    assert browser.post("/messages/read").status_code == 400
    session.rollback()
    assert row.read_at is None


def test_an_empty_list_says_what_will_stand_there(browser) -> None:
    assert page_of(browser.get("/messages")).select_one(".empty")
