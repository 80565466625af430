"""Whatever goes wrong, people see a page in their language that says what happened, and nothing of the inside."""

import logging
import time
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import text

from portal.app import create_app
from portal.config import Settings
from portal.extensions import db
from services.core.errors import NotAllowed, NotFound, RuleBroken, WrongState
from tests.factories.booking import make_agent, make_firm
from tests.plumbing.pages import as_person
from tests.plumbing.reviewing import ReviewingClient, page_of

ERRORS = {
    "not-found": NotFound(),
    "not-allowed": NotAllowed(),
    "rule": RuleBroken(),
    "state": WrongState(state="Confirmed"),
    "defect": ZeroDivisionError("a secret"),
    "surrogate": UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogates not allowed"),
}

CANARY = "138" + "0" * 7 + "1"  # put together here, since traces quote the source


@pytest.fixture
def broken(app: Flask) -> Flask:
    """Return an application with addresses that raise."""

    def fail(name: str):
        raise ERRORS[name]

    app.add_url_rule("/broken/<name>", "broken", fail)
    app.testing = False
    return app


@pytest.fixture
def browser(broken: Flask) -> ReviewingClient:
    client = broken.test_client()
    client.expects_defects = True
    return client


@pytest.mark.parametrize(
    ("name", "status"),
    [("not-found", 404), ("not-allowed", 403), ("rule", 409), ("state", 409), ("defect", 500), ("surrogate", 400)],
)
def test_each_no_has_its_status_and_its_page(browser, name: str, status: int) -> None:
    answer = browser.get(f"/broken/{name}")
    page = page_of(answer)
    assert answer.status_code == status
    assert page.html["lang"].startswith("zh")
    assert str(status) in page.select_one(".error-page__code").text
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text


def test_a_message_is_translated_with_its_values(browser) -> None:
    assert "当前状态“已确认”不允许此操作" in browser.get("/broken/state").text


def test_the_reader_chooses_the_language(browser) -> None:
    assert page_of(browser.get("/broken/rule")).h1.text == "该操作已无法进行"
    browser.set_cookie("locale", "en")
    assert page_of(browser.get("/broken/rule")).h1.text == "That is no longer possible"
    assert page_of(browser.get("/nowhere")).h1.text == "There is no such page"


def test_a_defect_is_logged_under_the_reference_on_the_page(browser, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        page = page_of(browser.get("/broken/defect"))
    reference = page.select_one(".error-page__reference").text.rpartition("：")[2].strip()
    assert len(reference) == 8
    assert any(reference in record.getMessage() and record.exc_info for record in caplog.records)


def test_a_defect_of_the_database_is_logged_without_the_data(
    broken: Flask, browser, caplog: pytest.LogCaptureFixture
) -> None:
    def fail():
        db.session.execute(text("INSERT INTO setting (name, value) VALUES (:name, NULL)"), {"name": CANARY})

    broken.view_functions["broken"] = lambda name: fail()
    with caplog.at_level(logging.ERROR):
        assert browser.get("/broken/x").status_code == 500
    assert "INSERT INTO setting" in caplog.text
    assert CANARY not in caplog.text


def test_addresses_that_are_not_there(client) -> None:
    for address in ("/nowhere", "/bookings/９", "/admin/people/99999999999999999999", "/%00", "/static/../setup.cfg"):
        assert client.get(address).status_code in {302, 404}, address


def test_a_method_that_is_not_offered(client) -> None:
    answer = client.post("/")
    assert answer.status_code == 405
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


def test_a_method_cannot_be_overridden(client) -> None:
    answer = client.get("/?_method=DELETE", headers={"X-HTTP-Method-Override": "DELETE"})
    assert answer.status_code == 200


def test_what_is_too_large_is_refused(app: Flask, session) -> None:
    client = as_person(app.test_client(), make_agent(session, make_firm(session)))
    answer = client.post("/messages/read", data={"x": "x" * (13 * 1024 * 1024)})
    assert answer.status_code == 413
    assert "10 MB" in answer.text


GONE = {
    "sqlite": "sqlite:////nowhere/at/all/portal.db",
    "postgresql": "postgresql+psycopg://portal@127.0.0.1:1/portal",
}


@pytest.fixture(params=list(GONE))
def without_database(request: pytest.FixtureRequest, settings: Settings):
    """Return an application whose database is gone."""
    app = create_app(replace(settings, database_url=GONE[request.param]))
    app.test_client_class = ReviewingClient
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.mark.parametrize("address", ["/", "/services", "/messages", "/accounts/sign-in"])
def test_without_a_database_there_is_a_page_within_two_seconds(without_database: Flask, address: str) -> None:
    client = without_database.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = "a token of better times"
    began = time.monotonic()
    answer = client.get(address)
    assert time.monotonic() - began < 2
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert page_of(answer).h1.text == "平台正在维护"


def test_the_database_comes_back(app: Flask, client) -> None:
    with app.app_context():
        engine = db.engine
        with engine.begin() as connection:
            connection.execute(text("ALTER TABLE person RENAME TO person_away"))
        assert client.get("/readyz").status_code == 200
        engine.dispose()
        with engine.begin() as connection:
            connection.execute(text("ALTER TABLE person_away RENAME TO person"))
    assert client.get("/").status_code == 200
