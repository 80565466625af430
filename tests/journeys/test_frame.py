"""The frame of every page: language, larger text, the keyboard alone, and no JavaScript at all."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from services.accounts.rules import DEMO_PASSWORD
from tests.journeys.steps import book, heading, main, press, sign_in
from tests.plumbing.browser import SIZES

pytestmark = pytest.mark.journey


def test_the_language_is_switched_and_kept(page: Page):
    page.goto("/services/K01")
    page.get_by_role("link", name="English").first.click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    heading(page, "玻璃圣诞挂件·出口欧盟")  # names are data
    page.goto("/services")
    expect(page.get_by_role("heading", level=1, name="Services")).to_be_visible()
    page.get_by_role("link", name="中文").first.click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans-CN")


def test_larger_text_is_switched_and_kept(page: Page):
    page.goto("/services")
    size = "parseFloat(getComputedStyle(document.querySelector('main p')).fontSize)"
    usual = page.evaluate(size)
    page.get_by_text("大字版").first.click()
    expect(page.locator("html")).to_have_class(re.compile("large-text"))
    assert page.evaluate(size) > usual
    page.reload()
    assert page.evaluate(size) > usual


def focused(page: Page) -> str:
    return page.evaluate("document.activeElement.innerText || document.activeElement.name || ''")


def test_the_keyboard_alone_leads_past_the_frame_and_in(page: Page):
    page.goto("/accounts/sign-in")
    page.locator("body").press("Tab")
    assert "跳到正文" in focused(page)
    page.keyboard.press("Enter")
    for _ in range(5):
        if focused(page) == "login":
            break
        page.keyboard.press("Tab")
    page.keyboard.type("g01_admin")
    page.keyboard.press("Tab")
    page.keyboard.type(DEMO_PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/bench"))


def test_without_javascript_one_finds_prices_signs_in_and_books(chromium: Browser, live_portal: str, window: str):
    context = chromium.new_context(
        base_url=live_portal, viewport=SIZES[window], locale="zh-CN", java_script_enabled=False
    )
    context.set_default_timeout(10_000)
    page = context.new_page()
    page.goto("/services?q=蜡模")
    main(page).get_by_role("link", name="3D蜡模打印（琉璃脱蜡）").first.click()
    press(page, "计算价格")
    expect(main(page)).to_contain_text("应付")
    sign_in(page, "g14_user")
    booking = book(page, "R02", "内托蜡样")
    page.goto(booking)
    expect(main(page)).to_contain_text("内托蜡样")
    context.close()
