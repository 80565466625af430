"""Letters of the laboratory say what is to be done next, and nothing that is not the reader's."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.accounts.models import PersonState
from services.billing.models import LineKind
from services.billing.operations import quotations
from services.core import clock, links
from services.core.outbox import OutboxTask
from services.laboratory.models.commissions import Commission, CommissionState, Consultation, ConsultationState
from services.laboratory.operations import amending, objecting
from services.mail.commissions import DATED, REASONED, TO_CLIENT, consultation_answered, report_void, to_client
from services.mail.composing import LETTERS
from services.mail.letters import Letter, Rendered
from services.mail.rendering import render
from tests.factories.laboratory import Laboratory, make_commission, make_laboratory
from tests.factories.reports import issued

C = CommissionState
PAY, SEND = "请转账或到前台付款", "请送达或寄达样品"


@pytest.fixture
def lab(session: Session) -> Laboratory:
    made = make_laboratory(session)
    made.provider.address, made.provider.phone = "玻璃产业园 1 号", "0514-88880001"
    session.commit()
    return made


def rendered(letter: Letter | None) -> Rendered:
    assert letter is not None
    return render(letter, site_name="平台", base_url="http://localhost")


def offered(lab: Laboratory, commission: Commission) -> None:
    quotations.offer(
        lab.work(lab.clerk),
        subject_no=commission.no or "",
        organisation_id=lab.firm.id,
        provider_id=lab.provider.id,
        title="检测",
        lines=[{"kind": LineKind.BASE, "label": "检测", "facts": {}, "amount_fen": 43210}],
        due_fen=43210,
        terms={},
        valid_until=date(2026, 12, 3),
    )


@pytest.mark.parametrize("locale", ["zh_Hans_CN", "en"])
def test_each_letter_goes_to_whoever_placed_the_commission(lab: Laboratory, locale: str) -> None:
    lab.agent.locale = locale
    commission = make_commission(lab, C.QUOTED, state_reason="设备检修", samples_due_on=date(2026, 12, 9))
    offered(lab, commission)
    for name in TO_CLIENT:
        letter = to_client(name, lab.session, commission_id=commission.id)
        assert letter is not None
        assert (letter.mobile, letter.locale) == (lab.agent.mobile, locale)
        words = rendered(letter)
        for text in (words.text, words.html):
            assert str(commission.no) in text, name
            assert "0514-88880001" in text, name
            assert f"http://localhost/commissions/{commission.id}" in text, name
            assert ("2026-12-08" in text) == (name in DATED), name
            assert ("设备检修" in text) == (name in REASONED), name
            assert "432.10" not in text, name  # never a price
            assert "玻璃杯" not in text, name  # nor what is tested


def words_in(lab: Laboratory, state: CommissionState, name: str, **over: object) -> str:
    commission = make_commission(lab, state, samples_due_on=date(2026, 12, 9), **over)
    return rendered(to_client(name, lab.session, commission_id=commission.id)).text


@pytest.mark.parametrize(("state", "said"), [(C.AWAIT_PAYMENT, PAY), (C.AWAIT_SAMPLE, SEND), (C.SAMPLE_IN, "")])
@pytest.mark.parametrize("name", ["commission_approved", "commission_kept", "commission_paid"])
def test_what_is_next_follows_from_the_state(lab: Laboratory, state: CommissionState, said: str, name: str) -> None:
    text = words_in(lab, state, name)
    assert [one for one in (PAY, SEND) if one in text] == ([said] if said else [])
    assert ("送样截止：2026-12-09" in text) == (said == SEND)
    assert ("送样地址：玻璃产业园 1 号" in text) == (said == SEND)


def test_a_quotation_says_until_when_it_stands(lab: Laboratory) -> None:
    commission = make_commission(lab, C.QUOTED)
    offered(lab, commission)
    letter = to_client("commission_quoted", lab.session, commission_id=commission.id)
    assert "确认截止：2026-12-03" in rendered(letter).text
    quotations.lapse(lab.work(lab.clerk), quotations.versions(lab.session, commission.no or "")[0])
    letter = to_client("commission_quoted", lab.session, commission_id=commission.id)
    assert "确认截止" not in rendered(letter).text


def test_a_question_is_in_its_letter_with_the_page_for_the_answer(lab: Laboratory) -> None:
    commission = make_commission(lab, C.NEED_INFO, state_reason="样品用于何种食品？")
    text = rendered(to_client("commission_question", lab.session, commission_id=commission.id)).text
    assert "检测中心的问题：样品用于何种食品？" in text
    assert f"/commissions/{commission.id}/answer\n" in text


@pytest.mark.parametrize(("state", "said"), [(C.LAPSED, "一键再次委托"), (C.AWAIT_SAMPLE, "此前的约定继续有效")])
def test_a_lapsed_quotation_says_what_stands(lab: Laboratory, state: CommissionState, said: str) -> None:
    assert said in words_in(lab, state, "commission_lapsed")


def test_who_may_not_sign_in_any_more_gets_nothing(lab: Laboratory) -> None:
    lab.agent.state = PersonState.DISABLED
    lab.session.flush()
    commission = make_commission(lab, C.TESTING)
    assert to_client("commission_suspended", lab.session, commission_id=commission.id) is None


def test_letters_about_an_objection_lead_to_it(lab: Laboratory, tmp_path) -> None:
    report = issued(lab, tmp_path)
    first = objecting.lodge(lab.work(lab.agent), report.id, text="与我厂自测不符", line_ids=[])
    objecting.withdraw(lab.work(lab.agent), first.id)
    second = objecting.lodge(lab.work(lab.agent), report.id, text="与我厂自测不符", line_ids=[])
    lab.session.flush()
    asked = {"commission_id": report.commission_id}
    text = rendered(LETTERS["mail.objection_taken_up"](lab.session, **asked)).text
    assert links.objection(second.id) + "\n" in text
    assert f"承诺答复日期：{second.answer_due_on}" in text

    second.answered_at = clock.now()
    lab.session.flush()
    text = rendered(LETTERS["mail.objection_answered"](lab.session, **asked)).text
    assert "承诺答复日期" not in text
    assert "与我厂自测不符" not in text


def test_a_stranger_who_verified_a_report_reads_nothing_of_its_client(lab: Laboratory, tmp_path) -> None:
    report = issued(lab, tmp_path)
    amending.withdraw(lab.work(lab.signatory), report.id, reason="检测依据有误")
    lab.session.flush()
    task = select(OutboxTask.payload).where(OutboxTask.task == "mail.report_void")
    assert lab.session.scalars(task).all() == [{"report_id": report.id, "person_id": lab.agent.id}]

    letter = report_void(lab.session, report_id=report.id, person_id=lab.rival_agent.id)
    assert letter is not None
    assert letter.mobile == lab.rival_agent.mobile
    words = rendered(letter)
    text = words.subject + words.text + words.html
    assert report.no in words.subject
    assert links.verification(report.code) in words.text
    assert "检测中心已作废该报告" in text
    for secret in (lab.firm.name, "检测依据有误", f"/commissions/{report.commission_id}"):
        assert secret not in text


def test_whoever_asked_reads_that_there_is_an_answer(lab: Laboratory) -> None:
    asked = Consultation(
        no="ZX-20261124-0001",
        provider_id=lab.provider.id,
        organisation_id=lab.firm.id,
        asked_by_id=lab.agent.id,
        question="玻璃杯出口要做什么检测？",
        state=ConsultationState.ANSWERED,
        asked_at=clock.now(),
        answer="可以，约 500 元",
    )
    lab.session.add(asked)
    lab.session.flush()
    letter = consultation_answered(lab.session, consultation_id=asked.id)
    text = rendered(letter).text
    assert letter is not None
    assert letter.facts["link"] == f"/consultations/{asked.id}"
    assert "ZX-20261124-0001" in text
    assert lab.firm.name in text
    assert "500" not in text
