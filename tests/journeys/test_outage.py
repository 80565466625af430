"""An outage over bookings asks for a decision on each."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.steps import book, desk_of, heading, main, press, sign_in, told

pytestmark = pytest.mark.journey


def test_an_outage_over_bookings_asks_for_decisions(page: Page, new_page):
    staff = new_page()
    sign_in(page, "n01_user")
    sign_in(staff, "c06_admin")
    booking = book(page, "R10", "模具复测")
    staff.goto(desk_of(booking))
    press(staff, "确认")
    told(staff, "预约已确认")
    when = re.search(r"(\d{4}-\d\d-\d\d) \S+ (\d\d:\d\d)–(\d\d:\d\d)", main(staff).inner_text())
    assert when

    staff.goto("/bookings/desk/outages/new")
    staff.get_by_label("停用哪个资源？").select_option(label="E-A09 三坐标测量机")
    press(staff, "下一步")
    staff.get_by_label("开始").fill(f"{when[1]}T{when[2]}")
    staff.get_by_label("结束").fill(f"{when[1]}T{when[3]}")
    staff.get_by_label("原因").fill("力传感器标定")
    press(staff, "登记停机")
    expect(main(staff).get_by_role("group").filter(has_text=re.compile("稍后处理")).first).to_be_visible()
    staff.get_by_label(re.compile("^稍后处理")).check()
    press(staff, "登记停机并执行以上处理")
    heading(staff, "停机管理")
    expect(main(staff)).to_contain_text("力传感器标定")

    page.goto(booking)
    told(page, "待改期")
    staff.goto("/bookings/desk/outages")
    staff.once("dialog", lambda dialog: dialog.accept())
    main(staff).locator("tr", has_text="力传感器标定").get_by_role("button").first.click()
    heading(staff, "停机管理")
