"""Amounts are whole fen, rounded half up, and read and written without surprises."""

from decimal import Decimal
from fractions import Fraction

import pytest

from services.core.money import capital_amount, parse_yuan, percent_of, round_half_up, yuan_text


@pytest.mark.parametrize(
    ("amount", "fen"),
    [
        (Decimal("0.5"), 1),
        (Decimal("1.5"), 2),
        (Decimal("2.5"), 3),
        (Decimal("-0.5"), -1),
        (Decimal("2.4999"), 2),
        (Fraction(1, 2), 1),
        (Fraction(-5, 2), -3),
        (Fraction(1, 3), 0),
        (7, 7),
    ],
)
def test_halves_go_away_from_zero(amount: Decimal | Fraction | int, fen: int) -> None:
    assert round_half_up(amount) == fen


def test_the_example_of_the_price_list() -> None:
    """domain.md 6.10: 3 × 120 = 360.00, urgent × 1.5 = 540.00, member −10 % = 486.00."""
    urgent = percent_of(3 * 12000, 150)
    assert urgent == 54000
    assert urgent - percent_of(urgent, 10) == 48600
    assert percent_of(96 * 800, 150) == 115200


@pytest.mark.parametrize(
    ("typed", "fen"),
    [
        ("0", 0),
        ("12", 1200),
        ("12.3", 1230),
        ("12.30", 1230),
        ("1,234.50", 123450),
        ("¥ 5", 500),
        ("１２．５", 1250),
        (" 7 ", 700),
        ("0.01", 1),
        ("10000000000", 10**12),
    ],
)
def test_what_is_an_amount(typed: str, fen: int) -> None:
    assert parse_yuan(typed) == fen


@pytest.mark.parametrize(
    "typed",
    ["", "-1", "+1", "1.234", "1_0", "1e3", "NaN", "sNaN", "Infinity", "1e400", "01", ".5", "5.", "abc", "0x10", "--1"],
)
def test_what_is_no_amount(typed: str) -> None:
    with pytest.raises(ValueError):
        parse_yuan(typed)


@pytest.mark.parametrize("typed", ["1.0.0", "10000000001", "9" * 5000, "١٢", "1\n2", "1 2"])
def test_what_is_not_quite_an_amount(typed: str) -> None:
    with pytest.raises(ValueError):
        parse_yuan(typed)


@pytest.mark.parametrize(("fen", "text"), [(0, "0.00"), (5, "0.05"), (123450, "1234.50"), (-1230, "-12.30")])
def test_amounts_as_text(fen: int, text: str) -> None:
    assert yuan_text(fen) == text


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (0, "零元整"),
        (1, "壹分"),
        (10, "壹角整"),
        (15, "壹角伍分"),
        (100, "壹元整"),
        (105, "壹元零伍分"),
        (150, "壹元伍角整"),
        (1000, "壹拾元整"),
        (10100, "壹佰零壹元整"),
        (48600, "肆佰捌拾陆元整"),
        (100000, "壹仟元整"),
        (1000005, "壹万元零伍分"),
        (1000100, "壹万零壹元整"),
        (10000000, "壹拾万元整"),
        (100001000, "壹佰万零壹拾元整"),
        (168032000, "壹佰陆拾捌万零叁佰贰拾元整"),
        (10700053, "壹拾万零柒仟元伍角叁分"),  # this and the next three stand in 支付结算办法
        (600714, "陆仟零柒元壹角肆分"),
        (1640902, "壹万陆仟肆佰零玖元零贰分"),
        (32504, "叁佰贰拾伍元零肆分"),
        (10000000000, "壹亿元整"),
        (10000000100, "壹亿零壹元整"),
        (10010000000, "壹亿零壹拾万元整"),
        (100000000000000, "壹万亿元整"),
        (12345678912, "壹亿贰仟叁佰肆拾伍万陆仟柒佰捌拾玖元壹角贰分"),
    ],
)
def test_capital_figures(fen: int, words: str) -> None:
    assert capital_amount(fen) == words


@pytest.mark.parametrize("fen", [-1, 10**15])
def test_amounts_without_capital_figures(fen: int) -> None:
    with pytest.raises(ValueError):
        capital_amount(fen)
