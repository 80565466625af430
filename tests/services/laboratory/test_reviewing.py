"""Contract review: taken up by a clerk, seven questions beside what the portal found, and what was decided."""

from datetime import timedelta

import pytest
from PIL import Image
from sqlalchemy import select

from services.billing.models import Order
from services.booking.models import Booking, BookingState
from services.core import clock
from services.core.errors import NotAllowed, NotFound, RulesBroken, WrongState
from services.core.notices import Notification
from services.core.uploads import examine
from services.laboratory.models.commissions import (
    ClockStop,
    CommissionEvent,
    CommissionFile,
    CommissionState,
    ContractReview,
    ReviewDecision,
)
from services.laboratory.models.lines import LineState, TestLine
from services.laboratory.models.samples import Sample, SampleState
from services.laboratory.operations import reviewing
from services.laboratory.queries.review_facts import findings
from services.laboratory.reviewing_errors import AnswerMissing, NoteNeeded, NothingSaid, Unanswered
from services.laboratory.rules.reviewing import Answer, Check, Finding, Reply, is_enough, record_of, unexplained
from tests.factories.laboratory import make_laboratory
from tests.factories.ordering import MONDAY, make_draft, make_order

C = CommissionState
TUESDAY = MONDAY + timedelta(days=1)
YES = {check: Reply(Answer.YES) for check in Check}


@pytest.fixture
def lab(session):
    """Return a laboratory with two firms."""
    return make_laboratory(session)


def desk(lab, now=TUESDAY):
    """Return a work of the clerk."""
    return lab.work(lab.clerk, now=now)


def in_review(lab, **how):
    """Make an order that a clerk has taken up."""
    commission = make_order(lab, **how)
    reviewing.take_up(desk(lab), commission.id)
    lab.session.commit()
    return commission


def decide(lab, commission, decision=ReviewDecision.ACCEPT, replies=None, **over):
    """Keep a review of the clerk."""
    made = reviewing.review(desk(lab), commission.id, YES if replies is None else replies, decision=decision, **over)
    lab.session.commit()
    return made


def refused(lab, commission, replies, decision=ReviewDecision.ACCEPT, **over):
    """Return the fields that a review is refused for, with the kinds of errors."""
    with pytest.raises(RulesBroken) as error:
        reviewing.review(desk(lab), commission.id, replies, decision=decision, **over)
    lab.session.rollback()
    return {one.field: type(one) for one in error.value.errors}


def line_of(lab, commission):
    return lab.session.scalars(select(TestLine).where(TestLine.commission_id == commission.id)).first()


def judge_by_empty_limits(lab, commission):
    commission.is_judged, commission.limit_set_id = True, lab.limits.id
    lab.limits.limits = [one for one in lab.limits.limits if one.item_id != lab.stress.id]


def test_whoever_takes_an_order_up_is_its_clerk(lab):
    commission = make_order(lab)

    reviewing.take_up(desk(lab), commission.id)

    assert commission.state is C.IN_REVIEW
    assert commission.clerk_id == lab.clerk.id
    with pytest.raises(WrongState):
        reviewing.take_up(desk(lab), commission.id)


def test_a_colleague_takes_over_and_the_history_says_so(lab):
    commission = in_review(lab)

    reviewing.take_over(lab.work(lab.admin, now=TUESDAY), commission.id)
    reviewing.take_over(lab.work(lab.admin, now=TUESDAY), commission.id)

    assert commission.clerk_id == lab.admin.id
    kinds = lab.session.scalars(
        select(CommissionEvent.kind).where(CommissionEvent.commission_id == commission.id)
    ).all()
    assert kinds.count("take_over") == 1


@pytest.mark.parametrize("who", ["analyst", "reviewer", "signatory", "agent"])
def test_only_clerks_and_administrators_review(lab, who):
    commission = in_review(lab)

    with pytest.raises((NotAllowed, NotFound)):
        reviewing.review(lab.work(getattr(lab, who)), commission.id, YES, decision=ReviewDecision.ACCEPT)


def test_no_other_laboratory_reviews(lab, session):
    commission, other = in_review(lab), make_laboratory(session)

    with pytest.raises(NotFound):
        reviewing.review(other.work(other.clerk), commission.id, YES, decision=ReviewDecision.ACCEPT)


