"""A visitor finds and prices a service, registers with a firm, is verified, and books."""

import re
from itertools import count

import pytest
from playwright.sync_api import Page, expect

from tests.factories.organisations import credit_code_of
from tests.journeys.steps import book, enter_firm, heading, letter_to, main, open_account, press, told, verify

pytestmark = pytest.mark.journey
_numbers = count(1)


def find_and_price(page: Page) -> None:
    """Search from the home page, and see each step of the price of an urgent order with an extra."""
    page.goto("/")
    page.get_by_role("combobox", name="搜索全站").first.fill("圣诞挂件 出口欧盟")
    page.get_by_role("combobox", name="搜索全站").first.press("Enter")
    main(page).get_by_role("link", name="玻璃圣诞挂件·出口欧盟").first.click()
    heading(page, "玻璃圣诞挂件·出口欧盟")
    page.get_by_label(re.compile("^加急")).check()
    page.get_by_label(re.compile("^英文报告")).check()
    press(page, "计算价格")
    steps = page.get_by_role("table", name="价格计算步骤")
    expect(steps).to_contain_text("加急")
    expect(steps).to_contain_text("¥2,650.00")  # 1,700.00 × 1.5 and the English report


def test_a_visitor_becomes_a_verified_firm_and_books(page: Page, new_page):
    number = next(_numbers)
    mobile, name = f"137000000{number:02d}", f"示例·旅程{number}玻璃有限公司"
    find_and_price(page)
    open_account(page, mobile, "新来的")
    enter_firm(page, name, credit_code_of(990000 + number))
    verify(new_page(), name, "通过认证")

    page.goto("/organisations/mine")
    told(page, "已认证")
    booking = book(page, "R01", "试做一款圣诞球")
    told(page, "已确认")  # the lamp bench needs no approval
    page.goto("/bookings")
    expect(main(page).get_by_role("link", name=re.compile("YY-")).first).to_be_visible()
    assert "预约" in letter_to(page, mobile, "灯工操作台机时")
    page.goto(booking)
    expect(main(page)).to_contain_text("试做一款圣诞球")
