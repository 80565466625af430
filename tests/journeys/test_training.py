"""The training centre as its customers use it: from the waiting list to a certificate, and eight people at once."""

import re
from itertools import count

import pytest
from playwright.sync_api import Page, expect

from tests.factories.training import identity_number
from tests.journeys.board_steps import sound
from tests.journeys.steps import heading, letter_to, main, open_account, path_of, press, sign_in, told
from tests.journeys.training_steps import (
    code_on_the_wall,
    examine,
    hold_now,
    join,
    plan_class,
    plan_course,
    sheet_of,
)

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]

_numbers = count(1)
NAMES = {"desk": "候补甲", "phone": "候补乙"}
GENUINE, ALTERED = "证书真实有效", "文件与签发的不一致"


def test_somebody_waits_gets_the_freed_seat_learns_passes_and_is_believed(page: Page, new_page, window: str):
    number = next(_numbers)
    mobile, name, code = f"136000000{number:02d}", NAMES[window], f"KJ{number:02d}"
    centre, first, stranger = new_page(), new_page(), new_page()
    sign_in(centre, "c04_train")
    sign_in(first, "worker003")
    open_account(page, mobile, name)
    plan_course(centre, code, f"旅程课程{number}")
    class_no = plan_class(centre, code, seats=1)

    join(first, class_no)
    press(first, "我要报名")
    told(first, "已录取")
    registration = wait_in_line(page, class_no, name, identity_number(900 + number))
    withdraw(first)
    accept_by_letter(stranger, mobile)
    page.goto(registration)
    told(page, "已录取")

    hold_now(centre, class_no)
    attend(page, centre, class_no)
    examine(centre, class_no, name, "91")
    page.goto(registration)
    told(page, "您已结业。")
    sound(page)
    say_how_it_was(page)
    address, pdf = fetch_certificate(page)
    believe(stranger, address, pdf, name)


def wait_in_line(page: Page, class_no: str, name: str, identity: str) -> str:
    """Register for the full class: mistakes are shown at once and nothing typed is lost. Return the registration."""
    join(page, class_no, "报名候补")
    page.get_by_label("身份证号").fill(identity[:-1])
    page.get_by_label("工种/岗位").fill("灯工")
    page.get_by_label("姓名（与身份证一致）").fill("")
    press(page, "报名候补")
    expect(page.get_by_role("alert").get_by_role("link")).to_have_count(2)
    sound(page)
    expect(page.get_by_label("工种/岗位")).to_have_value("灯工")
    page.get_by_label("姓名（与身份证一致）").fill(name)
    page.get_by_label("身份证号").fill(identity)
    press(page, "报名候补")
    told(page, "排第1位")
    expect(main(page)).not_to_contain_text(identity)
    sound(page)
    return path_of(page)


def withdraw(page: Page) -> None:
    """Withdraw from the class whose registration is open, after reading what becomes of the money."""
    main(page).get_by_role("link", name="退报").click()
    sound(page)
    press(page, "退报")
    told(page, "报名已退。")


def accept_by_letter(visitor: Page, mobile: str) -> None:
    """Open the link of the letter without signing in; opening it takes nothing, its button takes the seat."""
    link = re.search(r"/offers/\S+", letter_to(visitor, mobile, "/offers/"))
    assert link
    visitor.goto(link.group())
    heading(visitor, "候补录取通知")
    sound(visitor)
    press(visitor, "接受名额")
    told(visitor, "您已接受该名额。")
    visitor.goto(link.group())
    expect(main(visitor).get_by_role("button", name="接受名额")).to_have_count(0)


def attend(page: Page, teacher: Page, class_no: str) -> None:
    """Sign in by the code on the wall; a code of yesterday does not do."""
    address = code_on_the_wall(teacher, class_no)
    page.goto(address.partition("=")[0] + "=aaaaaaaa")
    press(page, "我已到课，签到")
    expect(page.get_by_role("alert")).to_be_visible()
    page.goto(address)
    sound(page)
    press(page, "我已到课，签到")
    told(page, "签到成功。")
    teacher.reload()
    told(teacher, "已签到 1 / 1 人")


def say_how_it_was(page: Page) -> None:
    """Say how the class was; it is asked once."""
    main(page).get_by_role("link", name="评价课程").click()
    for group in ("课程内容", "教师授课", "场地设备与组织"):
        page.get_by_role("group", name=group).get_by_role("radio").first.check()
    sound(page)
    press(page, "提交")
    told(page, "您已结业。")
    expect(main(page).get_by_role("link", name="评价课程")).to_have_count(0)


