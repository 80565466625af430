"""Results follow from readings, verdicts from results and limits; nobody types either."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.laboratory.models.capability import ResultKind, TestItem
from services.laboratory.models.commissions import DecisionRule
from services.laboratory.models.lines import Verdict
from services.laboratory.rules.rounding import GRADES
from services.laboratory.rules.verdicts import Bounds, Outcome, Reading, judge, outcome_of

N, G, T = ResultKind.NUMBER, ResultKind.GRADE, ResultKind.TEXT
amounts = st.decimals(min_value=-1000, max_value=1000, places=2)
positive = st.decimals(min_value=0, max_value=100, places=2)


def item(kind=N, **over) -> TestItem:
    return TestItem(**({"result_kind": kind, "decimals": 2, "lod": "", "specimens": 3} | over))


def number(text: str) -> Outcome:
    return Outcome(text, text)


def undetected(lod: str) -> Outcome:
    return Outcome(f"<{lod}", lod, is_detected=False)


@pytest.mark.parametrize(
    ("readings", "expected"),
    [
        (["0.123", "0.127"], "0.12"),  # the mean is 0.125
        (["0.131", "0.139"], "0.14"),  # 0.135
        (["0.40", "0.60"], "0.50"),
        (["5"], "5.00"),
    ],
)
def test_a_number_is_the_rounded_mean_of_all_specimens(readings, expected):
    assert outcome_of(item(), [Reading(one) for one in readings]).text == expected


def test_fastness_to_light_is_judged_on_its_longer_scale():
    worst = outcome_of(item(G, range_high="8"), [Reading("6-7"), Reading("8"), Reading("7")])

    assert worst.text == "6-7"
    assert judge(G, worst, Bounds(low="6")) is Verdict.PASS
    assert judge(G, worst, Bounds(low="7")) is Verdict.FAIL


def test_nothing_detected_is_given_as_below_the_limit():
    found = outcome_of(item(lod="0.05"), [Reading("", is_detected=False), Reading("0.03", is_detected=False)])

    assert found == undetected("0.05")


def test_a_specimen_below_the_limit_counts_with_half_of_it():
    found = outcome_of(item(lod="0.05", decimals=3), [Reading("", is_detected=False), Reading("0.100")])

    assert found.text == "0.062"  # 0.0625, to the even one
    assert found.is_detected


def test_a_mean_below_the_limit_is_not_detected():
    found = outcome_of(item(lod="0.05"), [Reading("", is_detected=False), Reading("0.05")])

    assert found == undetected("0.05")


def test_the_worst_grade_counts():
    assert outcome_of(item(G), [Reading("4"), Reading("3-4"), Reading("4-5")]).text == "3-4"


def test_words_are_given_as_they_were_seen_each_once():
    assert outcome_of(item(T), [Reading("无剥落"), Reading("无剥落"), Reading("边缘起皮")]).text == "无剥落；边缘起皮"


@pytest.mark.parametrize(
    ("value", "low", "high", "expected"),
    [
        ("0.50", "", "0.5", Verdict.PASS),
        ("0.51", "", "0.5", Verdict.FAIL),
        ("3", "3", "", Verdict.PASS),
        ("2.99", "3", "", Verdict.FAIL),
        ("5", "3", "7", Verdict.PASS),
        ("7.1", "3", "7", Verdict.FAIL),
        ("5", "", "", Verdict.NOT_JUDGED),
    ],
)
def test_limits_are_included(value, low, high, expected):
    assert judge(N, number(value), Bounds(low, high)) is expected


def test_the_rounded_value_is_compared():
    found = outcome_of(item(decimals=1), [Reading("0.54")])

    assert judge(N, found, Bounds(high="0.5")) is Verdict.PASS


@pytest.mark.parametrize(
    ("value", "uncertainty", "expected"),
    [("0.44", "0.06", Verdict.PASS), ("0.45", "0.06", Verdict.FAIL), ("0.60", "0.06", Verdict.FAIL)],
)
def test_the_guarded_rule_counts_the_uncertainty_against_the_product(value, uncertainty, expected):
    assert judge(N, number(value), Bounds(high="0.5", rule=DecisionRule.GUARDED), uncertainty=uncertainty) is expected


def test_the_simple_rule_leaves_the_uncertainty_aside():
    assert judge(N, number("0.50"), Bounds(high="0.5"), uncertainty="0.2") is Verdict.PASS


@pytest.mark.parametrize(
    ("bounds", "expected"),
    [
        (Bounds(high="0.5"), Verdict.PASS),
        (Bounds(high="0.01"), Verdict.NOT_JUDGED),  # the method does not reach so far down
        (Bounds(low="0.1"), Verdict.FAIL),
        (Bounds(low="0.01"), Verdict.NOT_JUDGED),
    ],
)
def test_what_was_not_detected_is_judged_only_where_that_decides(bounds, expected):
    assert judge(N, undetected("0.05"), bounds) is expected


@pytest.mark.parametrize(("grade", "expected"), [("3", Verdict.PASS), ("3-4", Verdict.PASS), ("2-3", Verdict.FAIL)])
def test_grades_are_compared_by_their_order(grade, expected):
    assert judge(G, Outcome(grade, grade), Bounds(low="3")) is expected


def test_words_and_results_without_limits_are_not_judged():
    assert judge(T, Outcome("无剥落", "无剥落"), Bounds(low="1")) is Verdict.NOT_JUDGED
    assert judge(N, number("1"), None) is Verdict.NOT_JUDGED


@given(value=amounts, low=amounts, high=amounts)
def test_a_verdict_says_whether_the_value_lies_between_the_limits(value, low, high):
    inside = low <= value <= high

    assert judge(N, number(f"{value:f}"), Bounds(f"{low:f}", f"{high:f}")) is (Verdict.PASS if inside else Verdict.FAIL)


@given(value=amounts, high=amounts, small=positive, more=positive)
def test_a_larger_uncertainty_never_turns_fail_into_pass(value, high, small, more):
    bounds = Bounds(high=f"{high:f}", rule=DecisionRule.GUARDED)
    first = judge(N, number(f"{value:f}"), bounds, uncertainty=f"{small:f}")
    second = judge(N, number(f"{value:f}"), bounds, uncertainty=f"{small + more:f}")

    assert not (first is Verdict.FAIL and second is Verdict.PASS)
    if first is Verdict.PASS:
        assert Decimal(value) <= high


@given(grade=st.sampled_from(GRADES), low=st.sampled_from(GRADES), high=st.sampled_from(GRADES))
def test_grades_lie_between_their_limits_or_fail(grade, low, high):
    inside = GRADES.index(low) <= GRADES.index(grade) <= GRADES.index(high)

    assert judge(G, Outcome(grade, grade), Bounds(low, high)) is (Verdict.PASS if inside else Verdict.FAIL)


@given(readings=st.lists(st.decimals(min_value=0, max_value=10, places=3), min_size=1, max_size=10))
def test_a_result_lies_among_its_readings_or_below_the_limit(readings):
    found = outcome_of(item(lod="0.05", decimals=3), [Reading(f"{one:f}", one >= Decimal("0.05")) for one in readings])

    if found.is_detected:
        assert Decimal("0.05") <= Decimal(found.value) <= max(readings)
    else:
        assert found.text == "<0.05"
