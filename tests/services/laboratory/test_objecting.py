"""Objections: in time, investigated by somebody not involved, tested again on kept samples, answered with consequences."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from services.billing.models import Order
from services.core import clock
from services.core.errors import NotAllowed, NotFound, RulesBroken, WrongState
from services.core.notices import Notification
from services.laboratory.models.commissions import CommissionEvent, CommissionState
from services.laboratory.models.lines import LineState, Verdict
from services.laboratory.models.reports import ObjectionOutcome, ObjectionState, ReportState
from services.laboratory.models.samples import RefusalReason, SampleState
from services.laboratory.objecting_errors import (
    Involved,
    LineUnknown,
    NotAnEffectiveReport,
    NotTheInvestigator,
    ObjectionLate,
    ObjectionOpen,
)
from services.laboratory.operations import amending, objecting
from services.laboratory.operations.objecting import Answer
from tests.factories.laboratory import make_commission, make_laboratory
from tests.factories.reports import go_to_signature, issued, lines_of, make_checked, measure, messages, sign

UPHELD, AMENDED = ObjectionOutcome.UPHELD, ObjectionOutcome.AMENDED


@pytest.fixture
def lab(session):
    return make_laboratory(session)


@pytest.fixture
def report(lab, tmp_path):
    """Return an issued report of a commission with an order of 240 yuan."""
    order = Order(
        organisation_id=lab.firm.id, provider_id=lab.provider.id, title="检测", due_fen=24000, created_at=clock.now()
    )
    lab.session.add(order)
    lab.session.flush()
    return issued(lab, tmp_path, make_checked(lab, items=(lab.stress, lab.lead), order_id=order.id))


def lodged(lab, report, **over):
    values = {"text": "与我厂自测不符", "line_ids": []} | over
    return objecting.lodge(lab.work(lab.agent), report.id, **values)


def taken_up(lab, report):
    """Return an objection that the administrator, who was not involved, investigates."""
    objection = lodged(lab, report)
    objecting.investigate(lab.work(lab.admin), objection.id)
    return objection


def refused(call, *args, **values) -> list[str]:
    with pytest.raises(RulesBroken) as raised:
        call(*args, **values)
    return messages(raised.value.errors)


def answered(lab, objection, outcome=UPHELD, **over):
    return objecting.answer(lab.work(lab.admin), objection.id, Answer(outcome, "经复核，结果无误", **over))


# Lodging ------------------------------------------------------------------------------------------------------------


def test_an_objection_tells_those_who_can_handle_it_and_has_a_day_to_be_answered_by(lab, session, report):
    objection = lodged(lab, report, line_ids=[lines_of(lab, report.commission)[0].id])

    assert objection.state is ObjectionState.LODGED
    assert objection.answer_due_on > clock.local_day(clock.now()) + timedelta(days=10)
    told = session.scalars(select(Notification.person_id).where(Notification.message.contains("objects"))).all()
    assert sorted(told) == sorted([lab.admin.id, lab.reviewer.id, lab.signatory.id])


def test_objections_are_taken_within_the_days_of_the_setting_the_last_one_included(lab, report):
    last = objecting.last_day(report, 15)
    late = lab.work(lab.agent, now=clock.at(last + timedelta(days=1), 0))

    with pytest.raises(ObjectionLate):
        objecting.lodge(late, report.id, text="太迟", line_ids=[])
    in_time = lab.work(lab.agent, now=clock.at(last, 23 * 60 + 59))
    assert objecting.lodge(in_time, report.id, text="及时", line_ids=[]).state is ObjectionState.LODGED


def test_everything_that_is_missing_is_told_at_once(lab, report):
    assert refused(lodged, lab, report, text=" ", line_ids=[999]) == ["LineUnknown", "WordsNeeded"]


def test_a_report_has_one_open_objection(lab, session, report):
    lodged(lab, report)
    session.commit()

    with pytest.raises(ObjectionOpen):
        lodged(lab, report)


def test_only_a_valid_report_is_objected_to_and_only_by_its_client(lab, report):
    with pytest.raises(NotFound):
        objecting.lodge(lab.work(lab.rival_agent), report.id, text="好奇", line_ids=[])
    with pytest.raises(NotAllowed):
        objecting.lodge(lab.work(lab.clerk), report.id, text="好奇", line_ids=[])
    amending.withdraw(lab.work(lab.signatory), report.id, reason="有误")
    with pytest.raises(NotAnEffectiveReport):
        lodged(lab, report)


def test_while_it_is_open_nothing_is_disposed_of(lab, session, report):
    lodged(lab, report)
    session.flush()

    with pytest.raises(DBAPIError):
        session.execute(
            text("UPDATE sample SET state = 'disposed', disposal_asked_by_id = :a, disposed_by_id = :b"),
            {"a": lab.clerk.id, "b": lab.admin.id},
        )


# Investigating ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["reviewer", "signatory"])
def test_whoever_took_part_does_not_investigate(lab, report, who):
    objection = lodged(lab, report)

    with pytest.raises(Involved):
        objecting.investigate(lab.work(getattr(lab, who)), objection.id)


@pytest.mark.parametrize("part", ["tester", "checker", "preparer"])
def test_whoever_had_another_part_in_it_does_not_investigate_either(lab, session, tmp_path, part):
    commission = make_checked(lab)
    line = lines_of(lab, commission)[0]
    if part == "tester":
        line.analyst_id = lab.admin.id
    elif part == "checker":
        line.results[0].is_void, line.results[0].void_reason = True, "重测"
        session.flush()
        line.round = 2
        measure(lab, line, checked_by_id=lab.admin.id)
    report = issued(lab, tmp_path, commission)
    if part == "preparer":
        report.prepared_by_id = lab.admin.id
    objection = lodged(lab, report)

    with pytest.raises(Involved):
        objecting.investigate(lab.work(lab.admin), objection.id)


def test_the_investigator_takes_it_up_and_the_client_is_told(lab, session, report):
    objection = taken_up(lab, report)

    assert (objection.state, objection.investigator_id) == (ObjectionState.INVESTIGATING, lab.admin.id)
    told = select(Notification.person_id).where(Notification.message.contains("being investigated"))
    assert session.scalars(told).all() == [lab.agent.id]
    with pytest.raises(NotTheInvestigator):
        objecting.answer(lab.work(lab.reviewer), objection.id, Answer(UPHELD, "x"))


@pytest.mark.parametrize("who", ["clerk", "analyst"])
def test_others_do_not_handle_objections(lab, report, who):
    objection = lodged(lab, report)

    with pytest.raises(NotAllowed):
        objecting.investigate(lab.work(getattr(lab, who)), objection.id)


# Testing again ------------------------------------------------------------------------------------------------------


def test_a_retest_opens_a_round_of_its_own_and_keeps_what_was_reported(lab, report):
    objection = taken_up(lab, report)
    line = lines_of(lab, report.commission)[1]

    objecting.test_again(lab.work(lab.admin), objection.id, line_ids=[line.id], reason="复检")

    assert objection.state is ObjectionState.RETESTING
    assert (line.state, line.round) == (LineState.IN_PROGRESS, 2)
    assert [(one.text, one.is_void) for one in line.results] == [("0.12", True)]
    assert report.contents["groups"][0]["lines"][1]["result"] == "0.12"


def test_a_retest_needs_lines_of_this_report_a_reason_and_a_sample_that_is_still_there(lab, report):
    objection = taken_up(lab, report)
    line = lines_of(lab, report.commission)[0]
    admin = lab.work(lab.admin)

    assert refused(objecting.test_again, admin, objection.id, line_ids=[], reason="") == ["LinesNeeded", "ReasonNeeded"]
    other = lines_of(lab, make_checked(lab))[0]
    with pytest.raises(LineUnknown):
        objecting.test_again(admin, objection.id, line_ids=[other.id], reason="复检")
    line.sample.state = SampleState.REFUSED
    line.sample.refusal = RefusalReason.BROKEN
    assert refused(objecting.test_again, admin, objection.id, line_ids=[line.id], reason="复检") == ["SampleGone"]


def test_no_answer_before_the_retest_is_checked(lab, report):
    objection = taken_up(lab, report)
    line = lines_of(lab, report.commission)[0]
    objecting.test_again(lab.work(lab.admin), objection.id, line_ids=[line.id], reason="复检")

    assert refused(answered, lab, objection) == ["RetestRunning"]
    measure(lab, line)
    line.sample.state = SampleState.TESTED
    lab.session.flush()
    answered(lab, objection)

    assert objection.state is ObjectionState.ANSWERED
    assert line.sample.state is SampleState.RETAINED


# Answering ----------------------------------------------------------------------------------------------------------


def test_an_objection_that_is_not_right_leaves_everything_as_it_is(lab, report):
    objection = taken_up(lab, report)

    answered(lab, objection)

    assert (objection.outcome, report.state) == (UPHELD, ReportState.ISSUED)
    assert report.commission.order.due_fen == 24000


def test_one_that_is_right_needs_the_corrected_report_first(lab, report, tmp_path):
    objection = taken_up(lab, report)
    assert refused(answered, lab, objection, AMENDED) == ["NotAmendedYet"]
    new = amending.amend(lab.work(lab.clerk), report.id, reason="异议复核", changed_parts="铅迁移量结果")
    go_to_signature(lab, new)
    sign(lab, new, tmp_path)

    assert refused(answered, lab, objection, UPHELD) == ["StillAmended"]
    answered(lab, objection, AMENDED)
    assert objection.state is ObjectionState.ANSWERED


def test_a_laboratory_at_fault_gives_the_fee_back(lab, session, report):
    objection = taken_up(lab, report)
    amending.withdraw(lab.work(lab.signatory), report.id, reason="有误")

    assert refused(answered, lab, objection, AMENDED, lab_at_fault=True) == ["RefundNeeded"]
    assert refused(answered, lab, objection, AMENDED, lab_at_fault=True, refund_fen=24001) == ["RefundTooMuch"]
    assert refused(answered, lab, objection, AMENDED, refund_fen=100) == ["RefundWithoutFault"]
    answered(lab, objection, AMENDED, lab_at_fault=True, refund_fen=12000)
    session.flush()
    session.refresh(report.commission.order)

    assert report.commission.order.due_fen == 12000


def test_an_answer_has_words_and_is_given_once(lab, report):
    objection = taken_up(lab, report)

    assert refused(objecting.answer, lab.work(lab.admin), objection.id, Answer(UPHELD, " ")) == ["AnswerNeeded"]
    answered(lab, objection)
    with pytest.raises(WrongState):
        answered(lab, objection)


def retested(lab, folder, *, before=Verdict.PASS, verdict=Verdict.PASS, text="0.12"):
    """Return an objection whose retest is checked: the verdict that was reported, and what it came to now."""
    commission = make_commission(lab, CommissionState.REPORTING)
    [line] = lines_of(lab, commission)
    measure(lab, line, verdict=before)
    lab.session.commit()
    objection = taken_up(lab, issued(lab, folder, commission))
    objecting.test_again(lab.work(lab.admin), objection.id, line_ids=[line.id], reason="复检")
    measure(lab, line, verdict=verdict, text=text)
    line.sample.state = SampleState.TESTED
    lab.session.commit()
    return objection


@pytest.mark.parametrize("why", ["", "复检在允许误差内"])
def test_a_report_does_not_stand_against_the_verdict_of_its_retest(lab, tmp_path, why):
    objection = retested(lab, tmp_path, verdict=Verdict.FAIL, text="0.61")

    assert refused(answered, lab, objection, why_stands=why) == ["RetestContradicts"]
    amending.withdraw(lab.work(lab.signatory), objection.report_id, reason="复检不合格")
    answered(lab, objection, AMENDED)


def test_a_retest_on_the_same_side_of_the_limit_lets_the_report_stand(lab, tmp_path):
    answered(lab, objection := retested(lab, tmp_path, text="0.13"))

    assert objection.outcome is UPHELD


def test_another_result_that_no_limit_judges_stands_only_for_a_written_reason(lab, tmp_path):
    no = Verdict.NOT_JUDGED
    objection = retested(lab, tmp_path, before=no, verdict=no, text="0.61")

    assert refused(answered, lab, objection) == ["WhyStandsNeeded"]
    answered(lab, objection, why_stands="样品不均匀")
    lab.session.commit()

    event = select(CommissionEvent.reason).where(CommissionEvent.kind == "answer_objection")
    assert lab.session.scalars(event).one() == "样品不均匀"


# The client's end ---------------------------------------------------------------------------------------------------


def test_the_client_takes_it_back_or_accepts_the_answer(lab, report):
    first = lodged(lab, report)
    objecting.withdraw(lab.work(lab.agent), first.id)
    second = taken_up(lab, report)
    answered(lab, second)
    objecting.close(lab.work(lab.agent), second.id)

    assert {first.state, second.state} == {ObjectionState.CLOSED}
    with pytest.raises(NotFound):
        objecting.close(lab.work(lab.rival_agent), second.id)