def test_an_accepted_order_waits_for_its_samples_for_ten_working_days_and_the_record_is_kept(lab):
    commission = in_review(lab)

    decide(lab, commission, remark="可以")

    assert commission.state is C.AWAIT_SAMPLE
    assert commission.samples_due_on == clock.local_day(TUESDAY) + timedelta(days=14)
    record = lab.session.scalars(select(ContractReview)).one()
    assert (record.decision, record.note, record.reviewed_by_id) == (ReviewDecision.ACCEPT, "可以", lab.clerk.id)
    assert list(record.checks) == [check.value for check in Check]
    assert record.checks["standard"] == {"answer": "yes", "note": "", "found": "yes"}
    assert lab.session.scalar(select(Notification.message).where(Notification.person_id == lab.agent.id).limit(1))


def test_a_prepaid_order_waits_for_its_payment(lab):
    commission = in_review(lab)

    decide(lab, commission, is_prepaid=True)

    assert commission.state is C.AWAIT_PAYMENT


def test_what_is_on_account_need_not_be_paid_first(lab):
    commission = in_review(lab)
    lab.session.get_one(Order, commission.order_id).on_account = True
    lab.session.commit()

    decide(lab, commission, is_prepaid=True)

    assert commission.state is C.AWAIT_SAMPLE


def test_every_question_has_to_be_answered_and_every_no_explained(lab):
    commission = in_review(lab)
    replies = YES | {Check.AMOUNT: Reply(Answer.NO)}
    del replies[Check.CAPACITY]

    assert refused(lab, commission, replies) == {"amount_note": NoteNeeded, "capacity": Unanswered}
    assert commission.state is C.IN_REVIEW


def test_a_withdrawn_standard_is_found_and_cannot_be_waved_through(lab):
    commission = in_review(lab)
    lab.stress.methods[0].standard.withdrawn_on = clock.local_day(TUESDAY)
    lab.session.commit()

    assert refused(lab, commission, YES) == {"standard_note": NoteNeeded}
    decide(lab, commission, replies=YES | {Check.STANDARD: Reply(Answer.YES, "客户合同约定旧版")})

    record = lab.session.scalars(select(ContractReview)).one()
    assert record.checks["standard"] == {"answer": "yes", "note": "客户合同约定旧版", "found": "no"}


@pytest.mark.parametrize(
    ("check", "spoil"),
    [
        (Check.SCOPE, lambda lab, one: [setattr(s, "valid_until", s.valid_from) for s in lab.stress.methods[0].scopes]),
        (Check.CALIBRATION, lambda lab, one: setattr(lab.polariscope, "calibration_due_on", clock.local_day(MONDAY))),
        (Check.AMOUNT, lambda lab, one: setattr(lab.stress, "sample_amount", "3 件")),
        (Check.CAPACITY, lambda lab, one: setattr(line_of(lab, one).booking, "state", BookingState.DISPLACED)),
        (Check.DECISION_RULE, judge_by_empty_limits),
    ],
)
def test_what_the_portal_finds_wrong_needs_a_note(lab, check, spoil):
    commission = in_review(lab)
    spoil(lab, commission)
    lab.session.commit()

    assert findings(lab.session, commission, clock.local_day(TUESDAY))[check].found is Answer.NO
    assert refused(lab, commission, YES) == {f"{check.value}_note": NoteNeeded}


def test_consent_to_subcontracting_is_found_on_file(lab):
    commission = in_review(lab)
    day = clock.local_day(TUESDAY)
    assert findings(lab.session, commission, day)[Check.SUBCONTRACT].found is Answer.NOT_APPLICABLE
    lab.stress.may_subcontract = True
    lab.session.flush()
    assert findings(lab.session, commission, day)[Check.SUBCONTRACT] == Finding(None)

    commission.subcontract_consent_at = TUESDAY
    lab.session.flush()

    assert findings(lab.session, commission, day)[Check.SUBCONTRACT].found is Answer.YES


def test_without_a_wish_for_the_mark_the_scope_does_not_apply(lab):
    commission = in_review(lab)
    commission.wants_mark = False

    assert findings(lab.session, commission, clock.local_day(TUESDAY))[Check.SCOPE].found is Answer.NOT_APPLICABLE


