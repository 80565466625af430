"""The database is locked, read-only or gone; the uploads folder is missing; the mail server refuses; the clock jumps."""

import sqlite3
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from portal.extensions import db
from services.booking.models import Booking, BookingState
from services.core import clock
from services.core.outbox import OutboxTask
from services.jobs.worker import Worker
from services.mail.postman import make_postman
from tests.plumbing.browser import free_port
from tests.plumbing.reviewing import ReviewingClient, page_of, post_form

PEOPLE = "/organisations/people"


@pytest.fixture
def impatient(app: Flask) -> Flask:
    """Return the portal, waiting for locks for a moment only."""
    with app.app_context():
        db.engine.dispose()

        @event.listens_for(db.engine, "connect")
        def _hurry(connection, _record) -> None:
            connection.execute("PRAGMA busy_timeout=50")

    return app


@pytest.fixture
def locked(tmp_path: Path) -> Iterator[Callable[[], None]]:
    """Return a function by which another process takes the write lock and keeps it."""
    other = sqlite3.connect(tmp_path / "portal.sqlite", isolation_level=None)
    yield lambda: other.execute("BEGIN IMMEDIATE")
    other.close()


def test_while_another_writes_for_too_long_pages_are_read_and_changes_are_put_off(
    impatient: Flask, signed_in: Callable[[str], FlaskClient], locked: Callable[[], None], session: Session
) -> None:
    browser = signed_in("g01_admin")
    session.rollback()
    page = browser.get(PEOPLE)
    locked()
    assert browser.get(PEOPLE).status_code == 200
    assert browser.get("/services").status_code == 200
    token = page_of(page).find("input", attrs={"name": "csrf_token"})["value"]
    answer = browser.post(
        PEOPLE, data={"csrf_token": token, "form_token": "x", "contact": "a@example.org", "role": "ent_user"}
    )
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert "几分钟" in page_of(answer).get_text()


def test_a_database_that_cannot_be_written_is_still_read(
    impatient: Flask, signed_in: Callable[[str], FlaskClient], session: Session
) -> None:
    browser = signed_in("g01_admin")
    session.rollback()
    with impatient.app_context():

        @event.listens_for(db.engine, "connect")
        def _protect(connection, _record) -> None:
            connection.execute("PRAGMA query_only=ON")

        db.engine.dispose()
    assert browser.get("/bookings").status_code == 200
    answer = post_form(browser, PEOPLE, contact="a@example.org", role="ent_user")
    assert answer.status_code == 503


def test_a_full_disk_is_an_answer_and_leaves_nothing_half(
    impatient: Flask, signed_in: Callable[[str], FlaskClient], session: Session
) -> None:
    browser = signed_in("g01_admin")
    session.rollback()
    with impatient.app_context():

        @event.listens_for(db.engine, "connect")
        def _fill(connection, _record) -> None:
            pages = connection.execute("PRAGMA page_count").fetchone()[0]
            connection.execute(f"PRAGMA max_page_count={pages + 2}")

        db.engine.dispose()
    statuses = [
        post_form(browser, PEOPLE, contact=f"a{number}@example.org", role="ent_user").status_code
        for number in range(40)
    ]
    assert set(statuses) == {303, 503}
    assert browser.get(PEOPLE).status_code == 200


def test_a_database_that_is_gone_is_told_in_chinese(app: Flask, tmp_path: Path, session: Session) -> None:
    session.close()
    browser = ReviewingClient(app)
    assert browser.get("/readyz").status_code == 200
    with app.app_context():
        db.engine.dispose()
    for name in ("portal.sqlite", "portal.sqlite-wal", "portal.sqlite-shm"):
        (tmp_path / name).unlink(missing_ok=True)
    (tmp_path / "portal.sqlite").mkdir()
    answer = browser.get("/services")
    assert answer.status_code == 503
    assert page_of(answer).html["lang"].startswith("zh")
    assert browser.get("/healthz").status_code == 200


def test_a_mail_server_that_refuses_hinders_nobody(client: ReviewingClient, session: Session, tmp_path: Path) -> None:
    assert post_form(client, "/accounts/register", contact="somebody@example.org").status_code == 303
    postman = make_postman(
        smtp_url=f"smtp://127.0.0.1:{free_port()}",
        folder=tmp_path / "mail",
        sender="a@b.example",
        site_name="站",
        base_url="http://localhost",
    )
    worker = Worker(session.get_bind(), postman)
    for _ in range(500):
        if not worker.turn():
            break
    session.rollback()
    task = session.scalars(select(OutboxTask).where(OutboxTask.task.startswith("mail")).order_by(OutboxTask.id)).all()[
        -1
    ]
    assert task.attempts >= 1
    assert task.due_at > clock.now()


@pytest.mark.parametrize("jump", [timedelta(days=400), timedelta(days=-400), timedelta(hours=-1)], ids=str)
def test_a_jump_of_the_clock_breaks_no_page(
    signed_in: Callable[[str], FlaskClient], session: Session, monkeypatch: pytest.MonkeyPatch, jump: timedelta
) -> None:
    browser, real = signed_in("g01_admin"), clock.now
    held = session.scalars(select(Booking.id).where(Booking.state == BookingState.HELD)).first()
    session.rollback()
    monkeypatch.setattr(clock, "now", lambda: real() + jump)
    for address in ("/", "/services", "/services/K01", "/bookings", f"/bookings/{held}", "/bench", "/bookings/new/K01"):
        assert browser.get(address).status_code in {200, 302, 404, 409}, address
