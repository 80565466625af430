"""Every answer carries the headers that keep browsers from being talked into something."""

from dataclasses import replace

import pytest
from flask import Flask

from portal.app import create_app
from portal.config import Settings
from portal.extensions import db
from tests.factories.booking import make_agent, make_firm
from tests.plumbing.pages import as_person

EXPECTED = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self';"
        " connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@pytest.fixture
def browser(app: Flask):
    def fail():
        raise ZeroDivisionError

    app.add_url_rule("/broken", "broken", fail)
    app.testing = False
    client = app.test_client()
    client.expects_defects = True
    return client


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/", 200),
        ("/healthz", 200),
        ("/messages", 302),
        ("/language/en", 302),
        ("/nowhere", 404),
        ("/broken", 500),
        ("/static/css/portal.css", 200),
        ("/static/nowhere.css", 404),
    ],
)
def test_every_answer_carries_them(browser, address: str, status: int) -> None:
    with browser.get(address) as answer:
        assert answer.status_code == status
    assert {name: answer.headers.get(name) for name in EXPECTED} == EXPECTED
    assert "Strict-Transport-Security" not in answer.headers


def test_refused_posts_carry_them_too(browser) -> None:
    for answer in (browser.post("/"), browser.post("/messages/read")):
        assert answer.status_code in {400, 405}
        assert {name: answer.headers.get(name) for name in EXPECTED} == EXPECTED


def test_pages_are_not_kept_and_files_are(app: Flask, session) -> None:
    client = as_person(app.test_client(), make_agent(session, make_firm(session)))
    page = client.get("/messages")
    assert page.headers["Cache-Control"] == "no-store"
    assert "Cookie" in page.headers["Vary"]
    with client.get("/static/css/portal.css") as file:
        assert file.headers["Cache-Control"].startswith("public")


@pytest.fixture
def secure(settings: Settings):
    app = create_app(replace(settings, base_url="https://portal.example"))
    yield app
    with app.app_context():
        db.engine.dispose()


def test_over_https_the_cookie_is_bound_to_it(secure: Flask) -> None:
    answer = secure.test_client().get("/accounts/sign-in", base_url="https://portal.example")
    cookies = [cookie for cookie in answer.headers.getlist("Set-Cookie") if "session" in cookie]
    assert cookies
    for cookie in cookies:
        assert cookie.startswith("__Host-session=")
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= {part.strip() for part in cookie.split(";")}
        assert "Domain" not in cookie
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


def test_the_host_of_a_request_does_not_get_into_addresses(client) -> None:
    answer = client.get("/messages", headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"})
    assert "evil" not in answer.headers.get("Location", "")
    assert "evil" not in client.get("/", headers={"Host": "evil.example"}).text
