"""What people write into specification rows, read as numbers, and compared."""

from decimal import Decimal

import pytest

from services.board.rules.spec_values import INFINITY, Span, compatible, enough, measure, name_of, per_unit, spans
from services.board.rules.wishes import SpecWish


def row(value, unit="", tolerance="", name="直径"):
    return SpecWish(name, value, unit, tolerance)


@pytest.mark.parametrize(
    ("value", "unit", "tolerance", "low", "high", "kind"),
    [
        ("Φ6–Φ22mm", "", "", 6, 22, "length"),
        ("Φ６～２２", "mm", "", 6, 22, "length"),
        ("6-22", "mm", "", 6, 22, "length"),
        ("6mm至2.2cm", "", "", 6, 22, "length"),
        ("1500±5", "mm", "", 1495, 1505, "length"),
        ("1500", "mm", "±5", 1495, 1505, "length"),
        ("1500", "mm", "+5/-2", 1498, 1505, "length"),
        ("200", "g", "±5%", "0.19", "0.21", "mass"),
        ("3.3±0.1", "", "", "3.2", "3.4", ""),
        ("220g/㎡±5%", "", "", "0.209", "0.231", "mass/area"),
        ("≤1%", "", "", -INFINITY, 1, "ratio"),
        ("不超过1", "%", "", -INFINITY, 1, "ratio"),
        ("≥720h", "", "", 720, INFINITY, "time"),
        ("30天以上", "", "", 720, INFINITY, "time"),
        ("4级以上", "", "", 4, INFINITY, "级"),
        ("1,200㎡", "", "", 1200, 1200, "area"),
        ("12万只", "", "", 120000, 120000, "piece"),
        ("8万", "模", "", 80000, 80000, "模"),
        ("−18℃", "", "", -18, -18, "temperature"),
        ("200–800kg", "", "", 200, 800, "mass"),
        ("1吨", "", "", 1000, 1000, "mass"),
        ("≥8.5", "kN/m", "", "8.5", INFINITY, "force/length"),
    ],
)
def test_a_value_is_read_as_a_span(value, unit, tolerance, low, high, kind):
    (found,) = spans(row(value, unit, tolerance))

    assert found.kind == kind
    assert float(found.low) == pytest.approx(float(low), rel=1e-4) if low != -INFINITY else found.low == low
    assert float(found.high) == pytest.approx(float(high), rel=1e-4) if high != INFINITY else found.high == high


def test_a_size_of_several_dimensions_has_a_span_for_each():
    assert [span.low for span in spans(row("580×400×420mm"))] == [580, 400, 420]
    assert [span.kind for span in spans(row("1.2×0.8", "m"))] == ["length", "length"]
    assert [span.low for span in spans(row("1.2×0.8", "m"))] == [1200, 800]


@pytest.mark.parametrize("value", ["H13", "65/35", "红绿金", "GB 18401 B类", "", "Φ", "±", "3.3.3", "1e9", "六"])
def test_words_and_codes_are_no_numbers(value):
    assert spans(row(value)) == ()


@pytest.mark.parametrize(
    ("need", "offer", "fits"),
    [
        (row("6–22", "mm"), row("Φ10–Φ40mm"), True),
        (row("6–9", "mm"), row("10–40", "mm"), False),
        (row("≤1%"), row("0.5%"), True),
        (row("≤1%"), row("2%"), False),
        (row("≥720h"), row("480h"), False),
        (row("≥720h"), row("30天"), True),
        (row("1500±5", "mm"), row("1.504", "m"), True),
        (row("4级以上"), row("4-5级"), True),
        (row("6", "mm"), row("6", "kg"), None),
        (row("6"), row("6", "mm"), True),
        (row("H13"), row("模具钢H13"), True),
        (row("H13"), row("Cr12"), False),
        (row("H13"), row("13"), None),
        (row("580×400×420"), row("580×400"), None),
        (row("580×400"), row("600×400"), False),
        (row(""), row("Cr12"), None),
    ],
)
def test_rows_fit_when_some_number_lies_in_both_spans(need, offer, fits):
    assert compatible(need, offer) is fits


@pytest.mark.parametrize("name", ["外径", "直径(mm)", " 管径 ", "Φ", "ø"])
def test_one_thing_has_one_name(name):
    assert name_of(row("6", name=name)) == "直径"


def test_a_quantity_is_within_a_capacity_of_the_same_measure():
    assert enough(Decimal(8), "吨/月", Decimal(30), "吨/月") is True
    assert enough(Decimal(8), "吨/月", Decimal(200), "kg/日") is False
    assert enough(Decimal(12), "万只", Decimal(130000), "个") is True
    assert enough(Decimal(3), "万米", Decimal(6), "吨/日") is None


def test_prices_are_compared_for_one_unit():
    assert per_unit("元/kg") == per_unit("kg") == per_unit("／公斤") == ("mass", Decimal(1))
    assert per_unit("元/吨") == ("mass", Decimal(1000))
    assert per_unit("元/台时")[0] != per_unit("元/件")[0]


def test_units_of_unknown_things_are_compared_by_their_words():
    assert measure("班/日") == ("班/time", Decimal(1) / 24)
    assert measure("项") == ("项", Decimal(1))


def test_spans_that_touch_meet():
    assert Span(Decimal(1), Decimal(2)).meets(Span(Decimal(2), Decimal(3)))
    assert not Span(Decimal(1), Decimal(2)).meets(Span(Decimal("2.01"), Decimal(3)))
