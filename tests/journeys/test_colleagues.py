"""A colleague is invited, acts for the firm, and is out at the click after the dismissal."""

import re
from itertools import count

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.steps import heading, letter_to, main, open_account, press, sign_in, told

pytestmark = pytest.mark.journey
_numbers = count(51)


def test_an_invited_colleague_who_is_dismissed_is_out_at_the_next_click(page: Page, new_page):
    mobile, colleague = f"137000000{next(_numbers)}", new_page()
    sign_in(page, "g07_admin")
    page.goto("/organisations/people")
    page.get_by_label("手机号码或邮箱").fill(mobile)
    press(page, "发送邀请")
    told(page, "邀请")
    link = re.search(r"/organisations/invitations/\S+", letter_to(colleague, mobile, "/invitations/"))
    assert link
    open_account(colleague, mobile, "新同事")
    heading(colleague, "登记单位")
    colleague.goto(link.group())
    press(colleague, "接受邀请")
    colleague.goto("/bookings")
    heading(colleague, "我的预约")

    page.goto("/organisations/people")
    page.once("dialog", lambda dialog: dialog.accept())
    main(page).locator("tr", has_text="新同事").first.get_by_role("button", name="移出").click()
    told(page, "新同事")
    assert colleague.goto("/bookings").status == 403
    expect(colleague.get_by_role("heading", level=1)).not_to_have_text("我的预约")
