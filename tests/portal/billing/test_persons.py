"""Bills of a person: one's own list and order, receipts, an ordinary invoice; what the cashier reads of them."""

import pytest
from sqlalchemy import select

from services.billing.models import InvoiceKind, InvoiceRequest, Order, Payment
from services.core.permissions import Role
from tests.factories.accounts import make_person
from tests.factories.booking import make_agent, make_firm
from tests.factories.training import School, make_school
from tests.plumbing.reviewing import page_of, post_form


@pytest.fixture
def school(session) -> School:
    return make_school(session, fee_fen=98000)


@pytest.fixture
def seat(school: School):
    """Return a registration that awaits its payment, and the worker."""
    return school.enrolled()


@pytest.fixture
def worker(seat, school, client, as_person):
    return as_person(client, seat[0].trainee.person)


@pytest.fixture
def desk(school, app, as_person):
    cashier = make_agent(school.session, school.centre.organisation, Role.PROVIDER_ADMIN)
    return as_person(app.test_client(), cashier, school.centre.organisation)


@pytest.fixture
def browser_of(app, as_person):
    return lambda person, organisation=None: as_person(app.test_client(), person, organisation)


def url_of(seat) -> str:
    return f"/billing/orders/{seat[0].order_id}"


def test_a_worker_reads_the_own_bill_and_how_to_pay_it(seat, school, worker):
    page = page_of(worker.get("/billing"))
    assert [row["href"] for row in page.select("table a")] == [url_of(seat)] * 2
    assert seat[0].no in page.text

    page = page_of(worker.get(url_of(seat)))
    assert "980.00" in page.text
    assert school.centre.organisation.name in page.text
    assert page.select_one(f"a[href='/registrations/{seat[0].id}']")
    assert not page.select("[name=tax_no], [name=bank_name], [name=kind]")


def test_the_bills_of_others_do_not_exist(seat, school, browser_of):
    stranger = browser_of(make_person(school.session))
    firm = make_firm(school.session)
    agent = browser_of(make_agent(school.session, firm), firm)
    for browser in (stranger, agent):
        for path in ("", "/receipts/1"):
            assert browser.get(url_of(seat) + path).status_code == 404
        for path in ("/invoice", "/invoice/withdrawal"):
            assert browser.post(url_of(seat) + path).status_code in {400, 404}
        assert seat[0].no not in browser.get("/billing?show=all").text
        assert seat[0].no not in browser.get("/billing?show=all&whose=own").text


def test_a_worker_without_a_firm_reads_no_bill_of_a_firm(school, browser_of, seat):
    firm, actor = school.firm()
    sent = school.sent(firm, actor)
    assert browser_of(make_person(school.session)).get(f"/billing/orders/{sent.order_id}").status_code == 404


def test_who_acts_for_a_firm_reads_both_kinds_of_bills(school, browser_of):
    firm, actor = school.firm()
    sent = school.sent(firm, actor)
    trainee, _ = school.worker()
    agent = make_agent(school.session, firm)
    browser = browser_of(agent, firm)
    assert trainee.person_id != agent.id

    page = page_of(browser.get("/billing"))
    assert sent.no in page.text
    assert page.select_one("a[href*='whose=own']")
    assert sent.no not in page_of(browser.get("/billing?whose=own")).text


def test_the_cashier_reads_the_name_and_cannot_give_credit_to_a_person(seat, desk):
    page = page_of(desk.get("/billing/desk/orders"))
    assert seat[1].name in page.text

    url = f"/billing/desk/orders/{seat[0].order_id}"
    page = page_of(desk.get(url))
    assert seat[1].name in page.select_one("h1 + p").text
    assert not page.select(f"form[action='{url}/account']")
    fields = {
        one["name"]: one.get("value", "") for one in page.select(f"form[action='{url}/payments'] input[type=hidden]")
    }
    answer = desk.post(f"{url}/account", data=fields | {"on_account": "1"})
    assert answer.status_code == 409
    assert seat[1].name in page_of(desk.get(f"/billing/desk/orders?q={seat[1].name}")).text


def test_paid_at_the_counter_printed_by_both(seat, school, worker, desk):
    url = f"/billing/desk/orders/{seat[0].order_id}"
    post_form(desk, url, action=f"{url}/payments", amount="980.00", method="cash")
    school.session.rollback()
    payment = school.session.scalars(select(Payment)).one()
    for browser, path in ((desk, url), (worker, url_of(seat))):
        page = page_of(browser.get(f"{path}/receipts/{payment.id}"))
        assert seat[1].name in page.text
        assert "玖佰捌拾元整" in page.text


def test_a_worker_asks_for_an_ordinary_invoice_once(seat, school, worker):
    answer = post_form(worker, url_of(seat), action=f"{url_of(seat)}/invoice", title="")
    assert answer.status_code == 400
    assert len(page_of(answer).select(".field__error")) == 1

    answer = post_form(worker, url_of(seat), action=f"{url_of(seat)}/invoice", title="王示例", email="wang@example.com")
    assert answer.status_code == 303
    school.session.rollback()
    request = school.session.scalars(select(InvoiceRequest)).one()
    assert (request.kind, request.title, request.tax_no, request.amount_fen) == (
        InvoiceKind.NORMAL,
        "王示例",
        "",
        98000,
    )

    post_form(worker, url_of(seat), action=f"{url_of(seat)}/invoice/withdrawal")
    school.session.rollback()
    assert school.session.scalars(select(InvoiceRequest.state)).one() == "cancelled"


def test_late_money_can_be_recorded_at_the_counter(seat, school, desk):
    order = school.session.get_one(Order, seat[0].order_id)
    order.due_fen, order.lapsed_fen = 0, 98000
    school.session.commit()
    url = f"/billing/desk/orders/{order.id}"
    page = page_of(desk.get(url))
    assert page.select_one(f"form[action='{url}/payments'] [name=amount]")["value"] == "980.00"
    post_form(desk, url, action=f"{url}/payments", amount="980.00", method="cash")
    assert seat[0].no in page_of(desk.get("/billing/desk/orders?show=refund_due")).text
