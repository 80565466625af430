"""A client's orders: the lists, one order, quotations, changes, cancelling, ordering the same again, prints."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from services.billing.operations import quotations
from services.core import clock
from services.laboratory.models.commissions import Commission, CommissionState, ReviewDecision
from services.laboratory.models.lines import LineState, TestLine, TestResult
from services.laboratory.queries.commissions import STATES, Tab
from services.laboratory.rules.states import CLIENT_STEPS
from tests.factories.laboratory import make_commission, record_review
from tests.factories.ordering import make_order
from tests.plumbing.reviewing import fields_of, form_of, page_of

C = CommissionState


@pytest.fixture
def firm(browser):
    """Return a browser of the firm's agent."""
    return browser("agent")


@pytest.fixture
def order(lab):
    """Return an order that was sent just now."""
    return make_order(lab, now=clock.now())


def again(lab, commission):
    """Return the commission as it is in the database now."""
    lab.session.rollback()
    return lab.session.get(Commission, commission.id)


def press(client, address, action=None, *, holding=None, **data):
    """Fill in the form of a page that posts to ``action``, or has a field, and send it."""
    form = form_of(page_of(client.get(address)), action=action, holding={holding} if holding else None)
    return client.post(action or address, data=fields_of(form) | data)


def quoted(lab, commission, due_fen=10000):
    """Let the laboratory have made another price."""
    quotations.offer(
        lab.work(lab.clerk),
        subject_no=commission.no,
        organisation_id=lab.firm.id,
        provider_id=lab.provider.id,
        title="内应力",
        lines=[{"kind": "base", "label": "x", "facts": {}, "amount_fen": due_fen}],
        due_fen=due_fen,
        terms={"promised_on": commission.promised_on.isoformat()},
        valid_until=clock.local_day(clock.now()) + timedelta(days=15),
    )
    record_review(lab, commission, ReviewDecision.QUOTE)
    commission.state = C.QUOTED
    lab.session.commit()
    return commission


def test_every_state_stands_in_exactly_one_list_and_one_step():
    assert sorted(state for states in STATES.values() for state in states) == sorted(C)
    stepped = [state for _, states in CLIENT_STEPS for state in states]
    assert len(CLIENT_STEPS) == 8
    assert sorted(stepped) == sorted(set(C) - {C.CANCELLED})


def test_the_lists_tell_what_is_to_do_what_runs_and_what_is_done(firm, lab):
    make_commission(lab, C.AWAIT_SAMPLE), make_commission(lab, C.TESTING), make_commission(lab, C.CLOSED)

    for tab in Tab:
        assert len(page_of(firm.get(f"/commissions?tab={tab.value}")).select("tbody tr")) == 1
    assert page_of(firm.get("/commissions?tab=nonsense&q=%00")).h1


def test_a_firm_sees_only_its_own_orders(browser, lab, order):
    rival = browser("rival_agent")

    assert not page_of(rival.get("/commissions?tab=running")).select("tbody tr")
    for page in ("", "/print", "/quotations/1/print", "/change", "/cancellation"):
        assert rival.get(f"/commissions/{order.id}{page}").status_code == 404


def test_the_list_takes_the_same_number_of_queries_however_long(firm, lab, counted_queries):
    def queries():
        with counted_queries() as statements:
            firm.get("/commissions?tab=running")
        return len(statements)

    make_commission(lab, C.TESTING)
    few = queries()
    for _ in range(6):
        make_commission(lab, C.TESTING, samples=2)
    assert queries() == few


@pytest.mark.parametrize("state", [one for one in C if one is not C.DRAFT])
def test_the_page_of_every_state_can_be_read(firm, lab, state):
    commission = make_commission(lab, state, state_reason="因为")

    page = page_of(firm.get(f"/commissions/{commission.id}"))

    assert len(page.select(".steps__item")) == 8


def test_no_result_is_shown_before_the_report(firm, lab):
    commission = make_commission(lab, C.DATA_REVIEW, items=(lab.lead,), line_state=LineState.CHECKED)
    row = lab.session.scalars(select(TestLine).where(TestLine.commission_id == commission.id)).one()
    lab.session.add(
        TestResult(
            line_id=row.id,
            round=1,
            text="0.4321",
            submitted_by_id=lab.analyst.id,
            submitted_at=clock.now(),
            verdict="pass",
        )
    )
    lab.session.commit()

    assert "0.4321" not in firm.get(f"/commissions/{commission.id}").get_data(as_text=True)


def test_a_quotation_is_accepted_with_the_date_that_was_shown(firm, lab, order):
    quoted(lab, order)
    address = f"/commissions/{order.id}"

    response = press(firm, address, f"{address}/quotations/2/acceptance")

    assert response.location == address
    assert (again(lab, order).state, order.order.due_fen) == (C.AWAIT_SAMPLE, 10000)


