"""Quorum and majority at their edges, and which body may decide what."""

from fractions import Fraction

import pytest

from services.association.models.meetings import Body, Mode, MotionSubject, Outcome, Whole
from services.association.rules.majority import (
    BODIES,
    MORE_THAN_HALF,
    TWO_THIRDS,
    Rule,
    Share,
    Tally,
    outcome_of,
    rule_of,
)

USUAL = Rule(TWO_THIRDS, MORE_THAN_HALF, Whole.PRESENT)


@pytest.mark.parametrize(
    ("share", "whole", "least"),
    [
        (MORE_THAN_HALF, 16, 9),  # half of sixteen is not more than half
        (MORE_THAN_HALF, 15, 8),
        (MORE_THAN_HALF, 1, 1),
        (TWO_THIRDS, 18, 12),  # exactly two thirds are enough
        (TWO_THIRDS, 17, 12),
        (TWO_THIRDS, 19, 13),
        (TWO_THIRDS, 1, 1),
    ],
)
def test_one_below_the_least_is_not_enough(share: Share, whole: int, least: int) -> None:
    assert share.least(whole) == least
    assert share.reached(least, whole)
    assert not share.reached(least - 1, whole)


@pytest.mark.parametrize(
    ("tally", "outcome"),
    [
        (Tally(17, 11, 11, 0, 0), Outcome.VOID),  # story 9: twelve of seventeen are needed
        (Tally(17, 12, 7, 5, 0), Outcome.PASSED),
        (Tally(17, 15, 13, 1, 1), Outcome.PASSED),
        (Tally(17, 12, 6, 0, 6), Outcome.REJECTED),  # half of those present, abstentions count as present
        (Tally(17, 12, 0, 0, 0), Outcome.REJECTED),
    ],
)
def test_without_the_quorum_no_majority_counts(tally: Tally, outcome: Outcome) -> None:
    assert outcome_of(USUAL, tally) is outcome


def test_whole_numbers_say_what_fractions_say() -> None:
    for share in (MORE_THAN_HALF, TWO_THIRDS):
        part = Fraction(share.num, share.den)
        for whole in range(1, 40):
            for count in range(whole + 1):
                exact = Fraction(count, whole)
                assert share.reached(count, whole) is (exact > part if share.strict else exact >= part)


@pytest.mark.parametrize(
    ("about", "body", "mode", "majority", "of"),
    [
        (MotionSubject.DUES_TABLE, Body.GENERAL, Mode.ON_SITE, MORE_THAN_HALF, Whole.PRESENT),
        (MotionSubject.CHARTER, Body.DELEGATES, Mode.REMOTE, TWO_THIRDS, Whole.PRESENT),
        (MotionSubject.APPLICATION, Body.COUNCIL, Mode.ON_SITE, TWO_THIRDS, Whole.PRESENT),
        (MotionSubject.APPLICATION, Body.STANDING, Mode.CORRESPONDENCE, TWO_THIRDS, Whole.ENTITLED),
        (MotionSubject.EXPULSION, Body.GENERAL, Mode.ON_SITE, TWO_THIRDS, Whole.PRESENT),
        (MotionSubject.GENERAL, Body.SUPERVISORS, Mode.ON_SITE, MORE_THAN_HALF, Whole.PRESENT),
    ],
)
def test_each_body_decides_by_its_own_majority(about, body, mode, majority, of) -> None:
    assert rule_of(about, body, mode) == Rule(TWO_THIRDS, majority, of)


def test_every_matter_has_a_body_and_dues_need_an_assembly() -> None:
    assert set(BODIES) == set(MotionSubject)
    assert all(BODIES.values())
    assert BODIES[MotionSubject.DUES_TABLE] == {Body.GENERAL, Body.DELEGATES}