def test_a_question_stops_the_clock_and_the_answer_starts_it_again(lab, tmp_path):
    commission = in_review(lab)
    promised_on = commission.promised_on
    decide(lab, commission, ReviewDecision.ASK, {}, reason="请提供图纸")
    assert commission.state is C.NEED_INFO
    assert commission.state_reason == "请提供图纸"

    later = TUESDAY + timedelta(days=2)
    reviewing.answer(lab.work(now=later), commission.id, text="见附件", uploads=[picture(tmp_path)], folder=tmp_path)
    lab.session.commit()

    assert commission.state is C.IN_REVIEW
    assert commission.stopped_days == 2
    assert commission.promised_on > promised_on
    assert lab.session.scalars(select(ClockStop.ended_at)).one() == later
    assert len(lab.session.scalars(select(CommissionFile)).all()) == 1
    event = lab.session.scalars(select(CommissionEvent).where(CommissionEvent.kind == "answer")).one()
    assert event.facts["text"] == "见附件"


def picture(folder):
    path = folder / "p.png"
    Image.new("RGB", (3, 3), "blue").save(path)
    with path.open("rb") as file:
        return examine(file, "图纸.png")


def test_an_answer_needs_words_and_comes_from_the_own_firm_once(lab):
    commission = in_review(lab)
    decide(lab, commission, ReviewDecision.ASK, {}, reason="?")

    with pytest.raises(AnswerMissing):
        reviewing.answer(lab.work(), commission.id, text=" ")
    with pytest.raises(NotFound):
        reviewing.answer(lab.work(lab.rival_agent), commission.id, text="答")
    reviewing.answer(lab.work(), commission.id, text="答")
    with pytest.raises(WrongState):
        reviewing.answer(lab.work(), commission.id, text="答")


@pytest.mark.parametrize("decision", [ReviewDecision.ASK, ReviewDecision.DECLINE])
def test_the_client_is_told_why(lab, decision):
    commission = in_review(lab)

    assert refused(lab, commission, {}, decision, reason=" ") == {"reason": NothingSaid}


def test_a_declined_order_gives_its_slots_back_and_owes_nothing(lab):
    commission = in_review(lab, samples=2)
    assert commission.order.due_fen > 0

    decide(lab, commission, ReviewDecision.DECLINE, {}, reason="超出能力范围")

    assert commission.state is C.DECLINED
    assert commission.order.due_fen == 0
    assert {line.state for line in lab.session.scalars(select(TestLine))} == {LineState.CANCELLED}
    assert {one.state for one in lab.session.scalars(select(Sample))} == {SampleState.WITHDRAWN}
    assert {one.state for one in lab.session.scalars(select(Booking))} == {BookingState.CANCELLED}


def test_a_decision_for_another_quotation_leaves_the_order_in_review(lab):
    commission = in_review(lab)

    decide(lab, commission, ReviewDecision.QUOTE)

    assert commission.state is C.IN_REVIEW
    assert lab.session.scalars(select(ContractReview.decision)).one() is ReviewDecision.QUOTE


def test_an_internal_note_is_internal(lab):
    commission = in_review(lab)

    reviewing.add_note(desk(lab), commission.id, text="老客户")

    event = lab.session.scalars(select(CommissionEvent).where(CommissionEvent.kind == "note")).one()
    assert event.is_internal
    with pytest.raises(AnswerMissing):
        reviewing.add_note(desk(lab), commission.id, text="")


@pytest.mark.parametrize(
    ("wanted", "quantity", "unit", "enough"),
    [
        ("4 件", 4, "件", True),
        ("4件", 3, "件", False),
        ("≥ 3 件", 3, "件", True),
        ("50 g", 60, "件", None),
        ("", 1, "件", None),
    ],
)
def test_amounts_are_compared_in_the_same_unit_only(wanted, quantity, unit, enough):
    assert is_enough(wanted, quantity, unit) is enough


def test_an_answer_against_what_was_found_needs_a_note():
    found = {check: Finding(Answer.YES) for check in Check} | {Check.SCOPE: Finding(Answer.NO, ("铅",))}

    assert unexplained(YES, found) == [Check.SCOPE]
    assert unexplained(YES | {Check.SCOPE: Reply(Answer.NO, "告知客户")}, found) == []
    assert record_of({}, found)["scope"] == {"answer": "", "note": "", "found": "no"}


def test_a_draft_of_a_client_is_nobody_elses(lab):
    commission = make_draft(lab)

    for act in (reviewing.take_over, lambda work, key: reviewing.add_note(work, key, text="老客户")):
        with pytest.raises(NotFound):
            act(desk(lab), commission.id)
