"""Confirmed by staff, moved by the firm, confirmed again, cancelled for the cost that was shown."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.steps import desk_of, hold, main, press, send, sign_in, told

pytestmark = pytest.mark.journey


def confirm(staff: Page, booking: str) -> None:
    staff.goto(desk_of(booking))
    press(staff, "确认")
    told(staff, "预约已确认")


def test_staff_confirm_the_firm_moves_and_cancels(page: Page, new_page):
    staff = new_page()
    sign_in(page, "t04_admin")
    sign_in(staff, "c06_clerk")
    hold(page, "R10", choose=lambda choosing: choosing.get_by_role("radio").nth(8).check())
    booking = send(page, "样件尺寸复测")
    told(page, "待确认")

    staff.goto("/bookings/desk")
    expect(
        main(staff).get_by_role("link", name=main(page).get_by_text(re.compile("^YY-")).first.inner_text())
    ).to_be_visible()
    confirm(staff, booking)
    page.goto("/messages")
    told(page, "已确认")
    page.goto(booking)
    before = main(page).get_by_text(re.compile(r"\d\d:\d\d–\d\d:\d\d")).first.inner_text()

    main(page).get_by_role("link", name="改期").click()
    offered = page.get_by_role("radio")
    offered.nth(offered.count() - 2).check()  # the last one is for another time, typed below
    press(page, "确定改期")
    told(page, "待确认")  # what needs approval needs it again
    after = main(page).get_by_text(re.compile(r"\d\d:\d\d–\d\d:\d\d")).first.inner_text()
    assert after != before
    confirm(staff, booking)

    page.goto(booking)
    main(page).get_by_role("link", name="取消预约").click()
    cost = main(page).get_by_role("button", name=re.compile("取消")).first
    words = cost.inner_text()
    fee = re.search(r"¥[\d.,]+", words)
    cost.click()
    told(page, "已取消")
    expect(main(page)).to_contain_text(fee.group() if fee else "已取消")
    page.goto("/bookings?tab=past")
    expect(main(page).get_by_role("link", name=re.compile("YY-")).first).to_be_visible()
