"""One spelling for every number, what holds on a day, and chains without loops."""

from dataclasses import dataclass
from datetime import date

import pytest

from services.standards.models import StandardState
from services.standards.rules import chain, is_announced, is_number, key_of, number_of, state_on, would_loop


@dataclass
class Edition:
    effective_on: date | None = None
    withdrawn_on: date | None = None


@pytest.mark.parametrize(
    "typed",
    [
        "GB/T 3920-2008",
        "gb/t 3920-2008",
        "GBT3920-2008",
        "ＧＢ／Ｔ　３９２０－２００８",
        "GB/T 3920—2008",
        " GB∕T3920–2008 ",
    ],
)
def test_a_number_is_found_in_any_spelling(typed: str):
    assert key_of(typed) == "GBT3920-2008"
    assert number_of(typed) == "GB/T 3920-2008"


def test_iso_and_european_numbers_keep_their_parts():
    assert key_of("ISO 7086-1:2019") == key_of("iso7086-1：2019") == "ISO7086-1-2019"
    assert number_of("EN 71-3:2019+A1:2021") == "EN 71-3:2019+A1:2021"
    assert is_number("EN 71-3:2019+A1:2021")


@pytest.mark.parametrize("typed", ["", "GB/T 3920", "企业标准", "2008"])
def test_a_number_has_its_year(typed: str):
    assert not is_number(typed)


def test_state_follows_from_dates():
    edition = Edition(date(2009, 6, 1), date(2027, 1, 1))
    assert state_on(edition, date(2009, 5, 31)) is StandardState.UPCOMING
    assert state_on(edition, date(2009, 6, 1)) is StandardState.CURRENT
    assert state_on(edition, date(2026, 12, 31)) is StandardState.CURRENT
    assert state_on(edition, date(2027, 1, 1)) is StandardState.WITHDRAWN
    assert state_on(Edition(), date(2027, 1, 1)) is StandardState.UPCOMING


def test_a_change_is_announced_for_ninety_days():
    coming = Edition(date(2027, 1, 1))
    assert not is_announced(coming, date(2026, 10, 2))
    assert is_announced(coming, date(2026, 10, 3))
    assert is_announced(coming, date(2026, 12, 31))
    assert not is_announced(coming, date(2027, 1, 1))


def test_chains_end_and_loops_are_seen():
    successors = {1: 2, 2: 3, 3: None}
    assert chain(1, successors) == [2, 3]
    assert would_loop(3, 1, successors)
    assert would_loop(2, 2, successors)
    assert not would_loop(1, 3, successors)
    assert chain(1, {1: 2, 2: 1}) == [2]
