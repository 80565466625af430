"""The clerk's desk: lists, one commission, contract review, quotations, suspension and termination."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from services.core import clock
from services.laboratory.models.commissions import CommissionEvent, CommissionState, ContractReview, ReviewDecision
from services.laboratory.models.lines import LineState, TestLine
from services.laboratory.operations import changing, offering, overseeing, reviewing
from services.laboratory.rules.reviewing import Answer, Check, Reply
from tests.factories.laboratory import make_commission, make_laboratory
from tests.factories.ordering import make_order
from tests.plumbing.reviewing import page_of, post_form, token_of

C = CommissionState
LIST = "/laboratory/commissions"
YES = {check: Reply(Answer.YES) for check in Check}
ANSWERS = {check.value: "yes" for check in Check}


@pytest.fixture
def order(lab):
    """Return an order that has been sent just now."""
    return make_order(lab, samples=2, now=clock.now())


@pytest.fixture
def in_review(lab, order):
    """Return an order in review."""
    reviewing.take_up(lab.work(lab.clerk), order.id)
    lab.session.commit()
    return order


def fresh(lab, commission):
    lab.session.rollback()
    lab.session.refresh(commission)
    return commission


def page(commission) -> str:
    return f"{LIST}/{commission.id}"


def test_each_list_shows_what_stands_in_it_and_the_search_finds_the_rest(lab, browser, order):
    overdue = make_commission(lab, C.TESTING, promised_on=clock.local_day(clock.now()) - timedelta(days=1))
    desk = browser("clerk")

    assert [order.no] == numbers(desk.get(LIST))
    assert [overdue.no] == numbers(desk.get(f"{LIST}?show=overdue"))
    assert numbers(desk.get(f"{LIST}?show=today")) == []
    assert [overdue.no] == numbers(desk.get(f"{LIST}?q={overdue.no}"))
    assert numbers(desk.get(f"{LIST}?q=%25")) == []
    assert len(numbers(desk.get(f"{LIST}?show=all&q=玻璃杯"))) == 2


def numbers(response) -> list[str]:
    return [link.get_text(strip=True) for link in page_of(response).select(".queue tbody a.nowrap")]


def test_a_list_takes_the_same_number_of_queries_whatever_its_length(lab, browser, counted_queries):
    desk = browser("clerk")
    make_commission(lab, C.SUBMITTED)
    counts = []
    for _ in range(2):
        with counted_queries() as statements:
            desk.get(LIST)
        counts.append(len(statements))
        for _ in range(8):
            make_commission(lab, C.SUBMITTED, samples=2)

    assert counts[0] == counts[1]


def test_an_order_is_taken_up_once_and_reviewed(lab, browser, order):
    desk = browser("clerk")

    first = post_form(desk, LIST, action=f"{page(order)}/take-up")
    assert first.location == f"{page(order)}/review"
    assert fresh(lab, order).clerk_id == lab.clerk.id
    again = desk.post(f"{page(order)}/take-up", data=token_of(desk))
    assert again.status_code == 409
    answer = post_form(desk, f"{page(order)}/review", **ANSWERS, decision="accept")

    assert answer.location == page(order)
    assert fresh(lab, order).state is C.AWAIT_SAMPLE


def test_a_review_says_all_that_is_missing_and_keeps_what_was_typed(lab, browser, in_review):
    desk = browser("clerk")
    answer = post_form(desk, f"{page(in_review)}/review", **ANSWERS | {"amount": "no", "scope": None}, remark="老客户")

    shown = page_of(answer)
    assert answer.status_code == 409
    assert shown.select("#amount_note-notes .field__error")
    assert shown.select("fieldset #scope-notes .field__error")
    assert shown.select_one("#remark").get_text(strip=True) == "老客户"
    assert lab.session.scalars(select(ContractReview)).all() == []


@pytest.mark.parametrize("decision", ["ask", "decline"])
def test_a_question_or_refusal_has_to_be_told(lab, browser, in_review, decision):
    desk = browser("clerk")
    empty = post_form(desk, f"{page(in_review)}/review", decision=decision)
    assert page_of(empty).select("#reason-notes .field__error")

    post_form(desk, f"{page(in_review)}/review", decision=decision, reason="请补图纸")

    assert fresh(lab, in_review).state is (C.NEED_INFO if decision == "ask" else C.DECLINED)


@pytest.mark.parametrize("decision", ["", "no", "ACCEPT"])
def test_a_made_up_decision_is_refused(browser, in_review, decision):
    answer = post_form(browser("clerk"), f"{page(in_review)}/review", decision=decision)

    assert answer.status_code == 400


def test_the_same_review_sent_twice_is_kept_once(lab, browser, in_review):
    desk = browser("clerk")
    shown = page_of(desk.get(f"{page(in_review)}/review")).select_one("form.form")
    data = {one["name"]: one.get("value", "") for one in shown.select("input[type=hidden]")}
    data |= ANSWERS | {"decision": "accept"}

    for _ in range(2):
        assert desk.post(f"{page(in_review)}/review", data=data).location == page(in_review)

    assert fresh(lab, in_review).state is C.AWAIT_SAMPLE
    assert len(lab.session.scalars(select(ContractReview)).all()) == 1


def test_another_quotation_follows_from_the_review(lab, browser, in_review):
    desk = browser("clerk")
    answer = post_form(desk, f"{page(in_review)}/review", **ANSWERS, decision="quote")
    assert answer.location == f"{page(in_review)}/quote"

    wrong = post_form(desk, answer.location, direction="less", amount="999999", promised_on="2026-01-01", note="优惠")
    shown = page_of(wrong)
    assert wrong.status_code == 409
    for field in ("reason", "amount", "promised_on"):
        assert shown.select(f"#{field}-notes .field__error"), field
    assert shown.select_one("#note").get_text(strip=True) == "优惠"
    day = (in_review.promised_on + timedelta(days=1)).isoformat()
    post_form(desk, answer.location, direction="less", amount="20", reason="老客户", promised_on=day)

    assert fresh(lab, in_review).state is C.QUOTED
    text = page_of(desk.get(page(in_review))).get_text()
    assert "老客户" in text
    assert "¥220.00" in text


def test_the_day_filled_in_for_an_offer_can_be_kept(lab, browser, in_review):
    reviewing.review(lab.work(lab.clerk), in_review.id, YES, decision=ReviewDecision.QUOTE)
    in_review.promised_on = clock.local_day(clock.now()) + timedelta(days=1)  # no instrument is that fast
    lab.session.commit()

    answer = post_form(browser("clerk"), f"{page(in_review)}/quote", note="照旧")

    assert answer.status_code == 303
    assert fresh(lab, in_review).state is C.QUOTED


def test_a_price_that_was_emptied_is_not_replaced_by_the_published_one(lab, browser, in_review):
    reviewing.review(lab.work(lab.clerk), in_review.id, YES, decision=ReviewDecision.QUOTE)
    lab.session.commit()

    answer = post_form(browser("clerk"), f"{page(in_review)}/quote", **{f"price_{lab.stress.id}": ""})

    assert answer.status_code == 400
    assert page_of(answer).select_one(f"#price_{lab.stress.id}-notes .field__error")
    assert fresh(lab, in_review).state is C.IN_REVIEW


def test_a_quotation_without_a_review_is_refused(browser, in_review):
    answer = post_form(browser("clerk"), f"{page(in_review)}/quote", direction="none")

    assert answer.status_code == 409


def test_a_change_is_reviewed_offered_or_left(lab, browser, in_review):
    reviewing.review(lab.work(lab.clerk), in_review.id, YES, decision=ReviewDecision.ACCEPT)
    changing.ask_change(lab.work(), in_review.id, text="英文报告")
    lab.session.commit()
    desk = browser("clerk")

    assert [one["value"] for one in page_of(desk.get(f"{page(in_review)}/review")).select("[name=decision]")] == [
        "quote"
    ]
    missing = post_form(desk, page(in_review), action=f"{page(in_review)}/contract", reason="")
    assert page_of(missing).select("#keep-reason-notes .field__error")
    post_form(desk, page(in_review), action=f"{page(in_review)}/contract", reason="不影响")

    assert fresh(lab, in_review).state is C.AWAIT_SAMPLE


def test_testing_is_suspended_and_goes_on(lab, browser):
    commission, desk = make_commission(lab, C.TESTING), browser("clerk")

    assert post_form(desk, page(commission), action=f"{page(commission)}/suspension", reason=" ").status_code == 400
    post_form(desk, page(commission), action=f"{page(commission)}/suspension", reason="缺电")
    assert fresh(lab, commission).state is C.SUSPENDED
    post_form(desk, page(commission), action=f"{page(commission)}/resumption")
    assert fresh(lab, commission).state is C.TESTING


def test_the_desk_asks_for_a_termination_and_the_client_agrees(lab, browser, order):
    order.state = C.TESTING
    line = lab.session.scalars(select(TestLine)).first()
    line.state, line.finished_at = LineState.SUBMITTED, clock.now()
    lab.session.commit()
    desk, client = browser("clerk"), browser("agent")
    too_much = post_form(desk, page(order), action=f"{page(order)}/termination", amount="99999", reason="样品用尽")
    assert page_of(too_much).select("#terminate-amount-notes .field__error")

    post_form(desk, page(order), action=f"{page(order)}/termination", reason="样品用尽")
    address = f"/commissions/{order.id}/termination"
    assert "¥120.00" in page_of(client.get(address)).get_text()
    post_form(client, address, action=f"{address}/agreement")

    assert fresh(lab, order).state is C.TERMINATED
    lab.session.refresh(order.order)
    assert order.order.due_fen == 12000


def test_the_client_asks_for_a_termination_and_the_desk_agrees(lab, browser, order):
    order.state = C.TESTING
    lab.session.commit()
    desk, client = browser("clerk"), browser("agent")
    address = f"/commissions/{order.id}/termination"
    assert post_form(client, address, reason=" ").status_code == 400

    post_form(client, address, reason="不再需要")
    assert post_form(client, address, action=f"{address}/refusal").status_code == 303
    post_form(client, address, reason="不再需要")
    stale = desk.post(f"{page(order)}/termination/agreement", data=hidden(desk, order) | {"shown": "5"})
    assert stale.status_code == 409
    post_form(desk, page(order), action=f"{page(order)}/termination/agreement")

    assert fresh(lab, order).state is C.TERMINATED


def hidden(desk, order):
    form = page_of(desk.get(page(order))).select_one(f"form[action='{page(order)}/termination/agreement']")
    return {one["name"]: one.get("value", "") for one in form.select("input")}


def test_the_desk_says_no_to_a_termination(lab, browser, order):
    order.state = C.TESTING
    lab.session.commit()
    overseeing.ask_termination_by_client(lab.work(), order.id, shown_fen=0, reason="不再需要")
    lab.session.commit()

    post_form(browser("clerk"), page(order), action=f"{page(order)}/termination/refusal")

    assert fresh(lab, order).termination_asked_by_id is None


def test_an_internal_note_is_read_by_the_laboratory_only(lab, browser, in_review):
    desk = browser("clerk")
    assert post_form(desk, page(in_review), action=f"{page(in_review)}/note", text=" ").status_code == 400

    post_form(desk, page(in_review), action=f"{page(in_review)}/note", text="内部机密备注")
    post_form(browser("admin"), page(in_review), action=f"{page(in_review)}/clerk")

    assert "内部机密备注" in desk.get(page(in_review)).get_data(as_text=True)
    assert "内部机密备注" not in browser("agent").get(f"/commissions/{in_review.id}").get_data(as_text=True)
    assert fresh(lab, in_review).clerk_id == lab.admin.id
    assert lab.session.scalars(select(CommissionEvent).where(CommissionEvent.kind == "note")).one().is_internal


@pytest.mark.parametrize("who", ["analyst", "reviewer", "signatory", "agent"])
@pytest.mark.parametrize("path", ["", "/{id}", "/{id}/review", "/{id}/quote", "/new"])
def test_nobody_else_opens_the_desk(browser, order, who, path):
    assert browser(who).get(LIST + path.format(id=order.id)).status_code == 403


@pytest.mark.parametrize(
    "action",
    ["take-up", "clerk", "note", "contract", "suspension", "resumption", "termination", "termination/agreement",
     "termination/refusal", "review", "quote"],
)  # fmt: skip
def test_another_laboratory_finds_nothing(lab, app, as_person, order, action):
    other = make_laboratory(lab.session)
    stranger = as_person(app.test_client(), other.clerk, other.provider.organisation)

    assert stranger.get(page(order)).status_code == 404
    assert (
        stranger.post(f"{page(order)}/{action}", data=token_of(stranger) | {"reason": "x", "text": "x"}).status_code
        == 404
    )


def test_a_draft_is_not_the_laboratorys_business(lab, browser):
    draft = make_commission(lab, C.DRAFT)

    assert browser("clerk").get(page(draft)).status_code == 404
    assert numbers(browser("clerk").get(f"{LIST}?show=all")) == []


def test_an_order_by_telephone_is_entered_for_a_firm(lab, browser):
    desk = browser("clerk")
    found = page_of(desk.get(f"{LIST}/new", query_string={"q": lab.firm.name}))
    address = found.select_one("tbody a")["href"]
    wrong = post_form(desk, address, samples="", remarks="电话委托")
    assert wrong.status_code == 400
    assert page_of(wrong).select_one("#remarks").get_text(strip=True) == "电话委托"
    assert post_form(desk, address, samples="玻璃杯 A").status_code == 409

    answer = post_form(desk, address, samples="玻璃杯 A\n玻璃杯 B", chosen=[str(lab.stress.id)])

    assert answer.status_code == 303
    text = page_of(desk.get(answer.location)).get_text()
    assert "玻璃杯 B" in text
    assert "¥240.00" in text


def test_nothing_can_be_proposed_twice(lab, browser, in_review):
    reviewing.review(lab.work(lab.clerk), in_review.id, YES, decision=ReviewDecision.QUOTE)
    day = in_review.promised_on + timedelta(days=1)
    until = clock.local_day(clock.now()) + timedelta(days=5)
    offering.quote(lab.work(lab.clerk), in_review.id, offering.Proposal(promised_on=day, valid_until=until))
    lab.session.commit()

    assert browser("clerk").get(f"{page(in_review)}/quote").status_code == 409
