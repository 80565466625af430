"""Readings are written down, corrected and submitted by the analyst who has the line."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from services.core import clock
from services.core.errors import ChangedMeanwhile, NotAllowed, NotFound, RulesBroken, WrongState
from services.core.notices import Notification
from services.laboratory.models.capability import ResultKind, TestItem
from services.laboratory.models.commissions import CommissionState, DecisionRule
from services.laboratory.models.lines import LineState, RawRecord, TestLine, Verdict
from services.laboratory.operations import submitting, testing
from services.laboratory.rules.readings import Conditions, Observation, reading_of
from services.laboratory.testing_errors import (
    NotAGrade,
    NothingEntered,
    SpecimensMissing,
    UncertaintyNeeded,
    UncertaintyWrong,
    WithColleague,
)
from tests.factories.laboratory import Laboratory, make_laboratory
from tests.factories.laboratory_results import begin, begun, enter, instrument_id, lines_of, make_taken, submitted

C, L = CommissionState, LineState


@pytest.fixture
def lab(session) -> Laboratory:
    return make_laboratory(session)


def faults(refusal: pytest.ExceptionInfo[RulesBroken]) -> dict[str, str]:
    return {error.field: type(error).__name__ for error in refusal.value.errors}


# Writing down -------------------------------------------------------------------------------------------------------


def test_a_reading_keeps_who_when_where_and_on_what(lab):
    record = enter(lab, begun(lab), "０．１２")[0]

    assert (record.value, record.is_detected, record.revision) == ("0.12", True, 1)
    assert (record.entered_by_id, record.instrument_id) == (lab.analyst.id, lab.spectrometer.id)
    assert (record.temperature, record.humidity) == (231, 520)
    assert clock.now() - record.observed_at < timedelta(minutes=1)


def test_all_mistakes_are_told_at_once_each_at_its_field(lab):
    lab.lead.specimens, lab.lead.range_high = 4, "10"
    line = begun(lab)

    seen = {
        1: Observation("viel"),
        2: Observation("0.01"),
        3: Observation("0.5", is_detected=False),
        4: Observation("11"),
        5: Observation("1"),
    }
    with pytest.raises(RulesBroken) as refusal:
        testing.enter(lab.work(lab.analyst), line.id, seen, Conditions(lab.polariscope.id))

    assert faults(refusal) == {
        "value_1": "NotANumber",
        "value_2": "BelowDetection",
        "value_3": "AboveDetection",
        "note_4": "OutsideRange",
        "value_5": "NoSuchSpecimen",
        "instrument": "InstrumentNeeded",
    }
    assert not lab.session.scalars(select(RawRecord.id)).all()


def test_a_reading_beyond_the_instrument_needs_a_note(lab):
    lab.lead.range_high = "10"
    line = begun(lab)

    seen = {1: Observation("11", note="稀释十倍后测定")}
    record = testing.enter(lab.work(lab.analyst), line.id, seen, Conditions(lab.spectrometer.id))[0]

    assert (record.value, record.note) == ("11", "稀释十倍后测定")


def test_grades_and_words_are_checked_too(lab):
    lab.adhesion.specimens = 2
    for item, value, fault in (
        (lab.fastness, "7", "NotAGrade"),
        (lab.adhesion, "剥" * 100, "ReadingTooLong"),
    ):
        with pytest.raises(RulesBroken) as refusal:
            enter(lab, begun(lab, item), value)
        assert faults(refusal) == {"value_1": fault}
    with pytest.raises(RulesBroken) as refusal:
        enter(lab, begun(lab, lab.fastness), "")
    assert faults(refusal) == {"undetected_1": "NoDetectionLimit"}


@pytest.mark.parametrize(
    ("range_high", "grade", "is_taken"), [("8", "6-7", True), ("", "6-7", False), ("8", "8-9", False)]
)
def test_each_item_has_its_own_scale_of_grades(range_high, grade, is_taken):
    item = TestItem(result_kind=ResultKind.GRADE, range_high=range_high, specimens=1)

    if is_taken:
        assert reading_of(item, Observation(grade)).value == grade
    else:
        with pytest.raises(NotAGrade):
            reading_of(item, Observation(grade))


def test_nothing_at_all_is_no_reading(lab):
    with pytest.raises(NothingEntered):
        testing.enter(lab.work(lab.analyst), begun(lab).id, {1: Observation("")}, Conditions(lab.spectrometer.id))


def test_a_second_window_does_not_write_over_the_first(lab):
    lab.lead.specimens = 2
    line = begun(lab)
    enter(lab, line, "0.12")

    with pytest.raises(RulesBroken) as refusal:
        enter(lab, line, "0.99", "0.50")

    assert faults(refusal) == {"value_1": "RecordedMeanwhile"}


def test_only_the_analyst_of_a_line_writes_its_readings(lab):
    line = begun(lab)
    for person, refusal in ((lab.other_analyst, WithColleague), (lab.reviewer, NotAllowed), (lab.agent, NotAllowed)):
        with pytest.raises(refusal):
            testing.enter(lab.work(person), line.id, {1: Observation("0.1")}, Conditions(lab.spectrometer.id))


def test_lines_of_another_laboratory_do_not_exist(lab):
    line = begun(lab)
    other = make_laboratory(lab.session)
    work = other.work(other.analyst)

    for deed in (
        lambda: testing.begin(work, line.id, instrument_id=None),
        lambda: testing.enter(work, line.id, {1: Observation("0.1")}, Conditions()),
        lambda: submitting.submit(work, line.id),
        lambda: submitting.submit(work, 999_999),
    ):
        with pytest.raises(NotFound):
            deed()


def test_nothing_is_written_while_testing_is_suspended(lab):
    line = begun(lab)
    line.commission.state = C.SUSPENDED
    lab.session.commit()

    with pytest.raises(WrongState):
        enter(lab, line, "0.1")


# Correcting ---------------------------------------------------------------------------------------------------------


def correct(lab: Laboratory, line: TestLine, value: str, *, seen: int = 1, reason: str = "读数写错", person=None):
    work = lab.work(person or lab.analyst)
    conditions = Conditions(instrument_id(lab, line))
    return testing.correct(work, line.id, 1, Observation(value), conditions, seen_revision=seen, reason=reason)


def test_a_correction_keeps_the_old_reading_with_person_and_reason(lab):
    line = begun(lab)
    enter(lab, line, "0.12")

    correct(lab, line, "0.21")
    lab.session.commit()

    kept = [
        (one.revision, one.value, one.reason, one.entered_by_id) for one in lines_of(lab, line.commission)[0].records
    ]
    assert kept == [(1, "0.12", "", lab.analyst.id), (2, "0.21", "读数写错", lab.analyst.id)]
    assert submitting.submit(lab.work(lab.analyst), line.id).text == "0.21"


def test_a_correction_needs_a_reason_and_a_readable_value(lab):
    line = begun(lab)
    enter(lab, line, "0.12")

    with pytest.raises(RulesBroken) as refusal:
        correct(lab, line, "oje", reason=" ")

    assert faults(refusal) == {"reason": "ReasonNeeded", "value": "NotANumber"}


def test_of_two_windows_the_second_correction_is_refused(lab):
    line = begun(lab)
    enter(lab, line, "0.12")
    correct(lab, line, "0.21")

    with pytest.raises(ChangedMeanwhile):
        correct(lab, line, "0.31", seen=1)


def test_what_was_never_written_down_cannot_be_corrected(lab):
    with pytest.raises(NotFound):
        correct(lab, begun(lab), "0.21")


@pytest.mark.parametrize("change", [{"value": "9"}, {"reason": "x"}, {"observed_at": clock.now()}])
def test_the_database_keeps_readings_as_they_are(lab, change):
    record = enter(lab, begun(lab), "0.12")[0]
    lab.session.commit()
    for name, value in change.items():
        setattr(record, name, value)

    with pytest.raises(Exception, match=r"raw_record|kept|append|only added"):
        lab.session.flush()


def test_the_database_refuses_a_correction_without_a_reason(lab):
    record = enter(lab, begun(lab), "0.12")[0]
    values = {name: getattr(record, name) for name in ("line_id", "round", "specimen", "observed_at", "entered_by_id")}
    lab.session.add(RawRecord(**values, revision=2, value="0.2"))

    with pytest.raises(IntegrityError, match="corrected_with_reason"):
        lab.session.flush()


# Submitting ---------------------------------------------------------------------------------------------------------


def test_every_specimen_needs_a_reading(lab):
    lab.lead.specimens = 3
    line = begun(lab)
    enter(lab, line, "0.10", first=2)

    with pytest.raises(SpecimensMissing) as refusal:
        submitting.submit(lab.work(lab.analyst), line.id)

    assert refusal.value.values == {"missing": "1、3"}


def test_the_result_is_computed_rounded_and_judged(lab):
    result = submitted(lab, lab.lead, "0.505", is_judged=True, limit_set_id=lab.limits.id)

    assert (result.text, result.verdict) == ("0.50", Verdict.PASS)
    assert result.limits == {
        "set": lab.limits.name,
        "set_id": lab.limits.id,
        "low": "",
        "high": "0.5",
        "rule": "simple",
    }
    assert (result.submitted_by_id, result.checked_by_id) == (lab.analyst.id, None)


def test_without_an_agreed_judgement_or_a_limit_nothing_is_judged(lab):
    plain = submitted(lab, lab.lead, "0.9")
    lab.limits.limits = [one for one in lab.limits.limits if one.item_id != lab.lead.id]
    without_limit = submitted(lab, lab.lead, "0.9", is_judged=True, limit_set_id=lab.limits.id)

    assert [one.verdict for one in (plain, without_limit)] == [Verdict.NOT_JUDGED] * 2


def test_the_guarded_rule_asks_for_the_uncertainty(lab):
    over = {"is_judged": True, "limit_set_id": lab.limits.id, "decision_rule": DecisionRule.GUARDED}
    line = begun(lab, lab.lead, **over)
    enter(lab, line, "0.45")
    work = lab.work(lab.analyst)

    with pytest.raises(UncertaintyNeeded):
        submitting.submit(work, line.id)
    assert submitting.submit(work, line.id, uncertainty="0.06").verdict is Verdict.FAIL


def test_what_was_not_detected_has_no_uncertainty(lab):
    line = begun(lab, lab.lead)
    enter(lab, line, "")

    result = submitting.submit(lab.work(lab.analyst), line.id, uncertainty="0.01")
    assert (result.text, result.uncertainty) == ("<0.05", "")


@pytest.mark.parametrize("typed", ["-1", "wenig"])
def test_an_uncertainty_is_a_number(lab, typed):
    line = begun(lab)
    enter(lab, line, "0.45")

    with pytest.raises(UncertaintyWrong):
        submitting.submit(lab.work(lab.analyst), line.id, uncertainty=typed)


def test_grades_have_no_uncertainty(lab):
    line = begun(lab, lab.fastness)
    enter(lab, line, "3-4")

    with pytest.raises(UncertaintyWrong):
        submitting.submit(lab.work(lab.analyst), line.id, uncertainty="0.5")


def test_with_the_last_line_the_commission_waits_for_its_check_and_checkers_are_told(lab):
    commission = make_taken(lab, lab.lead, lab.fastness)
    states = []
    for line, value in zip(lines_of(lab, commission), ("0.1", "4"), strict=True):
        begin(lab, line)
        enter(lab, line, value)
        submitting.submit(lab.work(lab.analyst), line.id)
        states.append(commission.state)

    assert states == [C.TESTING, C.DATA_REVIEW]
    assert lab.session.scalars(select(Notification.person_id)).all() == [lab.reviewer.id]


def test_what_is_submitted_takes_no_more_readings(lab):
    result = submitted(lab)
    line = lab.session.get_one(TestLine, result.line_id)

    with pytest.raises(WrongState):
        enter(lab, line, "0.1")
    with pytest.raises(WrongState):
        correct(lab, line, "0.1")
