"""The pure rules: identity numbers, ages, subsidies, and who is promoted."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest

from services.training.errors import TooOld, TooYoung
from services.training.models.courses import Course, Level, Promotion
from services.training.models.registrations import Sex
from services.training.rules.eligibility import hindrances
from services.training.rules.identity import age_on, identity_hash, identity_of
from services.training.rules.promotion import (
    COMPANY_IS_FULL,
    GROUP_DOES_NOT_FIT,
    Waiting,
    choose,
    offer_until,
)
from services.training.rules.subsidies import subsidy_fen

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    "typed",
    ["11010519491231002X", "11010519491231002x", "１１０１０５１９４９１２３１００２Ｘ", " 110105 19491231 002X "],
)
def test_an_identity_number_holds_in_every_spelling(typed):
    identity = identity_of(typed, TODAY)
    assert identity is not None
    assert identity.number == "11010519491231002X"
    assert identity.born_on == date(1949, 12, 31)
    assert identity.sex is Sex.FEMALE
    assert identity.masked == "110***********002X"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "110105194912310021",
        "11010519491331002X",
        "1101051949123100",
        "11010520991231002X",
        "11010519491231002\x00",
        "１１０１０５Ⅳ",
        "9" * 18,
    ],
)
def test_an_identity_number_that_does_not_hold_is_none(typed):
    assert identity_of(typed, TODAY) is None


def test_the_hash_of_a_number_needs_the_key():
    number = "11010519491231002X"
    assert identity_hash(number, b"one") == identity_hash(number, b"one")
    assert identity_hash(number, b"one") != identity_hash(number, b"two")
    assert number not in identity_hash(number, b"one")


@pytest.mark.parametrize(
    ("born_on", "day", "age"),
    [
        (date(2010, 11, 24), date(2026, 11, 24), 16),
        (date(2010, 11, 25), date(2026, 11, 24), 15),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
    ],
)
def test_ages_are_full_years(born_on, day, age):
    assert age_on(born_on, day) == age


def a_course(**over) -> Course:
    values = {"min_age": 16, "max_age": None, "is_hazardous": False} | over
    return Course(**values)


def kinds(course: Course, born_on: date) -> list[type]:
    return [type(one) for one in hindrances(course, born_on, TODAY)]


def test_the_youngest_are_refused_and_those_under_eighteen_for_dangerous_work():
    sixteen, fifteen = date(2010, 11, 24), date(2010, 11, 25)
    assert kinds(a_course(), sixteen) == []
    assert kinds(a_course(), fifteen) == [TooYoung]
    assert kinds(a_course(is_hazardous=True), sixteen) == [TooYoung]
    assert kinds(a_course(is_hazardous=True), date(2008, 11, 24)) == []
    assert kinds(a_course(max_age=60), date(1965, 11, 24)) == [TooOld]


@pytest.mark.parametrize(
    ("fee", "standard", "level", "shortage", "subsidy"),
    [
        (300000, 200000, Level.SENIOR, 30, 260000),
        (198000, 200000, Level.SENIOR, 30, 198000),
        (98000, 100000, Level.JUNIOR, 30, 98000),
        (120000, 100000, Level.JUNIOR, 30, 100000),
        (300000, 200000, Level.SENIOR, 90, 260000),
        (0, 80000, Level.SPECIAL, 0, 0),
    ],
)
def test_the_subsidy_follows_its_vectors(fee, standard, level, shortage, subsidy):
    assert subsidy_fen(fee, standard, level, shortage) == subsidy


# Promotion ----------------------------------------------------------------------------------------------------------


def one(number: int, company: int | None = None, group: int | None = None) -> Waiting:
    return Waiting(number, number, company, group)


def test_seats_go_by_place_whatever_the_order_of_the_rows():
    assert choose([one(3), one(1), one(2)], 2, Promotion.FIRST).promoted == (1, 2)


def test_nobody_is_promoted_without_seats():
    assert choose([one(1)], 0, Promotion.FITS) == choose([], 5, Promotion.FITS)


def test_a_group_gets_seats_together_or_not_at_all():
    queue = [one(1, 7, 1), one(2, 7, 1), one(3)]
    assert choose(queue, 1, Promotion.FIRST).promoted == ()
    assert choose(queue, 2, Promotion.FIRST).promoted == (1, 2)


def test_a_group_larger_than_the_class_has_become_holds_up_nobody():
    queue = [one(1, 7, 1), one(2, 7, 1), one(3)]
    choice = choose(queue, 1, Promotion.FIRST, capacity=1)
    assert choice.promoted == (3,)
    assert {skip.reason for skip in choice.skipped} == {GROUP_DOES_NOT_FIT}


def test_where_the_next_that_fits_goes_before_the_group_reads_why():
    queue = [one(1, 7, 1), one(2, 7, 1), one(3)]
    choice = choose(queue, 1, Promotion.FITS)
    assert choice.promoted == (3,)
    assert [(skip.id, skip.reason, skip.number) for skip in choice.skipped] == [
        (1, GROUP_DOES_NOT_FIT, 2),
        (2, GROUP_DOES_NOT_FIT, 2),
    ]


@pytest.mark.parametrize("policy", Promotion)
def test_a_company_at_its_cap_is_passed_over(policy):
    queue = [one(1, 7), one(2, 8), one(3, 7)]
    choice = choose(queue, 2, policy, cap=1, held=Counter({7: 1}))
    assert choice.promoted == (2,)
    assert [(skip.id, skip.reason) for skip in choice.skipped] == [(1, COMPANY_IS_FULL)]


def test_the_seats_given_now_count_for_the_cap():
    assert choose([one(1, 7), one(2, 7), one(3)], 3, Promotion.FIRST, cap=1).promoted == (1, 3)


def test_an_offer_stands_a_day_and_never_into_the_last_twelve_hours():
    now = datetime(2026, 11, 24, 8, tzinfo=UTC)
    assert offer_until(now, now + timedelta(days=9)) == now + timedelta(hours=24)
    assert offer_until(now, now + timedelta(hours=20)) == now + timedelta(hours=8)
    assert offer_until(now, now + timedelta(hours=12)) is None
