"""What somebody hostile has stored stays text on every page, in a real browser, in tables and in calendars."""

import csv
import io
import threading
import unicodedata
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar
from playwright.sync_api import Page
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from services.booking.models import Booking, BookingState
from services.core import clock
from tests.plumbing.reviewing import faults_of, post_form
from tests.portal.hostile.answers import fault_of
from tests.portal.hostile.crawling import walk
from tests.portal.hostile.planting import plant

MARKUP = (
    "<xss data-xss onclick=alert(1)>",
    '"><img src=x onerror=alert(1) data-xss>',
    "'><svg onload=alert(1) data-xss>",
    "</textarea><script>alert(1)</script>",
    "</title><xss data-xss>",
    '" onmouseover=alert(1) data-xss="',
    "' autofocus onfocus=alert(1) x='",
    "javascript:alert(1)//",
    "<a href=javascript:alert(1) data-xss>",
    "--><xss data-xss><!--",
    "{{7*7}}<xss data-xss>${7*7}",
    "%3Cxss%20data-xss%3E&lt;xss&gt;",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<math><mi xlink:href=data:,x data-xss>",
    "\u2028<xss data-xss>\u202e",
    "<base href=//evil.example data-xss>",
    "<style>*{x:expression(1)}</style>",
    "<form action=//evil.example data-xss>",
    "]]><xss data-xss>",
    "&#60;xss data-xss&#62;",
)
FORMULAS = (
    "=1+1",
    "+1",
    "-1+1",
    "@SUM(1)",
    "\t=1",
    "\r=1",
    " =1",
    "\u00a0=1",
    "＝1",
    "a\n=1",
    "\u200b=1",
    "123456789012345",
)
CONTROLS = ("a\x07b", "a\ufffeb", "a\x0bb\x1b", "a;b,c\\n\r\nATTENDEE:x", "长" * 90)
SEEN = {
    "": (
        "/",
        "/services",
        "/services/K01",
        "/organisations",
        "/organisations/14",
        "/services/prices",
        "/bookings/new/K01",
    ),
    "g01_admin": ("/bench", "/bookings", "/organisations/mine", "/organisations/mine/edit", "/organisations/people"),
    "c02_admin": (
        "/bookings/desk",
        "/bookings/desk/49",
        "/services/desk",
        "/services/resources",
        "/bookings/desk/week",
    ),
    "admin": ("/admin/audit", "/admin/people", "/organisations/verifications", "/organisations/entries", "/letters"),
}


@pytest.fixture
def planted(engine: Engine) -> None:
    assert plant(engine, *MARKUP) > 500


@pytest.mark.parametrize("login", list(SEEN))
@pytest.mark.usefixtures("planted")
def test_no_page_takes_stored_words_for_markup(app: Flask, signed_in: Callable[[str], FlaskClient], login: str) -> None:
    pages = walk(app, signed_in(login), of_a_kind=1)
    assert len(pages) > 15
    faults = []
    for address, page in pages.items():
        wrong = page.select("xss, [data-xss], base, iframe, math, [srcdoc]") + page.select("[href^=javascript]")
        faults += [f"{address}: {tag}"[:200] for tag in wrong]
        faults += [f"{address}: {fault}" for fault in faults_of(page) if " twice" not in fault]
    assert not faults, "\n".join(faults)


@pytest.fixture
def live_portal(app: Flask, planted: None) -> Iterator[str]:
    """Serve the portal with the planted words to the browser, from this process."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("window", ["desk"], indirect=True)
def test_no_stored_word_runs_in_a_browser(
    page: Page, live_portal: str, signed_in: Callable[[str], FlaskClient]
) -> None:
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(page.url), dialog.dismiss()))
    found: list[str] = []
    for login, addresses in SEEN.items():
        if login:
            cookie = signed_in(login).get_cookie("session").value
            page.context.add_cookies([{"name": "session", "value": cookie, "url": live_portal}])
        for address in addresses:
            page.goto(address)
            found += [page.url] * page.locator("xss, [data-xss], iframe, base").count()
    assert not dialogs
    assert not found


def test_tables_hold_no_formulas_and_no_control_characters(
    engine: Engine, signed_in: Callable[[str], FlaskClient]
) -> None:
    plant(engine, *FORMULAS, *CONTROLS)
    long_ago = clock.local_day(clock.now()) - timedelta(days=300)
    tables = [signed_in("c02_admin").get(f"/bookings/desk/payments/export?from={long_ago}")]
    tables.append(post_form(signed_in("admin"), "/admin/audit", action="/admin/audit/export"))
    for answer in tables:
        assert answer.status_code == 200
        assert answer.headers["Content-Disposition"].startswith("attachment")
        rows = list(csv.reader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))
        assert len(rows) > 1
        assert len({len(row) for row in rows}) == 1
        for value in (value for row in rows for value in row):
            assert not value.startswith(("=", "+", "@", "\t", "＝", "＋", "＠", "－")), value
            assert not value.startswith("-") or value.lstrip("-").replace(".", "").isdigit(), value
            assert not any(unicodedata.category(char)[0] == "C" for char in value), value


def test_calendars_come_back_as_they_were_written(
    engine: Engine, signed_in: Callable[[str], FlaskClient], session: Session
) -> None:
    plant(engine, 'a;b,c\\n"x"\r\nATTENDEE:mailto:x@evil.example\r\nEND:VEVENT', "长" * 60 + ":;")
    states = {BookingState.CONFIRMED, BookingState.REQUESTED}
    ids = session.scalars(
        select(Booking.id).where(Booking.organisation_id == 14, Booking.state.in_(states), ~Booking.is_reservation)
    ).all()
    browser = signed_in("g01_admin")
    assert ids
    for booking_id in ids:
        answer = browser.get(f"/bookings/{booking_id}/booking.ics")
        assert fault_of(answer) is None
        assert [line for line in answer.data.split(b"\r\n") if len(line) > 75] == []
        assert b"\r\nATTENDEE" not in answer.data
        (event,) = Calendar.from_ical(answer.data).events or [None]
        assert event is None or event.get("attendee") is None
