"""The till: payments, receipts, refunds, other prices, putting on account, the list and the export."""

import csv
import io
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from services.billing.models import Order, Payment, Refund
from services.billing.operations.accounts import open_account
from services.booking.models import BookingState
from tests.factories.booking import Market, make_booking, make_order, slot
from tests.factories.booking_desk import DAY, NOW, in_state, paid
from tests.plumbing.reviewing import fields_of, form_of, page_of, post_form

S = BookingState


@pytest.fixture
def booking(market: Market):
    return in_state(market, S.CONFIRMED)


def money(market: Market, booking) -> tuple[int, int, int]:
    market.session.rollback()
    order = market.session.get_one(Order, booking.order_id, populate_existing=True)
    return order.due_fen, order.paid_fen, order.refunded_fen


def how_many(market: Market, table) -> int:
    market.session.rollback()
    return market.session.scalar(select(func.count()).select_from(table))


def pay_url(booking) -> str:
    return f"/bookings/desk/orders/{booking.order_id}/payment"


def test_the_form_opens_with_the_balance_and_today(booking, desk):
    page = page_of(desk.get(pay_url(booking)))

    assert page.select_one("#amount")["value"] == "200.00"
    assert page.select_one("#received_on")["value"] == "2026-11-24"


def test_a_payment_is_recorded_and_its_receipt_printed(market: Market, booking, desk):
    answer = post_form(desk, pay_url(booking), amount="120.50", method="cash", reference="抽屉2")

    assert answer.status_code == 303
    assert money(market, booking) == (20000, 12050, 0)
    page = page_of(desk.get(answer.location))
    link = page.select_one("#money a[href*=receipts]")
    assert link.text == "SJ-2026-00001"
    receipt = page_of(desk.get(link["href"])).get_text(" ", strip=True)
    for part in ("SJ-2026-00001", "壹佰贰拾元伍角整", "¥120.50", market.firm.name, market.provider.organisation.name):
        assert part in receipt
    assert booking.no in receipt


def test_sending_twice_pays_once(market: Market, booking, desk):
    data = fields_of(form_of(page_of(desk.get(pay_url(booking))), holding={"amount"})) | {"amount": "50"}

    answers = [desk.post(pay_url(booking), data=data) for _ in range(2)]
    other = desk.post(pay_url(booking), data=data | {"amount": "60"})

    assert [one.status_code for one in answers] == [303, 303]
    assert answers[0].location == answers[1].location
    assert other.status_code == 409
    assert money(market, booking)[1] == 5000
    assert how_many(market, Payment) == 1


def test_more_than_is_owed_is_refused_with_the_balance_and_nothing_typed_is_lost(market: Market, booking, desk):
    paid(market, booking, 5000)

    answer = post_form(desk, pay_url(booking), amount="150.01", reference="流水 88")

    page = page_of(answer)
    assert answer.status_code == 409
    assert "150.00" in page.select_one("#amount-notes .field__error").text
    assert page.select_one("#amount")["value"] == "150.01"
    assert page.select_one("#reference")["value"] == "流水 88"
    assert money(market, booking)[1] == 5000


@pytest.mark.parametrize("amount", ["", "0", "-1", "1.234", "abc", "NaN", "1e3", "Infinity", "²", "1_0", "9" * 30])
def test_what_is_no_amount_is_not_recorded(market: Market, booking, desk, amount):
    answer = post_form(desk, pay_url(booking), amount=amount)

    assert answer.status_code in {400, 409}
    assert page_of(answer).select_one("#amount-notes .field__error")
    assert how_many(market, Payment) == 0


def test_every_mistake_is_told_at_once(market: Market, booking, desk):
    answer = post_form(desk, pay_url(booking), amount="x", received_on="morgen", method="gold", reference="长" * 61)

    wrong = {one["id"] for one in page_of(answer).select(".field__notes") if one.select(".field__error")}
    assert wrong == {"amount-notes", "received_on-notes", "method-notes", "reference-notes"}


def test_a_payment_of_tomorrow_has_not_arrived(market: Market, booking, desk):
    assert post_form(desk, pay_url(booking), received_on="2026-11-25").status_code == 409
    assert how_many(market, Payment) == 0


def test_no_more_is_refunded_than_was_paid(market: Market, booking, desk):
    paid(market, booking, 20000)
    url = f"/bookings/desk/orders/{booking.order_id}/refund"

    too_much = post_form(desk, url, amount="200.01", reason="停电")
    nothing_said = post_form(desk, url, amount="10", reason="")
    refunded = post_form(desk, url, amount="80", reason="停电")
    rest = post_form(desk, url, amount="120.01", reason="停电")

    assert [one.status_code for one in (too_much, nothing_said, refunded, rest)] == [409, 400, 303, 409]
    assert money(market, booking) == (20000, 20000, 8000)
    assert how_many(market, Refund) == 1


def test_another_price_is_set_with_a_reason_and_the_firm_is_told(market: Market, booking, desk, app, as_person):
    url = f"/bookings/desk/{booking.id}"

    empty = post_form(desk, url, action=f"{url}/price", due="150", reason="")
    done = post_form(desk, url, action=f"{url}/price", due="150", reason="设备降速")

    assert [empty.status_code, done.status_code] == [400, 303]
    assert money(market, booking)[0] == 15000
    text = page_of(desk.get(url)).get_text(" ", strip=True)
    assert "设备降速" in text
    assert "¥200.00 → ¥150.00" in text


