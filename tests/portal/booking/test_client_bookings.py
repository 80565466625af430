"""The list of bookings, one booking with its papers, and that nobody else reaches them."""

import io
from datetime import date

import pytest
from PIL import Image
from sqlalchemy import select

from services.billing.models import Payment, PaymentMethod
from services.billing.operations.orders import record_payment
from services.booking.models import Booking, BookingState
from services.booking.operations import changing
from services.core.files import store
from services.core.uploads import Upload
from tests.factories.booking import Market, again, join, make_booking, make_firm, slot
from tests.factories.booking_desk import DAY, NOW
from tests.plumbing.reviewing import page_of

S = BookingState


# The list


def test_each_tab_shows_its_own_bookings_and_nothing_of_others(market: Market, firm):
    for state in S:
        make_booking(market.session, market, state=state)
    make_booking(market.session, market, organisation=market.rival, no="YY-20260101-9999")
    market.session.commit()

    seen = {}
    for tab in ("coming", "waiting", "past"):
        page = page_of(firm.get(f"/bookings?tab={tab}"))
        seen[tab] = len(page.select("tbody tr"))
        assert "9999" not in page.text
    assert seen == {"coming": 2, "waiting": 4, "past": 5}
    heads = [tab.text for tab in page.select("nav.tabs a")]
    assert [head.split("(")[1] for head in heads] == ["2)", "4)", "5)"]


def test_lapsed_holds_are_not_listed(market: Market, firm):
    make_booking(market.session, market, state=S.HELD, hold_expires_at=NOW)
    make_booking(market.session, market, state=S.EXPIRED, no=None)
    market.session.commit()

    for tab in ("waiting", "past"):
        assert not page_of(firm.get(f"/bookings?tab={tab}")).select("tbody tr")


def test_the_list_is_filtered_and_rubbish_is_ignored(market: Market, firm):
    make_booking(market.session, market, no="YY-20260101-7777")
    make_booking(market.session, market, module=market.test)
    market.session.commit()

    assert len(page_of(firm.get("/bookings?q=7777")).select("tbody tr")) == 1
    assert len(page_of(firm.get("/bookings?q=抗热")).select("tbody tr")) == 1
    assert page_of(firm.get("/bookings?q=%25")).select_one(".empty")
    assert len(page_of(firm.get(f"/bookings?provider={market.provider.id}")).select("tbody tr")) == 2
    for query in ("tab=x", "provider=abc", "provider=99999999999999", "page=-1", "page=²", "page=99999999", "q=%00"):
        assert firm.get(f"/bookings?{query}").status_code == 200


def test_the_list_takes_as_many_queries_with_ten_rows_as_with_fifty(market: Market, firm, counted_queries):
    counts = []
    for more in (5, 15):
        for _ in range(more):
            make_booking(market.session, market)
        market.session.commit()
        with counted_queries() as statements:
            firm.get("/bookings")
        counts.append(len(statements))

    assert counts[0] == counts[1]


# One booking


def test_a_booking_shows_time_money_owner_rules_and_history(market: Market, firm, confirmed: Booking):
    page = page_of(firm.get(f"/bookings/{confirmed.id}"))

    assert "13:30–14:30" in page.text
    assert "¥200.00" in page.select_one(".money-line__item--total").text
    assert page.select_one("a[href^='tel:']")["href"] == "tel:0514-88000002"
    assert len(page.select(".timeline__item")) == 3
    assert "2026-11-24" in page.text  # cancelling is free until then
    assert page.select_one(f"a[href='/bookings/{confirmed.id}/cancel']")
    assert market.clerk.name not in page.text


def test_what_staff_keep_to_themselves_is_not_shown(market: Market, firm):
    booking = make_booking(market.session, market, override_reason="老客户照顾")
    market.session.commit()

    assert "老客户照顾" not in firm.get(f"/bookings/{booking.id}").text


def test_an_uncertain_promise_says_so(market: Market, firm):
    booking = make_booking(market.session, market, promised_on=date(2027, 1, 8), promise_certain=False)
    market.session.commit()

    assert "2027" in page_of(firm.get(f"/bookings/{booking.id}")).select_one(".promise .muted").text


@pytest.mark.parametrize("state", list(S))
def test_every_state_has_its_page(market: Market, firm, state):
    booking = make_booking(market.session, market, state=state, state_reason="原因")
    market.session.commit()

    assert firm.get(f"/bookings/{booking.id}").status_code == 200


# Other organisations


