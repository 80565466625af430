"""What a report prints: which lines stand under which heading, which marks it bears, and what it is computed from."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from services.core import clock
from services.core.verifying import masked_name
from services.laboratory.models.capability import Mark, ScopeEntry
from services.laboratory.models.commissions import ReportLanguage
from services.laboratory.models.lines import Verdict
from services.laboratory.queries.report_contents import contents_of
from services.laboratory.rules.reports import new_code, plain_code, shown_code, summary
from tests.factories.laboratory import add_method, make_laboratory, make_standard
from tests.factories.reports import lines_of, make_checked, measure, prepared


@pytest.fixture
def lab(session):
    return make_laboratory(session)


@pytest.mark.parametrize(
    ("language", "known", "missing"),
    [
        (ReportLanguage.CHINESE, "{zh}", "{zh}"),
        (ReportLanguage.ENGLISH, "Lead release", "{zh}"),
        (ReportLanguage.BOTH, "{zh} Lead release", "{zh}"),
    ],
)
def test_items_are_named_in_the_language_of_the_report_where_it_is_known(lab, language, known, missing):
    lab.lead.name_en = "Lead release"
    commission = make_checked(lab, items=(lab.lead, lab.stress), report_language=language)

    lines = printed(lab, commission)["groups"][0]["lines"]

    wanted = [known.format(zh=lab.lead.module.name), missing.format(zh=lab.stress.module.name)]
    assert sorted(one["item"] for one in lines) == sorted(wanted)


def printed(lab, commission) -> dict:
    lab.session.flush()
    return contents_of(lab.session, prepared(lab, commission))


def headings(contents: dict) -> dict[str, int]:
    return {group["kind"]: len(group["lines"]) for group in contents["groups"]}


# Marks (booking-and-testing.md 4.4 rule 1) --------------------------------------------------------------------------


def test_lines_within_and_outside_the_scope_are_separated(lab):
    contents = printed(lab, make_checked(lab, items=(lab.stress, lab.lead, lab.adhesion)))

    assert headings(contents) == {"in_scope": 2, "outside": 1}
    assert contents["marks"] == {"cma": "191020340001", "cnas": ""}
    assert {line["by"] for line in contents["groups"][0]["lines"]} == {"CMA"}
    assert contents["groups"][1]["lines"][0]["by"] == ""


def test_without_a_line_in_scope_there_is_no_mark(lab):
    contents = printed(lab, make_checked(lab, items=(lab.adhesion, lab.fastness)))

    assert headings(contents) == {"outside": 2}
    assert contents["marks"] == {"cma": "", "cnas": ""}


def test_a_client_who_wants_no_mark_gets_none(lab):
    contents = printed(lab, make_checked(lab, items=(lab.stress,), wants_mark=False))

    assert headings(contents) == {"unmarked": 1}
    assert contents["marks"] == {"cma": "", "cnas": ""}


@pytest.mark.parametrize(("first", "last", "is_covered"), [(0, 0, True), (1, 9, False), (-9, -1, False)])
def test_the_scope_must_hold_on_the_day_of_the_test(lab, session, first, last, is_covered):
    today = clock.local_day(clock.now())
    for entry in session.scalars(select(ScopeEntry)):
        entry.valid_from, entry.valid_until = today + timedelta(days=first), today + timedelta(days=last)

    assert headings(printed(lab, make_checked(lab))) == {"in_scope" if is_covered else "outside": 1}


def test_the_scope_of_one_edition_does_not_cover_another(lab, session):
    commission = make_checked(lab)
    newer = add_method(session, lab.stress, make_standard(session, effective_on=date(2026, 1, 1)))
    lines_of(lab, commission)[0].method_id = newer.id

    assert headings(printed(lab, commission)) == {"outside": 1}


def test_both_marks_are_named_with_their_certificates(lab, session):
    entry = session.scalars(select(ScopeEntry).where(ScopeEntry.method_id == lab.stress.methods[0].id)).one()
    session.add(
        ScopeEntry(
            method_id=entry.method_id,
            mark=Mark.CNAS,
            certificate_no="CNAS L1234",
            valid_from=entry.valid_from,
            valid_until=entry.valid_until,
            entered_at=clock.now(),
        )
    )
    session.commit()

    contents = printed(lab, make_checked(lab))

    assert contents["marks"] == {"cma": "191020340001", "cnas": "CNAS L1234"}
    assert contents["groups"][0]["lines"][0]["by"] == "CMA, CNAS"


def test_what_others_tested_stands_apart_without_mark_and_names_them(lab):
    commission = make_checked(lab, items=(lab.stress, lab.lead))
    line = lines_of(lab, commission)[0]
    line.subcontractor, line.subcontractor_mark_no = "省质检院", "CMA 2100"

    contents = printed(lab, commission)

    assert headings(contents) == {"in_scope": 1, "subcontracted": 1}
    assert contents["groups"][1]["lines"][0]["by"] == "省质检院 CMA 2100"


# What it is computed from -------------------------------------------------------------------------------------------


def test_the_report_states_the_standing_result_of_the_last_round(lab, session):
    commission = make_checked(lab)
    line = lines_of(lab, commission)[0]
    line.results[0].is_void, line.results[0].void_reason = True, "客户异议复检"
    session.flush()
    line.round = 2
    measure(lab, line, text="0.34")

    stated = printed(lab, commission)["groups"][0]["lines"][0]

    assert (stated["result"], stated["line_id"]) == ("0.34", line.id)


def test_conclusion_limits_and_rule_follow_from_the_verdicts(lab, session):
    commission = make_checked(lab, items=(lab.stress,), is_judged=True, limit_set_id=lab.limits.id)
    line = lines_of(lab, commission)[0]
    line.results[0].is_void, line.results[0].void_reason = True, "重新判定"
    session.flush()
    line.round = 2
    measure(lab, line, text="120", verdict=Verdict.FAIL, limits={"low": "", "high": "100"})

    contents = printed(lab, commission)

    assert (contents["summary"], contents["criterion"]) == ("fail", "GB 4806.5-2016 玻璃制品")
    assert contents["failed"] == [f"{line.sample.no} {lab.stress.module.name}"]
    assert contents["groups"][0]["lines"][0]["limit"] == "≤ 100"


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        ([], Verdict.NOT_JUDGED),
        ([Verdict.NOT_JUDGED], Verdict.NOT_JUDGED),
        ([Verdict.PASS, Verdict.NOT_JUDGED], Verdict.PASS),
        ([Verdict.PASS, Verdict.FAIL, Verdict.NOT_JUDGED], Verdict.FAIL),
    ],
)
def test_one_failure_fails_and_what_is_not_judged_does_not_count(verdicts, expected):
    assert summary(verdicts) is expected


def test_deviations_instruments_and_conditions_are_stated(lab):
    commission = make_checked(lab, items=(lab.stress, lab.lead))
    sample = lines_of(lab, commission)[0].sample
    sample.deviation, sample.condition = "杯口缺损", "完好，一只缺损"

    contents = printed(lab, commission)

    assert contents["deviations"] == [{"no": sample.no, "text": "杯口缺损"}]
    assert [one["name"] for one in contents["instruments"]] == ["偏光应力仪", "原子吸收光谱仪"]
    assert all(one["certificate"] and one["due_on"] for one in contents["instruments"])
    assert contents["environment"] == "21.5 ℃, 48.0 %RH"


# Codes and names ----------------------------------------------------------------------------------------------------


def test_codes_are_long_random_and_read_in_any_spelling():
    codes = {new_code() for _ in range(10_000)}
    code = codes.pop()

    assert len(codes) == 9_999
    assert plain_code(shown_code(code).lower().replace(" ", "-")) == code
    assert plain_code("ＡＢ　23") == "AB23"
    for position in range(26):
        assert len({one[position] for one in codes}) == 32


@pytest.mark.parametrize(
    ("name", "masked"),
    [("甲", "甲*"), ("甲厂", "甲*"), ("示例厂", "示*厂"), ("示例县玻璃制品厂", "示例****品厂")],
)
def test_a_clients_name_is_masked(name, masked):
    assert masked_name(name) == masked
