"""A form that comes twice does its work once, and its sender is sent on to the same place (domain.md 4.4 rule 4)."""

import threading

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from services.core.actor import Actor
from services.core.audit import AuditEntry
from services.core.errors import AlreadyDone
from services.core.receipts import FormReceipt, Repeated
from services.core.settings import Setting
from services.core.work import working

ACTOR = Actor.system("test")


def send(session: Session, token: str = "t", digest: str = "d", outcome: str = "/bookings/1") -> None:
    with working(session, ACTOR) as work:
        work.once(token, digest)
        work.record("test.sent", Setting(name="x"))
        work.leads_to(outcome)


def sent(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(AuditEntry)) or 0


def test_the_same_form_leads_where_the_first_one_led(session: Session) -> None:
    send(session)
    with pytest.raises(Repeated) as caught:
        send(session, outcome="/elsewhere")
    assert caught.value.outcome == "/bookings/1"
    assert sent(session) == 1


def test_other_content_under_a_spent_token_is_refused(session: Session) -> None:
    send(session)
    with pytest.raises(AlreadyDone):
        send(session, digest="other")
    assert sent(session) == 1


def test_a_failed_form_can_be_sent_again(session: Session) -> None:
    def fail() -> None:
        with working(session, ACTOR) as work:
            work.once("t", "d")
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert session.get(FormReceipt, "t") is None
    send(session)
    assert sent(session) == 1


def test_two_sent_at_the_same_moment_have_one_effect(engine: Engine, session: Session) -> None:
    start, outcomes = threading.Barrier(4), []

    def race() -> None:
        start.wait(10)
        with Session(engine) as own:
            try:
                send(own)
            except Repeated as repeated:
                outcomes.append(repeated.outcome)

    threads = [threading.Thread(target=race) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert outcomes == ["/bookings/1"] * 3
    assert sent(session) == 1
