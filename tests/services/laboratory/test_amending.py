"""Amendments, withdrawals, and who is told about them."""

import pytest
from sqlalchemy import select

from services.core.errors import NotAllowed, NotFound, RulesBroken, WrongState
from services.core.notices import Notification
from services.core.outbox import OutboxTask
from services.laboratory.errors import ReasonNeeded
from services.laboratory.models.commissions import CommissionState
from services.laboratory.models.reports import ReportState
from services.laboratory.operations import amending, reporting, verifying
from services.laboratory.reporting_errors import FirstReportStays, NotTheLatest
from tests.factories.laboratory import make_laboratory
from tests.factories.reports import go_to_signature, issued, make_checked, messages, reviewed, sign


@pytest.fixture
def lab(session):
    return make_laboratory(session)


def amended(lab, report, **over):
    values = {"reason": "样品名称书写错误", "changed_parts": "第 1 页样品名称"} | over
    return amending.amend(lab.work(lab.clerk), report.id, **values)


def told(session, word: str) -> list[int]:
    statement = (
        select(Notification.person_id).where(Notification.message.contains(word)).order_by(Notification.person_id)
    )
    return list(session.scalars(statement))


def test_an_amendment_has_a_new_number_and_leaves_the_old_report_valid_until_it_is_issued(lab, tmp_path):
    old = issued(lab, tmp_path)

    new = amended(lab, old)
    go_to_signature(lab, new)

    assert (new.no, new.edition, new.replaces_id) == (f"{old.commission.no}-R2", 2, old.id)
    assert new.code != old.code
    assert old.state is ReportState.ISSUED


def test_issuing_the_amendment_voids_the_old_report_and_tells_who_fetched_or_verified_it(lab, session, tmp_path):
    old = issued(lab, tmp_path)
    reporting.fetch(lab.work(lab.agent), old.id)
    verifying.verify_code(lab.work(lab.rival_agent), old.code)
    new = amended(lab, old)
    go_to_signature(lab, new)

    sign(lab, new, tmp_path)

    assert (old.state, new.state) == (ReportState.SUPERSEDED, ReportState.ISSUED)
    assert new.contents["replaces"] == {"no": old.no, "issued_on": old.contents["issued_on"]}
    assert new.contents["change_reason"] == "样品名称书写错误"
    assert told(session, "was replaced by") == sorted([lab.agent.id, lab.rival_agent.id])
    letters = session.scalars(select(OutboxTask.payload).where(OutboxTask.task == "mail.report_void")).all()
    assert sorted(one["person_id"] for one in letters) == sorted([lab.agent.id, lab.rival_agent.id])
    assert old.commission.state is CommissionState.DELIVERED


def test_a_reason_and_what_changed_are_needed_both_told_at_once(lab, tmp_path):
    old = issued(lab, tmp_path)

    with pytest.raises(RulesBroken) as raised:
        amended(lab, old, reason=" ", changed_parts="")

    assert messages(raised.value.errors) == ["NothingChanged", "ReasonNeeded"]


def test_only_the_latest_report_is_amended_and_only_once_at_a_time(lab, tmp_path):
    old = issued(lab, tmp_path)
    new = amended(lab, old)
    with pytest.raises(NotTheLatest):
        amended(lab, old)
    go_to_signature(lab, new)
    sign(lab, new, tmp_path)

    with pytest.raises(WrongState):
        amended(lab, old)
    assert amended(lab, new).no.endswith("-R3")


def test_a_report_that_is_not_out_is_not_amended(lab):
    with pytest.raises(WrongState):
        amended(lab, reviewed(lab, make_checked(lab)))


def test_a_dropped_amendment_does_not_stand_in_the_way_and_its_number_is_not_used_again(lab, session, tmp_path):
    old = issued(lab, tmp_path)
    new = amended(lab, old)
    with pytest.raises(ReasonNeeded):
        amending.drop(lab.work(lab.clerk), new.id, reason="")

    amending.drop(lab.work(lab.clerk), new.id, reason="不必更正")
    again = amended(lab, old)
    session.flush()

    assert new.state is ReportState.DROPPED
    assert again.no.endswith("-R3")
    with pytest.raises(FirstReportStays):
        amending.drop(lab.work(lab.clerk), old.id, reason="不要了")


def test_a_withdrawn_report_is_void_and_its_readers_are_told(lab, session, tmp_path):
    old = issued(lab, tmp_path)
    verifying.verify_code(lab.work(lab.rival_agent), old.code)
    with pytest.raises(ReasonNeeded):
        amending.withdraw(lab.work(lab.signatory), old.id, reason="")

    amending.withdraw(lab.work(lab.signatory), old.id, reason="仪器故障，数据不可靠")

    assert (old.state, old.state_reason) == (ReportState.WITHDRAWN, "仪器故障，数据不可靠")
    assert told(session, "withdrawn") == sorted([lab.agent.id, lab.rival_agent.id])
    with pytest.raises(WrongState):
        reporting.fetch(lab.work(lab.agent), old.id)


def test_a_withdrawn_report_can_be_replaced_and_stays_withdrawn(lab, tmp_path):
    old = issued(lab, tmp_path)
    amending.withdraw(lab.work(lab.signatory), old.id, reason="数据不可靠")
    new = amended(lab, old)
    go_to_signature(lab, new)

    sign(lab, new, tmp_path)

    assert (old.state, new.state) == (ReportState.WITHDRAWN, ReportState.ISSUED)


@pytest.mark.parametrize("who", ["clerk", "reviewer", "analyst"])
def test_only_a_signatory_withdraws(lab, tmp_path, who):
    old = issued(lab, tmp_path)

    with pytest.raises(NotAllowed):
        amending.withdraw(lab.work(getattr(lab, who)), old.id, reason="因故")


def test_the_client_changes_no_report(lab, tmp_path):
    old = issued(lab, tmp_path)

    with pytest.raises((NotAllowed, NotFound)):
        amending.amend(lab.work(lab.agent), old.id, reason="因故", changed_parts="全部")
