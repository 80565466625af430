"""Dues in plain values: story 9 of the guide, the days a payment is for, reminders, and what a bank line may pay."""

from datetime import date

import pytest

from services.association.rules.dues import Adoption, Stage, adoption_faults, first_term, stage_on, term_paid_for
from services.association.rules.matching import Arrival, Ground, OpenDues, certain, proposals
from services.association.rules.standing import Span

D = date.fromisoformat


def adoption(present=15, in_favour=13, against=1, abstained=1, **over):
    values = {
        "meeting_on": D("2026-03-01"),
        "meeting_name": "第三届第一次会员大会",
        "entitled": 17,
        "present": present,
        "in_favour": in_favour,
        "against": against,
        "abstained": abstained,
        "is_secret": True,
    } | over
    return Adoption(**values)


@pytest.mark.parametrize(
    ("record", "faults"),
    [
        (adoption(), []),
        (adoption(present=12, in_favour=7, against=5, abstained=0), []),
        (adoption(present=11, in_favour=11, against=0, abstained=0), ["QuorumMissed"]),
        (adoption(present=12, in_favour=6, against=6, abstained=0), ["MajorityMissed"]),
        (adoption(in_favour=14, against=1, abstained=1), ["FiguresDisagree"]),
        (adoption(entitled=0, present=0, in_favour=0, against=0, abstained=0), ["QuorumMissed", "MajorityMissed"]),
        (adoption(is_secret=False), ["BallotNotSecret"]),
        (adoption(meeting_on=None), ["AdoptionMissing"]),
        (adoption(entitled=18, present=12, in_favour=7, against=0, abstained=0), []),
        (adoption(entitled=19, present=12, in_favour=7, against=0, abstained=0), ["QuorumMissed"]),
    ],
)
def test_a_dues_table_needs_its_figures(record, faults):
    assert [type(fault).__name__ for fault in adoption_faults(record)] == faults


@pytest.mark.parametrize(
    ("year", "terms", "since", "expected"),
    [
        (2027, [("2026-01-01", "2026-12-31")], "2026-01-01", ("2027-01-01", "2027-12-31")),
        (2026, [("2027-01-01", "2027-12-31")], "2025-01-01", ("2026-01-01", "2026-12-31")),
        (2027, [("2026-07-01", "2027-06-30")], "2026-07-01", ("2027-07-01", "2027-12-31")),
        (2028, [("2027-03-01", "2028-02-29")], "2027-03-01", ("2028-03-01", "2028-12-31")),
        (2027, [("2027-01-01", "2027-12-31")], "2027-01-01", None),
        (2026, [], "2026-05-20", ("2026-05-20", "2026-12-31")),
        (2026, [("2026-01-01", "2026-03-31")], "2026-09-01", ("2026-09-01", "2026-12-31")),
    ],
)
def test_dues_pay_for_the_days_of_their_year_that_nothing_paid_for(year, terms, since, expected):
    spans = [Span(D(first), D(last)) for first, last in terms]
    found = term_paid_for(year, spans, D(since))
    assert found == (Span(D(expected[0]), D(expected[1])) if expected else None)


def test_joining_pays_from_its_day_to_the_end_of_the_year_in_which_it_is_paid():
    assert first_term(2026, D("2026-11-24")) == Span(D("2026-11-24"), D("2026-12-31"))
    assert first_term(2026, D("2027-01-03")) == Span(D("2027-01-03"), D("2027-12-31"))


@pytest.mark.parametrize(
    ("day", "stage"),
    [
        ("2027-01-23", None),
        ("2027-01-24", Stage.BEFORE),
        ("2027-01-30", Stage.BEFORE),
        ("2027-01-31", Stage.DUE),
        ("2027-03-01", Stage.DUE),
        ("2027-03-02", Stage.LATE),
        ("2027-04-17", Stage.LAST),
        ("2027-05-02", Stage.SUSPENDED),
    ],
)
def test_reminders_come_before_at_and_after_the_day(day, stage):
    assert stage_on(D("2027-01-31"), 90, D(day)) is stage


FIRST = OpenDues(1, 11, "HF-20260101-0001", "HY-20260101-0001", "示例·晶石玻璃有限公司", D("2026-01-31"), 200000)
SECOND = OpenDues(2, 11, "HF-20270101-0001", "HY-20260101-0001", "示例·晶石玻璃有限公司", D("2027-01-31"), 200000)
OTHER = OpenDues(3, 12, "HF-20260101-0002", "HY-20260101-0002", "示例·蓝焰玻璃厂", D("2026-01-31"), 500000)
DUES = [SECOND, FIRST, OTHER]


def found(payer="", remark="", open_fen=200000):
    return proposals(Arrival(payer, remark, open_fen), DUES)


def test_name_and_amount_leave_no_doubt_and_the_oldest_dues_are_paid_first():
    [one] = found("示例·晶石玻璃有限公司 ")
    assert one.is_certain
    assert one.parts == ((1, 200000),)
    [both] = found("示例·晶石玻璃有限公司", open_fen=400000)
    assert both.parts == ((1, 200000), (2, 200000))
    assert certain([both]) == both


def test_a_number_in_the_remark_tells_who_paid_and_another_amount_is_for_a_person_to_see():
    [one] = found("张三", "会费 hf-20260101-0002", 300000)
    assert (one.member_id, one.parts, one.is_certain) == (12, ((3, 300000),), False)
    [more] = found("示例·晶石玻璃有限公司", open_fen=450000)
    assert (more.parts, more.is_certain) == (((1, 200000), (2, 200000)), False)


def test_an_amount_alone_is_a_proposal_only_where_it_fits_one():
    [one] = found("张三", open_fen=500000)
    assert (one.member_id, one.grounds, one.is_certain) == (12, {Ground.AMOUNT}, False)
    assert found("张三", open_fen=12345) == []
    twin = OpenDues(4, 13, "HF-20260101-0003", "HY-20260101-0003", "示例·三和厂", D("2026-01-31"), 500000)
    assert proposals(Arrival("张三", "", 500000), [OTHER, twin]) == []


def test_two_members_that_a_line_points_at_are_for_a_person_to_choose():
    doubtful = proposals(Arrival("示例·晶石玻璃有限公司", "代缴 HF-20260101-0002", 200000), [FIRST, OTHER])
    assert len(doubtful) == 2
    same = [FIRST, OpenDues(9, 19, "HF-X", "HY-X", FIRST.name, FIRST.due_on, 200000)]
    assert certain(proposals(Arrival(FIRST.name, "", 200000), same)) is None
