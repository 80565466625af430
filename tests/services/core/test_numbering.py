"""Numbers are handed out once and without gaps, however many ask at the same time."""

import threading
from datetime import date

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from services.core.actor import Actor
from services.core.numbering import next_in, next_number
from services.core.work import Work, working

DAY = date(2026, 11, 24)


def test_numbers_count_by_module_and_day(work: Work) -> None:
    assert next_number(work.session, "YY", DAY) == "YY-20261124-0001"
    assert next_number(work.session, "YY", DAY) == "YY-20261124-0002"
    assert next_number(work.session, "JC", DAY) == "JC-20261124-0001"
    assert next_number(work.session, "YY", date(2026, 11, 25)) == "YY-20261125-0001"


def test_the_ten_thousandth_number_of_a_day_is_longer(work: Work) -> None:
    for _ in range(3):
        next_in(work.session, "YY-20261124")
    work.session.connection().exec_driver_sql("UPDATE counter SET last = 9999")
    assert next_number(work.session, "YY", DAY) == "YY-20261124-10000"


def test_a_number_is_given_back_with_its_change(session: Session) -> None:
    def number_and_fail() -> None:
        with working(session, Actor.system("test")) as work:
            next_number(work.session, "YY", DAY)
            raise KeyError

    with pytest.raises(KeyError):
        number_and_fail()
    with working(session, Actor.system("test")) as work:
        assert next_number(work.session, "YY", DAY) == "YY-20261124-0001"


def test_many_who_ask_together_get_each_number_once(engine: Engine) -> None:
    together, each = 8, 5
    start, numbers = threading.Barrier(together), []

    def ask() -> None:
        start.wait(10)
        for _ in range(each):
            with Session(engine) as session, working(session, Actor.system("test")) as work:
                numbers.append(next_in(work.session, "first of its series"))

    threads = [threading.Thread(target=ask) for _ in range(together)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(numbers) == list(range(1, together * each + 1))
