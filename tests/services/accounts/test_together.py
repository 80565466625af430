"""The same thing sent many times at once: everybody is held at a gate, and exactly one comes through."""

import threading
import time
from collections import Counter

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from services.accounts.credentials import check_sign_in
from services.accounts.errors import TooManyTries, WrongCode, WrongCredentials, WrongFactor
from services.accounts.models import Person
from services.accounts.operations.registration import register, start_registration
from services.accounts.operations.sign_ins import Entry, begin, pass_second_factor, sign_in
from services.accounts.passwords import NewPassword
from services.core import clock
from services.core.actor import Actor
from services.core.engine import IMMEDIATE
from services.core.work import working
from tests.factories.accounts import QUICK_HASH, RECOVERY_CODE, give_factor, make_person

RIVALS = 6
VISITOR = Actor.visitor("192.0.2.7")


@pytest.fixture
def together(engine):
    """Return a function that lets several threads act at once, and counts the kinds of what came back."""

    def run(acts) -> Counter:
        answers: list[type] = []

        def contend(act) -> None:
            with Session(engine) as session, working(session, VISITOR) as work:
                answers.append(type(act(work)))

        threads = [threading.Thread(target=contend, args=(act,)) for act in acts]
        with engine.connect().execution_options(**IMMEDIATE) as gate, gate.begin():
            if engine.dialect.name == "postgresql":
                gate.execute(text("LOCK TABLE person, sign_in, contact_code, attempt IN ACCESS EXCLUSIVE MODE"))
            for thread in threads:
                thread.start()
            time.sleep(0.2)
        for thread in threads:
            thread.join()
        return Counter(answers)

    return run


def test_one_code_registers_one_person(session, together, promised):
    with working(session, VISITOR) as work:
        start_registration(work, "13912345678", locale="en")
    code = promised("mail.contact_code")[0]["code"]
    session.rollback()
    who = {"name": "王示例", "password": NewPassword(QUICK_HASH), "locale": "en", "browser": ""}
    answers = together([lambda work: register(work, "13912345678", code, **who)] * RIVALS)
    assert answers == {Entry: 1, WrongCode: RIVALS - 1}
    assert session.scalar(select(func.count()).select_from(Person)) == 1


@pytest.mark.parametrize("kind", ["app", "paper"])
def test_one_second_factor_opens_one_sign_in(session, together, vault, kind):
    person = make_person(session)
    app = give_factor(session, person, vault)
    with working_after(session) as work:
        waiting = [begin(work, work.session.get(Person, person.id), browser="").token for _ in range(RIVALS)]
    code = app.at(clock.now()) if kind == "app" else RECOVERY_CODE
    answers = together([lambda work, token=token: pass_second_factor(work, vault, token, code) for token in waiting])
    assert answers == {Entry: 1, WrongFactor: RIVALS - 1}


def test_guesses_made_at_once_are_counted_one_by_one(session, together):
    person = make_person(session)
    session.commit()
    guess = check_sign_in(session, person.mobile, "wrong", VISITOR.address, clock.now())
    session.rollback()
    answers = together([lambda work: sign_in(work, guess, browser="")] * 8)
    assert answers == {WrongCredentials: 5, TooManyTries: 3}


def working_after(session):
    session.commit()
    return working(session, VISITOR)
