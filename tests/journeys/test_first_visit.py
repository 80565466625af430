"""A visitor finds and prices a service, registers with a firm, is verified, and books."""

import re
from itertools import count

import pytest
from playwright.sync_api import Page, expect

from tests.factories.organisations import credit_code_of
from tests.journeys.steps import book, heading, letter_to, main, picture, press, sign_in, told

pytestmark = pytest.mark.journey
PASSWORD = "three green kettles"
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


def register(page: Page, mobile: str, name: str) -> None:
    """Register with a mobile number and the code that was sent to it."""
    page.goto("/accounts/register")
    page.get_by_label("手机号或邮箱").fill(mobile)
    press(page, "发送验证码")
    expect(page.get_by_label("验证码")).to_be_visible()
    reading = page.context.new_page()
    code = re.search(r"\b\d{6}\b", letter_to(reading, mobile).partition("验证码")[2])
    reading.close()
    assert code
    page.get_by_label("验证码").fill(code.group())
    page.get_by_label("姓名").fill(name)
    page.get_by_label("新密码", exact=False).first.fill(PASSWORD)
    page.get_by_label("再次输入新密码").fill(PASSWORD)
    page.get_by_label(re.compile("^我已阅读")).check()
    press(page, "注册")


def enter_firm(page: Page, name: str, code: str) -> None:
    """Enter the firm and hand in its licence."""
    heading(page, "登记单位")
    page.get_by_label("统一社会信用代码").fill(code)
    press(page, "下一步")
    page.get_by_label("机构名称").fill(name)
    page.get_by_label("机构类别").select_option(label="成品商")
    page.get_by_label("所在县（区）").select_option(label="江苏省扬州市宝应县")
    page.get_by_label("地址").fill("演示路 99 号")
    page.get_by_label("主要产品").fill("玻璃圣诞球")
    press(page, "保存，下一步")
    page.get_by_label("营业执照").set_input_files(picture())
    press(page, "提交认证")
    told(page, "待审核")


def verify(officer: Page, name: str, level: str) -> None:
    """Compare and accept as the department."""
    sign_in(officer, "o01_officer")
    officer.goto("/organisations/verifications")
    main(officer).locator("tr", has_text=name).get_by_role("link", name="办理").click()
    expect(main(officer)).to_contain_text(name)
    with officer.expect_download() as download:
        officer.get_by_role("link", name="下载营业执照").click()
    assert download.value.suggested_filename == "营业执照.png"
    press(officer, level)
    told(officer, "认证")


def test_a_visitor_becomes_a_verified_firm_and_books(page: Page, new_page):
    number = next(_numbers)
    mobile, name = f"137000000{number:02d}", f"示例·旅程{number}玻璃有限公司"
    find_and_price(page)
    register(page, mobile, "新来的")
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