def test_a_later_date_is_shown_before_the_quotation_is_accepted(firm, lab, order):
    quoted(lab, order)
    address = f"/commissions/{order.id}"
    too_early = clock.local_day(clock.now()).isoformat()

    response = press(firm, address, f"{address}/quotations/2/acceptance", promised_on=too_early)

    assert response.status_code == 409
    form = form_of(page_of(response), action=f"{address}/quotations/2/acceptance")
    assert fields_of(form)["promised_on"] > too_early
    assert again(lab, order).state is C.QUOTED


def test_a_hand_made_acceptance_without_a_date_is_not_found(firm, lab, order):
    quoted(lab, order)
    address = f"/commissions/{order.id}"

    assert press(firm, address, f"{address}/quotations/2/acceptance", promised_on="x").status_code == 404


def test_refusing_a_quotation_needs_a_reason(firm, lab, order):
    quoted(lab, order)
    address = f"/commissions/{order.id}"

    assert press(firm, address, f"{address}/quotations/2/refusal", reason=" ").status_code == 400
    assert press(firm, address, f"{address}/quotations/2/refusal", reason="太贵").location == address
    assert again(lab, order).state is C.REJECTED_BY_CLIENT


def test_a_change_is_asked_for_in_words(firm, lab, order):
    order.state = C.AWAIT_SAMPLE
    lab.session.commit()
    address = f"/commissions/{order.id}/change"

    assert press(firm, address, holding="text", text="").status_code == 400
    assert press(firm, address, holding="text", text="加一件").location == f"/commissions/{order.id}"
    assert again(lab, order).state is C.AMENDING
    assert firm.get(address).status_code == 409


def test_cancelling_says_what_it_costs_before_the_button(firm, lab, order):
    order.state = C.SAMPLE_IN
    lab.session.commit()
    address = f"/commissions/{order.id}/cancellation"
    assert "24.00" in firm.get(address).get_data(as_text=True)

    assert press(firm, address, holding="reason", shown_fee_fen="0").status_code == 409
    assert press(firm, address, holding="reason", reason="不做了").location == f"/commissions/{order.id}"
    assert again(lab, order).state is C.CANCELLED
    assert firm.get(address).status_code == 409


def test_a_cancelled_order_promises_nothing_and_costs_nothing(firm, browser, lab, order):
    address, day = f"/commissions/{order.id}", order.promised_on
    said = (f"{day.year}年{day.month}月{day.day}日", day.isoformat(), "免费")
    press(firm, f"{address}/cancellation", holding="reason", reason="不做了")

    pages = [firm.get(address), firm.get("/commissions?tab=done"), firm.get(f"{address}/print")]
    pages += [browser("clerk").get(f"/laboratory/commissions/{order.id}")]
    for page in pages:
        content = page_of(page)
        for past in content.select(".timeline, .fold, #money, .list-lines"):
            past.decompose()  # what was promised once stays in the history and on the quotation
        assert not [one for one in said if one in content.select_one("main").get_text()]


@pytest.mark.parametrize(
    ("balance_fen", "on_account", "mark"), [(12000, False, "todo"), (0, False, "done"), (12000, True, "done")]
)
def test_paying_is_ticked_only_when_nothing_is_owed(firm, lab, order, balance_fen, on_account, mark):
    order.state, order.order.on_account = C.TESTING, on_account
    order.order.paid_fen = order.order.due_fen - balance_fen
    lab.session.commit()

    steps = page_of(firm.get(f"/commissions/{order.id}")).select(".steps__item")

    assert f"steps__item--{mark}" in steps[3]["class"]
    assert "steps__item--current" in steps[5]["class"]


def test_the_same_is_ordered_again_in_one_click(firm, lab, order):
    address = f"/commissions/{order.id}"

    response = press(firm, address, f"{address}/copy")

    lab.session.rollback()
    newest = lab.session.scalar(select(func.max(Commission.id)))
    assert response.location == f"/testing/{newest}/confirm"
    assert page_of(firm.get(response.location)).select_one("main form[method=post]")


def test_the_form_and_the_quotation_print_with_two_seals(firm, lab, order):
    for address in (f"/commissions/{order.id}/print", f"/commissions/{order.id}/quotations/1/print"):
        page = page_of(firm.get(address))
        assert len(page.select(".signatures p")) == 2
        assert "120.00" in page.get_text()
    assert f"{lab.stress.methods[0].standard.number}（4.2）" in firm.get(f"/commissions/{order.id}/print").get_data(
        as_text=True
    )
    assert firm.get(f"/commissions/{order.id}/quotations/9/print").status_code == 404


@pytest.mark.parametrize("name", ["analyst", "clerk"])
def test_the_laboratorys_people_use_their_own_pages(browser, lab, order, name):
    assert browser(name).get(f"/commissions/{order.id}").status_code == 403
