"""Another body tests a line only with the client's consent; its result is taken in as reported and checked."""

import pytest
from sqlalchemy import select

from services.core import clock
from services.core.errors import NotAllowed, NotFound, RulesBroken, WrongState
from services.laboratory.models.commissions import CommissionEvent, CommissionState
from services.laboratory.models.lines import LineState, TestLine, Verdict
from services.laboratory.operations import checking, submitting
from services.laboratory.operations.subcontracting import subcontract, take_in
from services.laboratory.testing_errors import NotANumber
from tests.factories.laboratory import Laboratory, make_laboratory
from tests.factories.laboratory_results import begin, enter, lines_of, make_taken

C, L = CommissionState, LineState
BODY = {"body": "武汉分析测试中心（演示）", "mark_no": "CNAS L0000"}


@pytest.fixture
def lab(session) -> Laboratory:
    lab = make_laboratory(session)
    lab.lead.may_subcontract = True
    return lab


def a_line(lab: Laboratory, *, consent: bool = True, **over) -> TestLine:
    agreed = {"subcontract_consent_at": clock.now(), "subcontract_consent_by_id": lab.agent.id} if consent else {}
    return lines_of(lab, make_taken(lab, **agreed, **over))[0]


def given_out(lab: Laboratory, **over) -> TestLine:
    line = a_line(lab, **over)
    subcontract(lab.work(lab.clerk), line.id, **BODY)
    lab.session.commit()
    return line


def test_a_line_goes_out_with_consent_and_names_the_body(lab):
    line = given_out(lab)

    assert (line.state, line.analyst_id) == (L.SUBCONTRACTED, None)
    assert (line.subcontractor, line.subcontractor_mark_no) == tuple(BODY.values())
    assert line.commission.state is C.TESTING
    assert "subcontracted" in lab.session.scalars(select(CommissionEvent.kind)).all()


def test_everything_that_is_missing_is_told_at_once(lab):
    lab.lead.may_subcontract = False
    line = a_line(lab, consent=False)

    with pytest.raises(RulesBroken) as refusal:
        subcontract(lab.work(lab.clerk), line.id, body=" ", mark_no="")

    assert [type(one).__name__ for one in refusal.value.errors] == [
        "ConsentMissing",
        "NotSubcontracted",
        "BodyNeeded",
        "AccreditationNeeded",
    ]
    assert line.state is L.SCHEDULED


@pytest.mark.parametrize("over", [{"consent": False}, {}])
def test_consent_and_the_item_are_each_needed(lab, over):
    lab.lead.may_subcontract = "consent" in over

    with pytest.raises(RulesBroken) as refusal:
        subcontract(lab.work(lab.clerk), a_line(lab, **over).id, **BODY)

    assert len(refusal.value.errors) == 1


def test_what_was_begun_here_stays_here(lab):
    line = a_line(lab)
    begin(lab, line)

    with pytest.raises(WrongState):
        subcontract(lab.work(lab.clerk), line.id, **BODY)


@pytest.mark.parametrize("state", [C.AWAIT_PAYMENT, C.AWAIT_SAMPLE, C.SUSPENDED, C.REPORTING])
def test_nothing_goes_out_where_the_commission_does_not_stand_in_the_laboratory(lab, state):
    with pytest.raises(WrongState):
        subcontract(lab.work(lab.clerk), a_line(lab, state=state).id, **BODY)


@pytest.mark.parametrize("who", ["analyst", "reviewer", "signatory", "agent"])
def test_only_the_clerk_gives_lines_out_and_takes_results_in(lab, who):
    line = given_out(lab)

    with pytest.raises(NotAllowed):
        subcontract(lab.work(getattr(lab, who)), line.id, **BODY)
    with pytest.raises(NotAllowed):
        take_in(lab.work(getattr(lab, who)), line.id, value="0.1", report_no="R-1")


def test_another_laboratory_finds_nothing(lab):
    other, line = make_laboratory(lab.session), given_out(lab)

    with pytest.raises(NotFound):
        take_in(other.work(other.clerk), line.id, value="0.1", report_no="R-1")


@pytest.mark.parametrize(
    ("typed", "text", "verdict"),
    [("0.1234", "0.1234", Verdict.PASS), ("<0.02", "<0.02", Verdict.PASS), ("0.6", "0.6", Verdict.FAIL)],
)
def test_a_result_is_taken_in_as_reported_and_judged_by_the_limits(lab, typed, text, verdict):
    line = given_out(lab, is_judged=True, limit_set_id=lab.limits.id)

    result = take_in(lab.work(lab.clerk), line.id, value=typed, report_no="WH-2026-1")

    assert (result.text, result.verdict, result.submitted_by_id) == (text, verdict, lab.clerk.id)
    assert line.state is L.SUBMITTED
    assert line.commission.state is C.DATA_REVIEW


def test_what_is_no_result_is_refused(lab):
    with pytest.raises(NotANumber):
        take_in(lab.work(lab.clerk), given_out(lab).id, value="gut", report_no="R-1")


def test_a_result_sent_back_waits_for_the_bodys_corrected_one_and_both_are_kept(lab):
    line = given_out(lab)
    take_in(lab.work(lab.clerk), line.id, value="0.1", report_no="R-1")
    checking.send_back(lab.work(lab.reviewer), line.id, reason="单位不符")
    assert line.state is L.SUBCONTRACTED

    result = take_in(lab.work(lab.clerk), line.id, value="0.2", report_no="R-1 更正")
    checking.check(lab.work(lab.reviewer), line.id, result_id=result.id)
    lab.session.commit()

    kept = [(one.revision, one.value, one.reason) for one in lines_of(lab, line.commission)[0].records]
    assert kept == [(1, "0.1", ""), (2, "0.2", "单位不符")]
    assert line.commission.state is C.REPORTING


def test_the_analysts_own_doors_are_closed_for_what_went_out(lab):
    line = given_out(lab)
    line.analyst_id = lab.analyst.id
    lab.session.commit()

    with pytest.raises(WrongState):
        enter(lab, line, "0.1")
    with pytest.raises(WrongState):
        submitting.submit(lab.work(lab.analyst), line.id)
