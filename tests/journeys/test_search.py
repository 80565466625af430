"""Searching by pinyin with suggestions and the keyboard, narrowing, and going on where nothing is found."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.steps import heading, main
from tests.plumbing.browser import overflow, serious_faults

pytestmark = pytest.mark.journey


def test_a_visitor_types_pinyin_chooses_a_suggestion_and_narrows_what_is_found(page: Page):
    page.goto("/")
    box = page.get_by_role("combobox", name="搜索全站").first
    box.click()
    box.press_sequentially("boli", delay=30)
    suggestion = page.get_by_role("option", name="玻璃", exact=True).first
    expect(suggestion).to_be_visible()
    assert not serious_faults(page)
    box.press("Escape")
    expect(suggestion).to_be_hidden()
    expect(box).to_have_value("boli")

    box.press_sequentially("b", delay=30)
    box.fill("boli")
    expect(suggestion).to_be_visible()
    box.press("ArrowDown")
    expect(box).to_have_value(re.compile("玻璃"))
    box.press("Enter")

    heading(page, re.compile("的搜索结果"))
    expect(main(page).locator("mark").first).to_be_visible()
    assert not serious_faults(page)
    assert overflow(page) <= 0
    main(page).get_by_role("navigation", name="结果类型").get_by_role("link", name=re.compile("检测项目")).click()
    expect(main(page).get_by_label("排序")).to_be_visible()
    assert not serious_faults(page)
    assert overflow(page) <= 0


def test_nothing_found_leads_to_a_post(page: Page):
    page.goto("/search?q=飞艇")
    expect(main(page).get_by_role("link", name="发布需求")).to_have_attribute("href", re.compile("^/board/new"))
