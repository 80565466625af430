"""Numbers are rounded once, half to even (GB/T 8170); grades have one spelling."""

from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.laboratory.rules.rounding import GRADES, mean, read_grade, read_number, rounded

numbers = st.decimals(min_value=-(10**9), max_value=10**9, places=6)


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [
        ("12.1498", 1, "12.1"),
        ("12.1502", 1, "12.2"),
        ("0.15", 1, "0.2"),
        ("0.25", 1, "0.2"),
        ("0.35", 1, "0.4"),
        ("1.050", 1, "1.0"),
        ("2.5", 0, "2"),
        ("3.5", 0, "4"),
        ("-2.5", 0, "-2"),
        ("-0.04", 1, "0.0"),
        ("15.4546", 0, "15"),  # never by way of 15.455, 15.46, 15.5, 16
        ("97.46", 0, "97"),
        ("0.5", 2, "0.50"),
    ],
)
def test_the_examples_of_the_standard(value, decimals, expected):
    assert f"{rounded(Decimal(value), decimals):f}" == expected


@given(value=numbers, decimals=st.integers(0, 6))
def test_rounding_is_near_lands_on_the_grid_and_takes_the_even_one_of_two(value, decimals):
    result = rounded(value, decimals)

    step = Fraction(1, 10**decimals)
    assert Fraction(result) % step == 0
    assert abs(Fraction(result) - Fraction(value)) * 2 <= step
    if abs(Fraction(result) - Fraction(value)) * 2 == step:
        assert (Fraction(result) / step) % 2 == 0
    with localcontext(prec=60):
        assert result == value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_EVEN)


@given(value=numbers, decimals=st.integers(0, 6))
def test_what_is_rounded_stays_and_the_order_is_kept(value, decimals):
    assert rounded(rounded(value, decimals), decimals) == rounded(value, decimals)
    assert rounded(value, decimals) <= rounded(value + 1, decimals)


@given(values=st.lists(numbers, min_size=1, max_size=20))
def test_a_mean_is_exact_and_does_not_depend_on_the_order(values):
    assert mean(values) * len(values) == sum(map(Fraction, values))
    assert mean(values) == mean(sorted(values))
    assert min(values) <= mean(values) <= max(values)


def test_a_mean_is_rounded_once_only():
    assert rounded(mean([Decimal("0.1"), Decimal("0.1"), Decimal("0.15")]), 1) == Decimal("0.1")
    assert rounded(mean([Decimal("0.1"), Decimal("0.2")]), 1) == Decimal("0.2")


@pytest.mark.parametrize("typed", ["0.12", " 0.12 ", "０．１２"])
def test_full_width_digits_are_the_same_number(typed):
    assert read_number(typed) == Decimal("0.12")


@pytest.mark.parametrize(
    "typed", ["", "abc", "1,2", "1e5", "NaN", "Infinity", "1.", ".5", "0.1234567", "²", "٣", "--1"]
)
def test_what_is_no_plain_number_is_none(typed):
    assert read_number(typed) is None


@pytest.mark.parametrize("typed", ["3-4", "3—4级", "3－4 级", "3–4", "3~4"])
def test_a_grade_has_one_spelling(typed):
    assert read_grade(typed) == "3-4"


@pytest.mark.parametrize("typed", ["", "0", "6", "2-4", "3.5", "4-3", "三"])
def test_what_is_no_grade_is_none(typed):
    assert read_grade(typed) is None


@given(st.sampled_from(GRADES))
def test_each_grade_reads_as_itself(grade):
    assert read_grade(f"{grade}级") == grade