def fetch_certificate(page: Page) -> tuple[str, bytes]:
    """Open one's certificate, take its file, and return the address that its picture holds, and the file."""
    page.goto("/my-training?tab=certificates")
    sound(page)
    main(page).get_by_role("link", name=re.compile("^PXZS-")).click()
    sound(page)
    with page.expect_download() as download:
        press(page, "下载PDF")
    address = main(page).get_by_role("link", name="用人单位看到的验真页").get_attribute("href")
    assert address
    return address, download.value.path().read_bytes()


def believe(stranger: Page, address: str, pdf: bytes, name: str) -> None:
    """Verify by the address in the picture and by the file; a file in which one byte was changed is exposed."""
    stranger.goto(address)
    told(stranger, GENUINE)
    expect(main(stranger)).to_contain_text(f"{name[0]}*{name[-1]}")
    expect(main(stranger)).not_to_contain_text(name)
    sound(stranger)
    changed = pdf[:-30] + bytes([pdf[-30] ^ 1]) + pdf[-29:]
    for content, outcome in ((pdf, GENUINE), (changed, ALTERED)):
        stranger.goto("/certificates")
        file = {"name": "证书.pdf", "mimeType": "application/pdf", "buffer": content}
        main(stranger).locator("input[type=file]").set_input_files(file)
        press(stranger, "比对文件")
        told(stranger, outcome)


def test_a_firm_registers_eight_people_from_a_spreadsheet_with_two_bad_rows(page: Page, new_page, window: str):
    number, firm = next(_numbers), {"desk": "g01_admin", "phone": "g02_admin"}[window]
    centre, code = new_page(), f"KJ{number:02d}"
    sign_in(centre, "c04_train")
    sign_in(page, firm)
    plan_course(centre, code, f"旅程课程{number}")
    class_no = plan_class(centre, code, seats=20, fee="100")
    people = [
        (
            f"旅程工人{serial}",
            identity_number(100 * number + serial),
            f"1350000{number:02d}{serial:02d}",
            "初中",
            "灯工",
        )
        for serial in range(8)
    ]
    wrong = [list(one) for one in people]
    wrong[2][1] = wrong[2][1][:-1]  # a digit is missing
    wrong[5][0] = ""

    page.goto(f"/classes/{class_no}/register-many")
    sound(page)
    page.get_by_label("电子表格").set_input_files(sheet_of(wrong))
    press(page, "读入文件并检查")
    rows = page.locator("fieldset.people-row")
    expect(rows).to_have_count(8)
    expect(page.locator("fieldset.people-row--wrong")).to_have_count(2)
    for place in (2, 5):
        expect(rows.nth(place).locator(".field__error")).to_have_count(1)
    sound(page)
    expect(rows.nth(7).get_by_label("姓名")).to_have_value("旅程工人7")

    page.get_by_label("先报正确的行，错误的行留在这里修改").check()
    press(page, "为这些人报名")
    told(page, "已报名6人")
    expect(page.get_by_role("table", name="已报名").locator("tbody tr")).to_have_count(6)
    expect(rows.nth(0).get_by_label("身份证号")).to_have_value(wrong[2][1])
    sound(page)

    page.get_by_label("全部正确后才一起报名").check()
    rows.nth(0).get_by_label("身份证号").fill(people[2][1])
    press(page, "为这些人报名")
    expect(page.locator("fieldset.people-row--wrong")).to_have_count(1)
    expect(page.get_by_text("已报名1人")).to_have_count(0)  # the right row waits for the wrong one
    rows.nth(1).get_by_label("姓名").fill("旅程工人5")
    press(page, "为这些人报名")
    told(page, "已报名2人")
    heading(page, "员工培训")
    expect(main(page).locator("tbody tr")).to_have_count(8)
    sound(page)
    pay_once(page)


def pay_once(page: Page) -> None:
    """Find one bill for those who were registered together."""
    main(page).locator("tbody tr").last.get_by_role("link", name=re.compile("^旅程工人")).click()
    told(page, "已录取，待缴费")
    sound(page)
    main(page).get_by_role("link", name="查看账单").first.click()
    expect(main(page)).to_contain_text("¥600.00")
    sound(page)