@pytest.mark.parametrize(
    "address", ["", "/confirm", "/move", "/cancel", "/decline", "/print", "/booking.ics", "/file", "/receipts/1"]
)
def test_a_booking_of_another_firm_does_not_exist(market: Market, app, as_person, confirmed: Booking, address):
    stranger = as_person(app.test_client(), market.rival_agent, market.rival)

    assert stranger.get(f"/bookings/{confirmed.id}{address}").status_code == 404
    assert stranger.get(f"/bookings/2147483647{address}").status_code == 404


@pytest.mark.parametrize("address", ["confirm", "abandon", "move", "cancel", "accept", "decline"])
def test_nobody_changes_a_booking_of_another_firm(market: Market, app, as_person, confirmed: Booking, address):
    stranger = as_person(app.test_client(), market.rival_agent, market.rival)
    feeds = page_of(stranger.get("/bookings/feeds"))
    data = {tag["name"]: tag.get("value", "") for tag in feeds.select("form[method=post] input[type=hidden]")}
    before = confirmed.version

    assert (
        stranger.post(f"/bookings/{confirmed.id}/{address}", data=data | {"slot": "2026-11-26T09:00"}).status_code
        == 404
    )
    assert again(market, confirmed).version == before


def test_a_dismissed_colleague_is_out_at_the_next_click(market: Market, firm, confirmed: Booking):
    assert firm.get(f"/bookings/{confirmed.id}").status_code == 200
    membership = join(market.session, market.agent, make_firm(market.session))
    assert membership
    market.session.rollback()
    for row in market.session.scalars(select(type(membership)).where(type(membership).person_id == market.agent.id)):
        row.ended_at = NOW
    market.session.commit()

    assert firm.get(f"/bookings/{confirmed.id}").status_code == 403


# Papers


def test_the_confirmation_prints_and_a_hold_has_none(market: Market, firm, confirmed: Booking):
    held = market.hold(slot("09:00", "10:00", DAY))

    page = page_of(firm.get(f"/bookings/{confirmed.id}/print"))

    assert confirmed.no in page.select_one(".document__number").text
    assert "¥200.00" in page.text
    assert firm.get(f"/bookings/{held.id}/print").status_code == 404


def test_a_receipt_prints_the_amount_in_capital_figures(market: Market, firm, confirmed: Booking):
    payment: Payment = record_payment(
        market.staff(), confirmed.order_id, amount_fen=20000, method=PaymentMethod.CASH, received_on=date(2026, 11, 24)
    )
    other = market.request(slot("09:00", "10:00", DAY))
    market.session.commit()

    page = page_of(firm.get(f"/bookings/{confirmed.id}/receipts/{payment.id}"))

    assert "贰佰元整" in page.text
    assert payment.receipt_no in page.text
    assert page_of(firm.get(f"/bookings/{confirmed.id}")).select_one(f"a[href$='/receipts/{payment.id}']")
    assert firm.get(f"/bookings/{other.id}/receipts/{payment.id}").status_code == 404


def test_the_delivered_file_is_handed_out_as_a_download(market: Market, firm, settings, confirmed: Booking):
    picture = io.BytesIO()
    Image.new("RGB", (2, 2)).save(picture, "PNG")
    upload = Upload(name="检测报告.png", content=picture.getvalue(), media_type="image/png", extension="png")
    work = market.staff()
    attachment = store(work, settings.uploads, upload, organisation_id=market.provider.id, purpose="delivery")
    changing.check_in(work, confirmed.id)
    changing.complete(work, confirmed.id, delivery_note="见附件", delivery_file_id=attachment.id)
    market.session.commit()

    assert "见附件" in firm.get(f"/bookings/{confirmed.id}").text
    fetched = firm.get(f"/bookings/{confirmed.id}/file")

    assert fetched.data == picture.getvalue()
    assert fetched.headers["Content-Disposition"].startswith("attachment")
    assert fetched.headers["X-Content-Type-Options"] == "nosniff"


def test_reading_changes_nothing(market: Market, firm, confirmed: Booking):
    before = again(market, confirmed).version
    for address in ("", "/move", "/cancel", "/print", "/booking.ics"):
        assert firm.get(f"/bookings/{confirmed.id}{address}").status_code == 200
        assert firm.head(f"/bookings/{confirmed.id}{address}").status_code == 200
    assert firm.get(f"/bookings/{confirmed.id}/accept").status_code == 405
    assert again(market, confirmed).version == before
