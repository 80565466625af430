"""A service of each centre that takes bookings is booked, confirmed, carried out, delivered and paid.

The testing centre takes orders instead; how they go is in test_laboratory.
"""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.steps import book, desk_of, heading, main, picture, press, sign_in, told

pytestmark = pytest.mark.journey

CENTRES = [
    pytest.param("R03", "c01_admin", id="a project of the research centre"),
    pytest.param("I01", "c03_info", id="a free project of the information centre"),
    pytest.param("P01", "c04_train", id="a room of the training centre"),
]


@pytest.mark.parametrize(("code", "clerk"), CENTRES)
def test_a_service_of_each_centre_is_delivered_and_paid(page: Page, new_page, code, clerk):
    staff = new_page()
    sign_in(page, "g01_admin")
    sign_in(staff, clerk)
    booking = book(page, code, "冬季新品")

    staff.goto(desk_of(booking))
    press(staff, "确认")
    told(staff, "预约已确认")
    staff.goto("/bookings/desk/day")
    expect(main(staff)).to_contain_text("当日安排")
    staff.goto(desk_of(booking))
    press(staff, "签到")
    told(staff, "使用中")
    staff.get_by_label("交付内容").fill("报告一份，结论合格")
    staff.get_by_label("交付企业的报告或文件").set_input_files(picture() | {"name": "报告.png"})
    press(staff, "完成")
    told(staff, "已完成")

    page.goto(booking)
    expect(main(page)).to_contain_text("报告一份，结论合格")
    with page.expect_download() as download:
        main(page).get_by_role("link", name="报告.png").click()
    assert download.value.suggested_filename == "报告.png"
    if code != "I01":
        pay(staff)
        read_receipt(page)


@pytest.mark.parametrize("code", ["TG02", "K01"])
def test_what_the_testing_centre_does_is_ordered_with_samples(page: Page, code: str):
    page.goto(f"/services/{code}")
    main(page).get_by_role("link", name="委托检测").first.click()
    heading(page, "我要检测")
    expect(page.get_by_role("complementary", name="已选")).to_contain_text("应付")
    page.goto(f"/bookings/new/{code}")
    heading(page, "我要检测")


def pay(staff: Page) -> None:
    """Record that the whole price has come in."""
    main(staff).get_by_text("登记收款…").click()
    staff.get_by_label("银行流水号或备注").fill("网银 20261125")
    press(staff, "登记收款")
    expect(main(staff).locator("tr", has_text="待付")).to_contain_text("¥0.00")


def read_receipt(page: Page) -> None:
    """Open the receipt as the firm."""
    page.reload()
    main(page).get_by_role("link", name=re.compile("^SJ-")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("收据")
    expect(page.locator("body")).to_contain_text("整")  # the amount in capitals