def test_of_two_clerks_who_change_a_price_the_second_looks_again(market: Market, booking, desk):
    url = f"/bookings/desk/{booking.id}"
    form = next(one for one in page_of(desk.get(url)).find_all("form") if one["action"] == f"{url}/price")
    data = {one["name"]: one.get("value", "") for one in form.find_all("input")}
    post_form(desk, url, action=f"{url}/price", due="150", reason="设备降速")

    answer = desk.post(f"{url}/price", data=data | {"due": "180", "reason": "重算"})

    assert answer.status_code == 409
    assert money(market, booking)[0] == 15000
    assert page_of(answer).select_one("#price-reason")["value"] == "重算"


def test_a_price_below_what_was_paid_shows_a_refund_due(market: Market, booking, desk):
    paid(market, booking, 20000)
    url = f"/bookings/desk/{booking.id}"

    post_form(desk, url, action=f"{url}/price", due="150", reason="设备降速")

    assert "¥50.00" in page_of(desk.get("/bookings/desk/payments?show=refund_due")).select_one(".queue").text


def test_an_order_goes_on_account_and_back(market: Market, booking, desk):
    url, action = f"/bookings/desk/{booking.id}", f"/bookings/desk/orders/{booking.order_id}/account"
    pair = {"provider_id": market.provider.id, "organisation_id": booking.organisation_id}
    refused = post_form(desk, url, action=action)
    open_account(market.staff(), **pair, limit_fen=1_000_000)
    market.session.commit()

    post_form(desk, url, action=action)
    on_account = page_of(desk.get("/bookings/desk/payments?show=on_account")).text
    post_form(desk, url, action=action)

    assert refused.status_code == 409
    assert page_of(refused).select_one(".error-summary")
    assert booking.no in on_account
    assert booking.no in desk.get("/bookings/desk/payments").text


def test_the_lists_are_told_apart_and_searched(market: Market, booking, desk):
    part = in_state(market, S.CONFIRMED, slot("10:00", "11:00", DAY))
    request = market.request(slot("13:30", "14:30", DAY), by=market.rival)
    receipt = paid(market, part, 100)

    def shown(query: str) -> set[str]:
        page = page_of(desk.get(f"/bookings/desk/payments?{query}"))
        return {one.no for one in (booking, part, request) if one.no in page.get_text()}

    assert shown("") == {booking.no, part.no}  # a request owes nothing yet
    assert shown("show=unpaid") == {booking.no}
    assert shown("show=part_paid") == {part.no}
    assert shown("show=paid") == set()
    assert shown(f"q={request.no}") == {request.no}
    assert shown(f"q={market.rival.name}") == {request.no}
    assert shown(f"q={receipt.receipt_no}") == {part.no}
    assert shown("q=%25") == set()
    assert shown("q=%00&show=all") == {booking.no, part.no, request.no}


def test_the_export_is_a_table_that_no_spreadsheet_takes_for_formulas(market: Market, booking, desk):
    market.firm.name, market.firm.credit_code = "=HYPERLINK(1)", "913210230000000009"
    market.session.commit()
    post_form(desk, pay_url(booking), amount="120.50", reference=" +1\t@x")
    post_form(desk, f"/bookings/desk/orders/{booking.order_id}/refund", amount="20", reason="停电")

    answer = desk.get("/bookings/desk/payments/export?from=2026-11-01&until=2026-11-30")

    assert answer.mimetype == "text/csv"
    assert "attachment" in answer.headers["Content-Disposition"]
    text = answer.get_data().decode()
    assert text.startswith("\ufeff")
    head, *rows = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
    assert len(head) == len(rows[0]) == 11
    assert [row[8] for row in rows] == ["120.50", "-20.00"]
    assert rows[0][2:5] == ["SJ-2026-00001", booking.no, "'=HYPERLINK(1)"]
    assert rows[0][5] == "'913210230000000009"
    assert rows[0][9] == "'+1 @x"


def test_the_export_keeps_to_its_period_and_to_a_year(market: Market, booking, desk):
    paid(market, booking, 100)

    for query in ("until=2026-11-23", "from=2026-11-25&until=2026-11-30", "from=1900-01-01&until=2020-01-01"):
        assert "SJ-" not in desk.get(f"/bookings/desk/payments/export?{query}").text, query
    assert "SJ-" in desk.get("/bookings/desk/payments/export?from=nonsense&until=").text


def test_another_centre_finds_no_order_and_no_receipt(market: Market, booking, stranger):
    payment = paid(market, booking, 100)
    token = page_of(stranger.get("/bookings/desk/outages")).select_one("input[name=csrf_token]")["value"]
    data = {"csrf_token": token, "amount": "10", "method": "cash", "reason": "x", "received_on": "2026-11-24"}

    for path in ("payment", "refund", "account"):
        url = f"/bookings/desk/orders/{booking.order_id}/{path}"
        assert stranger.post(url, data=data).status_code == 404
        assert stranger.get(url).status_code == (405 if path == "account" else 404)
    assert stranger.get(f"/bookings/desk/receipts/{payment.id}").status_code == 404
    assert booking.no not in stranger.get("/bookings/desk/payments?show=all").text
    assert booking.no not in stranger.get("/bookings/desk/payments/export").text
    assert money(market, booking) == (20000, 100, 0)


def test_the_list_asks_as_often_with_many_rows_as_with_few(market: Market, desk, counted_queries):
    counts = []
    for more in (2, 12):
        for number in range(more):
            order = make_order(market.session, market, market.firm)
            make_booking(market.session, market, order=order, starts_at=NOW + timedelta(days=9, hours=number))
        market.session.commit()
        desk.get("/bookings/desk/payments")
        with counted_queries() as statements:
            desk.get("/bookings/desk/payments")
        counts.append(len(statements))

    assert counts[0] == counts[1]
