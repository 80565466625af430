"""Bills of a firm and the cashier's desk: payments, accounts, statements, tax invoices."""

import pytest
from sqlalchemy import select

from services.billing.models import InvoiceRequest, InvoiceState, Order, Payment, Statement
from services.billing.operations.orders import adjust_order, put_on_account
from services.billing.operations.statements import month_before
from services.core import clock
from services.core.permissions import Role
from services.core.work import Work
from tests.factories.booking import Market, make_agent, make_order
from tests.plumbing.reviewing import page_of, post_form

INVOICE = {"kind": "normal", "title": "示例·玻璃厂", "tax_no": "91321023DEM000014N"}


def again(market: Market, model):
    market.session.rollback()
    return market.session.scalars(select(model).order_by(model.id)).all()


def test_a_payment_is_recorded_and_its_receipt_printed_by_both(market: Market, order: Order, desk, firm):
    url = f"/billing/desk/orders/{order.id}"
    post_form(desk, url, action=f"{url}/payments", amount="50.00", method="cash", received_on=f"{market.staff().today}")

    [payment] = again(market, Payment)
    assert payment.amount_fen == 5000
    for browser, path in ((desk, url), (firm, f"/billing/orders/{order.id}")):
        page = page_of(browser.get(f"{path}/receipts/{payment.id}"))
        assert payment.receipt_no in page.text
        assert "伍拾元整" in page.text
        assert browser.get(f"{path}/receipts/{payment.id + 1}").status_code == 404


def test_every_mistake_is_told_and_nothing_typed_is_lost(market: Market, order: Order, desk):
    url = f"/billing/desk/orders/{order.id}"
    answer = post_form(desk, url, action=f"{url}/payments", amount="0.001", received_on="gestern", reference="流水42")

    page = page_of(answer)
    assert answer.status_code == 400
    assert len(page.select(".field__error")) == 2
    assert page.select_one("[name=reference]")["value"] == "流水42"
    assert not again(market, Payment)


def test_a_payment_sent_twice_is_one(market: Market, order: Order, desk):
    url = f"/billing/desk/orders/{order.id}"
    form = {one["name"]: one.get("value", "") for one in page_of(desk.get(url)).select("form[action$=payments] input")}
    sent = form | {"amount": "10.00", "method": "cash"}
    answers = [desk.post(f"{url}/payments", data=sent) for _ in range(2)]

    assert [one.status_code for one in answers] == [303, 303]
    assert len(again(market, Payment)) == 1


def test_more_than_is_owed_is_refused_at_the_field(market: Market, order: Order, desk):
    url = f"/billing/desk/orders/{order.id}"
    answer = post_form(desk, url, action=f"{url}/payments", amount="200.01")

    assert answer.status_code == 409
    assert "200.00" in page_of(answer).select_one("#payment-amount-notes").text


def test_refunds_and_other_prices_need_their_reason(market: Market, order: Order, desk):
    url = f"/billing/desk/orders/{order.id}"
    post_form(desk, url, action=f"{url}/payments", amount="200.00")
    assert post_form(desk, url, action=f"{url}/refunds", amount="10", reason="").status_code == 400
    assert post_form(desk, url, action=f"{url}/price", due="150", reason="").status_code == 400
    post_form(desk, url, action=f"{url}/price", due="150", reason="少做一项")
    post_form(desk, url, action=f"{url}/refunds", amount="50", reason="少做一项")

    [order] = again(market, Order)
    assert (order.due_fen, order.balance_fen) == (15000, 0)
    assert "少做一项" in desk.get(url).text


def test_an_order_goes_on_account_within_the_limit(market: Market, order: Order, desk, firm):
    url = f"/billing/desk/orders/{order.id}"
    post_form(desk, url, action=f"{url}/account")
    assert again(market, Order)[0].on_account
    assert "200.00" in page_of(firm.get("/billing")).text

    big = make_order(market.session, market, market.firm, 90_000)
    market.session.commit()
    url = f"/billing/desk/orders/{big.id}"
    refused = post_form(desk, url, action=f"{url}/account")
    assert refused.status_code == 409
    assert "800.00" in page_of(refused).text


def test_an_administrator_opens_changes_and_closes_accounts(market: Market, order: Order, desk):
    rival = market.rival
    url = f"/billing/desk/accounts?q={rival.name}"
    assert post_form(desk, url, limit="").status_code == 400
    post_form(desk, url, organisation=str(rival.id), limit="300")
    page = page_of(desk.get("/billing/desk/accounts"))
    assert rival.name in page.text

    post_form(desk, "/billing/desk/accounts", action=f"/billing/desk/accounts/{rival.id}/closing")
    closed = post_form(desk, "/billing/desk/accounts", action=f"/billing/desk/accounts/{market.firm.id}/closing")
    assert closed.status_code == 303
    assert "closing" not in page_of(desk.get("/billing/desk/accounts")).decode()


def test_a_clerk_takes_payments_but_grants_no_credit(market: Market, order: Order, app, as_person):
    home = market.provider.organisation
    clerk = as_person(app.test_client(), make_agent(market.session, home, Role.LAB_CLERK), home)
    assert clerk.get("/billing/desk/orders").status_code == 200
    assert clerk.get("/billing/desk/accounts").status_code == 403


