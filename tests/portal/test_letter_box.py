"""The letter box of a demonstration shows what would have been sent; elsewhere there is none."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from flask import Flask

from portal.app import create_app
from portal.config import Settings
from portal.extensions import db
from services.mail.letters import Letter
from services.mail.postman import make_postman, message_key
from tests.plumbing.reviewing import ReviewingClient, page_of

AT = datetime(2026, 11, 24, tzinfo=UTC)


@pytest.fixture
def demo(settings: Settings):
    app = create_app(replace(settings, demo=True))
    app.testing = True
    app.test_client_class = ReviewingClient
    yield app
    with app.app_context():
        db.engine.dispose()


def test_there_is_none_outside_a_demonstration(client) -> None:
    assert client.get("/letters").status_code == 404


def test_a_visitor_reads_codes_there(demo: Flask, settings: Settings) -> None:
    client = demo.test_client()
    assert page_of(client.get("/letters")).select_one(".empty")

    postman = make_postman(
        smtp_url="", folder=settings.letters, sender="a@example.com", site_name="平台", base_url="http://localhost"
    )
    facts = {"reader": "<b>王芳</b>", "code": "123456", "minutes": 15, "link": ""}
    for number, where in enumerate(({"email": "a@example.com"}, {"mobile": "13800000001"})):
        postman.post(Letter("accounts/contact_code", facts=facts, **where), message_key(number, AT), AT)

    letters = page_of(client.get("/letters")).select("article")
    assert "13800000001" in letters[0].text
    assert "123456" in letters[0].text
    assert "验证码 123456" in letters[1].h2.text
    assert "<b>王芳</b>" in letters[1].text
