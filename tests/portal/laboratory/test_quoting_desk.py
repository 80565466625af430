"""The clerk adds and drops tests with a quotation; the client reads what changes before agreeing."""

from datetime import timedelta

import pytest

from services.core import clock
from services.laboratory.models.commissions import CommissionState, ReviewDecision
from services.laboratory.models.lines import LineState
from services.laboratory.operations import reviewing
from services.laboratory.queries.surveys import live_lines_of, samples_of
from services.laboratory.rules.reviewing import Answer, Check, Reply
from tests.factories.ordering import make_order
from tests.plumbing.reviewing import page_of, post_form

YES = {check: Reply(Answer.YES) for check in Check}


@pytest.fixture
def quoting(lab):
    """Return an order whose review decided for another quotation."""
    order = make_order(lab, samples=2, now=clock.now())
    reviewing.take_up(lab.work(lab.clerk), order.id)
    reviewing.review(lab.work(lab.clerk), order.id, YES, decision=ReviewDecision.QUOTE)
    lab.session.commit()
    return order


def address(order):
    return f"/laboratory/commissions/{order.id}/quote"


def unit(lab, order, position):
    """Return the stress test of a sample as the form names it."""
    return f"{samples_of(lab.session, order.id)[position - 1].id}-{lab.stress.id}"


def test_added_and_dropped_tests_stand_on_the_quotation_and_hold_once_it_is_accepted(lab, browser, quoting):
    day = (quoting.promised_on + timedelta(days=1)).isoformat()
    changed = {"added-0-module": lab.lead.id, "added-0-samples": ["1"], "promised_on": day}
    second = f"{samples_of(lab.session, quoting.id)[1].id}"
    changed |= {"added-1-module": lab.lead.id, "added-1-quantity": "2", "added-1-samples": ["2"]}

    answer = post_form(browser("clerk"), address(quoting), dropped=[unit(lab, quoting, 2)], **changed)

    assert answer.status_code == 303
    client = browser("agent")
    shown = page_of(client.get(f"/commissions/{quoting.id}")).select_one("#quotation").get_text()
    assert lab.lead.module.name in shown
    assert "玻璃杯2" in shown
    assert "¥480.00" in shown  # 120 for the stress that stays, three times 120 for the lead
    assert lab.lead.module.name in page_of(browser("clerk").get(f"/laboratory/commissions/{quoting.id}")).get_text()
    post_form(client, f"/commissions/{quoting.id}", action=f"/commissions/{quoting.id}/quotations/2/acceptance")
    lab.session.rollback()
    lab.session.refresh(quoting)
    assert quoting.state is CommissionState.AWAIT_SAMPLE
    lines = {(one.sample_id, one.item_id): one for one in live_lines_of(lab.session, quoting.id)}
    assert len(lines) == 3
    assert lines[int(second), lab.lead.id].quantity == 2
    assert all(one.state is LineState.SCHEDULED for one in lines.values())


def test_what_cannot_be_added_is_told_and_what_was_ticked_is_kept(lab, browser, quoting):
    ticked = [unit(lab, quoting, 1)]
    answer = post_form(
        browser("clerk"), address(quoting), dropped=ticked, **{"added-0-module": lab.stress.id, "note": "换"}
    )

    shown = page_of(answer)
    assert answer.status_code == 409
    assert lab.stress.module.name in shown.select_one(".error-summary").get_text()
    assert [one["value"] for one in shown.select("input[name=dropped][checked]")] == ticked
    assert shown.select_one("details.fold[open] [name=added-0-module] option[selected]")["value"] == str(lab.stress.id)


def test_a_wrong_quantity_is_told_beside_it(lab, browser, quoting):
    answer = post_form(
        browser("clerk"), address(quoting), **{"added-0-module": lab.lead.id, "added-0-quantity": "viel"}
    )

    assert answer.status_code == 400
    assert page_of(answer).select_one("#added-0-quantity-notes .field__error")
