"""Requests that no browser sends: odd hosts, methods, cookies and bodies."""

from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from portal.app import create_app
from portal.config import Settings
from portal.extensions import db
from services.accounts.rules import DEMO_PASSWORD
from services.core.audit import AuditEntry
from services.jobs.worker import Worker
from services.mail.folder import Folder
from services.mail.postman import make_postman
from tests.plumbing.reviewing import ReviewingClient, page_of, post_form
from tests.portal.hostile.answers import fault_of

OWN = "http://portal.example"
HOSTS = (
    *("evil.example", "evil.example:99", "portal.example@evil.example", "portal.example/evil", "evil.example, x"),
    *("evil\tx", "", "[::1]", "[evil", "evil.example:abc", "evil\\x", "evil" * 1_500),
)
FORWARDED = ("X-Forwarded-Host", "X-Host", "Forwarded", "X-Original-URL", "X-Rewrite-URL", "X-Forwarded-Prefix")
ADDRESSES = ("/nowhere", "/messages", "//bookings", "/services//K01", "/language/en?next=//evil.example")
NAMELESS = b"--a\r\nContent-Disposition: form-data\r\n\r\nx\r\n--a--\r\n"
MANY_PARTS = b"".join(
    b'--a\r\nContent-Disposition: form-data; name="a%d"\r\n\r\nx\r\n' % number for number in range(1_500)
)
LARGE = 13 * 1024 * 1024
BODIES = {
    "JSON": ("application/json", b'{"login": "admin", "password": "x"}', 400),
    "plain text": ("text/plain", b"login=admin", 400),
    "no boundary": ("multipart/form-data", b"x", 400),
    "no name": ("multipart/form-data; boundary=a", NAMELESS, 400),
    "no disposition": ("multipart/form-data; boundary=a", b"--a\r\nX\r\n\r\nx\r\n--a--\r\n", 400),
    "many parts": ("multipart/form-data; boundary=a", MANY_PARTS + b"--a--\r\n", 413),
    "another character set": ("application/x-www-form-urlencoded; charset=utf-16", b"\xff\xfe", 400),
    "too large": ("application/x-www-form-urlencoded", b"x" * LARGE, 413),
}


@pytest.fixture
def named(settings: Settings):
    """Return the portal under a name of its own."""
    app = create_app(replace(settings, base_url=OWN, demo=True))
    app.testing = True
    yield app
    with app.app_context():
        db.engine.dispose()


def test_a_foreign_host_gets_nowhere(named: Flask) -> None:
    for host, address in product(HOSTS, ADDRESSES):
        headers = {"Host": host, **dict.fromkeys(FORWARDED, "evil.example")}
        answer = FlaskClient(named).get(address, headers=headers)
        assert answer.status_code < 500
        assert "evil" not in answer.text.replace("//evil.example", "") or address.startswith("/language")
        onward = answer.headers.get("Location", "/")
        assert onward.startswith(("/", f"{OWN}/")), onward
        assert not onward.startswith("//")


def test_letters_lead_to_the_portal_whatever_host_asked_for_them(named: Flask, engine: Engine, tmp_path: Path) -> None:
    browser = ReviewingClient(named)
    browser.environ_base["HTTP_HOST"] = "evil.example"
    assert post_form(browser, "/accounts/register", contact="somebody@example.org").status_code == 303
    postman = make_postman(smtp_url="", folder=tmp_path / "mail", sender="a@b.example", site_name="站", base_url=OWN)
    worker = Worker(engine, postman)
    while not (letters := Folder(tmp_path / "mail").newest(1)):
        assert worker.turn()
    assert "evil" not in letters[0].text


def test_other_methods_are_refused_with_a_page(client: ReviewingClient) -> None:
    for method in ("PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "PROPFIND", "X" * 100):
        answer = client.open("/services", method=method)
        assert answer.status_code == 405, method
        assert "GET" in answer.headers["Allow"], method


def test_no_header_turns_one_method_into_another(client: ReviewingClient) -> None:
    names = ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override")
    assert client.get("/accounts/sign-out", headers=dict.fromkeys(names, "POST")).status_code == 405
    assert client.get("/accounts/sign-out?_method=POST").status_code == 405


def test_head_answers_like_get_without_a_body(client: ReviewingClient) -> None:
    for address in ("/", "/services", "/messages", "/healthz", "/nowhere"):
        asked, headed = client.get(address), client.head(address)
        assert (headed.status_code, headed.data) == (asked.status_code, b""), address
        assert headed.headers.get("Location") == asked.headers.get("Location")


def test_an_odd_cookie_is_none(client: ReviewingClient) -> None:
    for cookie in ("session=" + "x" * 50_000, "session=a.b.c", "session=.eJw;;;===", "locale=%00", "locale=\xff", "="):
        assert client.get("/", headers={"Cookie": cookie}).status_code == 200
        refused = client.post("/accounts/sign-in", data={"login": "admin"}, headers={"Cookie": cookie})
        assert refused.status_code == 400
        assert page_of(refused).html["lang"] == "zh-Hans-CN"


def test_a_session_that_somebody_wrote_themselves_is_nobodys(app: Flask, client: ReviewingClient) -> None:
    forger = Flask("forger")
    forger.secret_key = "a guess"
    forged = forger.session_interface.get_signing_serializer(forger).dumps({"_user_id": "1", "_fresh": True})
    client.set_cookie("session", forged)
    assert "/accounts/sign-in" in client.get("/admin/people").headers["Location"]


def test_an_odd_body_is_refused_with_a_page(client: ReviewingClient) -> None:
    for name, (kind, body, status) in BODIES.items():
        answer = client.post("/accounts/sign-in", data=body, content_type=kind)
        assert (answer.status_code, fault_of(answer)) == (status, None), name
        assert page_of(answer).h1


def test_a_page_is_answered_in_spite_of_a_body(client: ReviewingClient) -> None:
    assert client.get("/", data=b"x" * 1_000, content_type="text/plain").status_code == 200


def test_without_a_proxy_a_sender_is_whom_the_network_names(client: ReviewingClient, session: Session) -> None:
    client.environ_base["HTTP_X_FORWARDED_FOR"] = "203.0.113.9"
    post_form(client, "/accounts/sign-in", login="g01_admin", password=DEMO_PASSWORD)
    addresses = set(session.scalars(select(AuditEntry.address).where(AuditEntry.kind == "sign_in.begun")))
    assert addresses == {"127.0.0.1"}