def test_a_statement_is_made_shown_and_printed_for_both(market: Market, order: Order, desk, firm):
    month = month_before(market.staff().today)
    order.created_at = clock.at(month, 600)
    cashier = Work(market.session, market.staff().actor, clock.at(month, 700))
    put_on_account(cashier, order.id, on_account=True)
    market.session.commit()
    url = f"/billing/desk/accounts/{market.firm.id}/statement"
    assert post_form(desk, url, month=f"{market.staff().today}").status_code == 409

    answer = post_form(desk, url, month=f"{month}")

    [statement] = again(market, Statement)
    assert answer.location.endswith(f"/billing/desk/statements/{statement.id}")
    assert statement.no in desk.get("/billing/desk/statements").text
    assert statement.no in firm.get("/billing/statements").text
    for path in (f"/billing/desk/statements/{statement.id}", f"/billing/statements/{statement.id}"):
        assert "贰佰元整" in (desk if "desk" in path else firm).get(path).text


def test_an_invoice_is_asked_for_issued_and_read(market: Market, order: Order, desk, firm):
    url = f"/billing/orders/{order.id}"
    assert post_form(firm, url, **INVOICE | {"tax_no": "123", "title": ""}).status_code == 400
    assert post_form(firm, url, **INVOICE | {"kind": "special"}).status_code == 409
    post_form(firm, url, **INVOICE)
    [request] = again(market, InvoiceRequest)

    issue = f"/billing/desk/invoices/{request.id}/issue"
    assert post_form(desk, "/billing/desk/invoices", action=issue, invoice_no="12").status_code == 400
    post_form(desk, "/billing/desk/invoices", action=issue, invoice_no="25322000000012345678")

    assert again(market, InvoiceRequest)[0].state is InvoiceState.ISSUED
    assert "25322000000012345678" in firm.get(url).text
    assert "25322000000012345678" in desk.get("/billing/desk/invoices?show=issued").text


def test_an_invoice_over_too_much_is_listed_and_corrected(market: Market, order: Order, desk, firm):
    url, listed = f"/billing/orders/{order.id}", "/billing/desk/invoices?show=to_correct"
    post_form(firm, url, **INVOICE)
    [request] = again(market, InvoiceRequest)
    place = f"/billing/desk/invoices/{request.id}"
    post_form(desk, "/billing/desk/invoices", action=f"{place}/issue", invoice_no="25322000000012345678")
    number = request.no
    assert number not in desk.get(listed).text
    market.session.rollback()
    adjust_order(market.staff(), order.id, was_fen=20000, due_fen=15000, reason="少做一项")
    market.session.commit()

    assert page_of(desk.get(f"/billing/desk/orders/{order.id}")).select_one(f'#invoice a[href="{listed}"]')
    wrong = post_form(desk, listed, action=f"{place}/correction", invoice_no="12", amount="10", reason="")
    assert wrong.status_code == 400
    assert page_of(wrong).select_one(f"#much-{request.id}")["value"] == "10"
    little = post_form(desk, listed, action=f"{place}/correction", invoice_no="25322000000099999999", amount="10")
    assert little.status_code == 409
    assert page_of(desk.get(listed)).select_one(f"#much-{request.id}")["value"] == "50.00"
    post_form(desk, listed, action=f"{place}/correction", invoice_no="25322000000099999999")

    assert again(market, InvoiceRequest)[0].corrected_fen == 5000
    assert number not in desk.get(listed).text
    assert "25322000000099999999" in firm.get(url).text


def test_a_request_is_refused_with_a_reason_or_taken_back(market: Market, order: Order, desk, firm):
    url = f"/billing/orders/{order.id}"
    post_form(firm, url, **INVOICE)
    refusal = f"/billing/desk/invoices/{again(market, InvoiceRequest)[0].id}/refusal"
    assert post_form(desk, "/billing/desk/invoices", action=refusal, reason="").status_code == 400
    post_form(desk, "/billing/desk/invoices", action=refusal, reason="抬头不符")
    assert "抬头不符" in firm.get(url).text

    post_form(firm, url, **INVOICE)
    post_form(firm, url, action=f"{url}/invoice/withdrawal")
    states = [one.state for one in again(market, InvoiceRequest)]
    assert states == [InvoiceState.REFUSED, InvoiceState.CANCELLED]


def test_money_of_others_does_not_exist(market: Market, order: Order, app, as_person):
    rival = as_person(app.test_client(), market.rival_agent, market.rival)
    paths = [f"/billing/orders/{order.id}", f"/billing/orders/{order.id}/receipts/1", "/billing/statements/1"]
    assert [rival.get(path).status_code for path in paths] == [404] * 3
    assert rival.get("/billing/desk/orders").status_code == 403
    token = page_of(rival.get("/billing")).select_one("[name=csrf_token]")["value"]
    post = rival.post(f"/billing/orders/{order.id}/invoice", data=INVOICE | {"csrf_token": token})
    assert post.status_code == 404


@pytest.mark.parametrize("path", ["/billing?show=all", "/billing/desk/orders?show=all"])
def test_lists_run_as_many_queries_for_fifty_as_for_ten(market: Market, order, desk, firm, counted_queries, path):
    browser = desk if "desk" in path else firm
    counts = []
    for more in (9, 40):
        for _ in range(more):
            make_order(market.session, market, market.firm)
        market.session.commit()
        with counted_queries() as statements:
            browser.get(path)
        counts.append(len(statements))
    assert counts[0] == counts[1]
