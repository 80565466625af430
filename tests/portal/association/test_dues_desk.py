"""Dues at the desk: asking a year, payments with receipts, waivers, tables, and the bank statement."""

import io

import pytest
from sqlalchemy import select

from services.association.models.dues import (
    BankLine,
    DuesInvoice,
    DuesPayment,
    DuesReminder,
    DuesTable,
    DuesWaiver,
    InvoiceState,
    LineState,
    TableState,
)
from services.association.models.meetings import Motion, MotionSubject
from services.association.models.register import Member, Standing
from services.core import clock
from tests.factories.register import make_invoice
from tests.plumbing.reviewing import page_of, post_form

DESK = "/associations/desk"
HEAD = "交易日期,交易流水号,对方户名,摘要,贷方金额\n"


@pytest.fixture
def invoice(session, board):
    member = session.scalars(select(Member).where(Member.organisation_id == board.member.organisation.id)).one()
    made = make_invoice(session, member, today().year)
    session.commit()
    return made


def today():
    return clock.local_day(clock.now())


def again(session, thing):
    session.rollback()
    session.refresh(thing)
    return thing


def last(session, model):
    session.rollback()
    return session.scalars(select(model).order_by(model.id.desc())).first()


def test_everybody_is_asked_for_a_year_once(desk, session):
    url, year = f"{DESK}/dues", today().year + 1
    assert post_form(desk, url, action=url, year=year).status_code == 303
    session.rollback()
    asked = len(session.scalars(select(DuesInvoice)).all())
    assert post_form(desk, url, action=url, year=year).status_code == 303
    session.rollback()
    assert len(session.scalars(select(DuesInvoice)).all()) == asked
    assert desk.get(f"{url}/{year}.csv").get_data(as_text=True).count("HF-") == asked
    assert page_of(desk.get(f"{url}?year={year}")).h1


def test_a_payment_is_booked_printed_and_taken_back(desk, own, session, invoice):
    room = f"{DESK}/dues/{invoice.id}"
    wrong = post_form(desk, room, action=f"{room}/payments", amount="x", received_on="2099-01-01", payer="")
    assert (wrong.status_code, len(page_of(wrong).select(".field__error"))) == (400, 2)
    future = post_form(desk, room, action=f"{room}/payments", method="cash", received_on="2099-01-01")
    assert future.status_code == 409
    assert post_form(desk, room, action=f"{room}/payments", method="transfer").status_code == 409
    paid = post_form(desk, room, action=f"{room}/payments", amount="500.00", method="transfer", serial="B1")
    assert paid.status_code == 303
    payment = last(session, DuesPayment)
    for browser, url in ((desk, f"{DESK}/receipts/{payment.id}"), (own, f"/membership/receipts/{payment.id}")):
        assert payment.receipt_no in page_of(browser.get(url)).get_text()
    assert desk.get(f"/membership/receipts/{payment.id}").status_code == 404
    assert "500.00" in page_of(own.get("/membership/dues")).get_text()

    back = f"{room}/payments/{payment.id}/reversal"
    assert post_form(desk, room, action=back, reason="").status_code == 400
    assert post_form(desk, room, action=back, reason="付错").status_code == 303
    assert again(session, invoice).paid_fen == 0
    assert "付错" in page_of(own.get(f"/membership/receipts/{payment.id}")).get_text()


def test_paying_twice_with_the_same_form_books_once(desk, session, invoice):
    room = f"{DESK}/dues/{invoice.id}"
    form = page_of(desk.get(room)).select_one('form[action$="/payments"]')
    sent = {one["name"]: one.get("value", "") for one in form.select("input")} | {"method": "cash", "amount": "100.00"}
    answers = [desk.post(f"{room}/payments", data=sent).status_code for _ in range(2)]
    assert answers == [303, 303]
    assert again(session, invoice).paid_fen == 10_000


def test_a_waiver_goes_to_the_council(desk, session, invoice):
    room = f"{DESK}/dues/{invoice.id}"
    assert post_form(desk, room, action=f"{room}/waivers", amount="", reason="").status_code == 400
    assert post_form(desk, room, action=f"{room}/waivers", amount="99999", reason="困难").status_code == 409
    assert post_form(desk, room, action=f"{room}/waivers", amount="500", reason="火灾").status_code == 303
    assert last(session, Motion).about is MotionSubject.WAIVER
    assert last(session, DuesWaiver).amount_fen == 50_000
    assert "火灾" in page_of(desk.get(room)).get_text()


def test_a_member_is_reminded_once_a_day_and_an_invoice_cancelled(desk, session, invoice):
    room = f"{DESK}/dues/{invoice.id}"
    for _ in range(2):
        assert post_form(desk, room, action=f"{room}/reminder").status_code == 303
    session.rollback()
    assert len(session.scalars(select(DuesReminder)).all()) == 1
    assert post_form(desk, room, action=f"{room}/cancellation", reason="").status_code == 400
    assert post_form(desk, room, action=f"{room}/cancellation", reason="重复").status_code == 303
    assert again(session, invoice).state is InvoiceState.CANCELLED


def test_a_dues_table_is_prepared_and_comes_into_force_by_its_figures(desk, session):
    url = f"{DESK}/dues-tables"
    assert post_form(desk, url, from_year="2031").status_code == 409  # no level at all
    assert post_form(desk, url, from_year="2031", member="2000-5000").status_code == 400  # a range is no amount
    made = post_form(desk, url, from_year="2031", member="2500", president="30000")
    assert made.status_code == 303
    table, room = last(session, DuesTable), made.location
    figures = {
        "meeting_name": "会员大会",
        "meeting_on": "2026-11-01",
        "entitled": 17,
        "present": 11,
        "in_favour": 11,
        "against": 0,
        "abstained": 0,
        "is_secret": "y",
    }
    refused = post_form(desk, room, action=f"{room}/adoption", **figures)
    page = page_of(refused)
    assert (refused.status_code, page.select_one("[name=present]")["value"]) == (409, "11")
    assert "12" in page.select_one("#present-notes").get_text()
    assert post_form(desk, room, action=room, from_year="2031", member="2600").status_code == 303
    right = figures | {"present": 15, "in_favour": 13, "against": 1, "abstained": 1}
    assert post_form(desk, room, action=f"{room}/adoption", **right).status_code == 303
    assert again(session, table).state is TableState.ACTIVE
    assert page_of(desk.get(room)).select_one("form[action$=adoption]") is None


def test_a_dues_table_is_laid_before_a_meeting_or_thrown_away(desk, session):
    url = f"{DESK}/dues-tables"
    room = post_form(desk, url, from_year="2031", member="2500").location
    assert post_form(desk, room, action=f"{room}/motion").status_code == 303
    assert last(session, Motion).about is MotionSubject.DUES_TABLE
    page = page_of(desk.get(room))
    assert page.select_one(".notice--warning")
    assert page.select(f"main form[action^='{room}']") == [], "every button would be refused"
    other = post_form(desk, url, from_year="2032", member="2500").location
    assert post_form(desk, other, action=f"{other}/deletion").status_code == 303
    assert desk.get(other).status_code == 404


def upload(desk, content, name="一月.csv"):
    url = f"{DESK}/bank"
    token = page_of(desk.get(url)).select_one("form:has([type=file]) [name=csrf_token]")["value"]
    return desk.post(url, data={"csrf_token": token, "file": (io.BytesIO(content.encode()), name)})


def test_the_secretary_imports_a_bank_statement(desk, session, board, invoice):
    url = f"{DESK}/bank"
    name, day = board.member.organisation.name, today()
    token = page_of(desk.get(url)).select_one("form:has([type=file]) [name=csrf_token]")["value"]
    empty = desk.post(url, data={"csrf_token": token})
    assert (empty.status_code, "请先选择文件" in page_of(empty).select_one(".field__error").get_text()) == (400, True)
    wrong = upload(desk, HEAD + f"昨天,S0,{name},,2000\n{day},,{name},,十")
    assert (wrong.status_code, len(page_of(wrong).select(".error-summary li"))) == (409, 3)
    taken = upload(desk, HEAD + f"{day},S1,{name},会费,2000.00\n{day},S2,张三,,2000.00\n{day},S3,李四,货款,7.00")
    assert taken.status_code == 303
    assert (
        upload(
            desk, HEAD + f"{day},S1,{name},会费,2000.00\n{day},S2,张三,,2000.00\n{day},S3,李四,货款,7.00"
        ).status_code
        == 409
    )
    assert post_form(desk, url, action=f"{url}/certain").status_code == 303
    assert again(session, invoice).state is InvoiceState.SETTLED
    rest = session.scalars(select(BankLine).where(BankLine.state == LineState.WAITING).order_by(BankLine.id)).all()
    assert [line.serial for line in rest] == ["S2", "S3"]

    room = f"{url}/{rest[1].id}"
    assert post_form(desk, room, action=f"{room}/aside", reason="").status_code == 400
    assert post_form(desk, room, action=f"{room}/aside", reason="货款").status_code == 303
    assert post_form(desk, room, action=f"{room}/return").status_code == 303
    assert page_of(desk.get(f"{url}?state=booked")).get_text().count(name)


def test_a_line_is_booked_as_proposed_or_by_hand(desk, session, board, invoice):
    url, day = f"{DESK}/bank", today()
    upload(desk, HEAD + f"{day},S1,张三,{invoice.no},500.00\n{day},S2,李四,,700.00")
    session.rollback()
    first, second = session.scalars(select(BankLine).order_by(BankLine.id)).all()
    action = page_of(desk.get(url)).select_one('form[action*="/proposal/"]')["action"]
    assert post_form(desk, url, action=action).status_code == 303
    assert again(session, invoice).paid_fen == 50_000
    room = f"{url}/{second.id}"
    too_much = post_form(desk, room, action=f"{room}/booking", invoice=invoice.id, amount="700.01")
    assert (too_much.status_code, bool(page_of(too_much).select_one("#amount-notes .field__error"))) == (409, True)
    assert post_form(desk, room, action=f"{room}/booking", invoice=invoice.id, amount="x").status_code == 400
    assert post_form(desk, room, action=f"{room}/booking", invoice=invoice.id).status_code == 303
    assert again(session, invoice).paid_fen == 120_000
    assert invoice.no in page_of(desk.get(f"{url}/{first.id}")).get_text()


def test_an_invoice_is_printed_by_the_member_and_by_the_desk_alone(app, desk, own, session, invoice, board, as_person):
    for client, url in ((own, f"/membership/dues/{invoice.id}"), (desk, f"{DESK}/dues/{invoice.id}/print")):
        text = page_of(client.get(url)).get_text()
        assert invoice.no in text
        assert "¥2,000.00" in text
    stranger = as_person(app.test_client(), board.stranger.person, board.stranger.organisation)
    assert stranger.get(f"/membership/dues/{invoice.id}").status_code == 404
    assert page_of(own.get("/membership/dues")).select_one(f'a[href="/membership/dues/{invoice.id}"]')


def test_whoever_waits_for_its_first_dues_finds_them(own, session, board, invoice):
    member = session.get_one(Member, invoice.member_id)
    member.standing, invoice.is_joining = Standing.AWAITED, True
    session.commit()
    assert invoice.no in page_of(own.get("/membership/dues")).get_text()
