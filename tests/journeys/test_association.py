"""A firm joins the association until it posts and votes; the secretary books what the bank reports, and for a member."""

import re
from itertools import count as numbers
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from services.association.models.register import MembershipApplication
from services.core import clock
from tests.factories.organisations import credit_code_of
from tests.journeys.association_steps import (
    answer_yes,
    apply_for_membership,
    bring_motion,
    count,
    hold,
    open_vote,
    raise_hands,
    statement,
    take_in,
    time_passes,
    until_shown,
    vote,
)
from tests.journeys.board_steps import describe, publish, send_in, sound
from tests.journeys.steps import book, enter_firm, heading, main, open_account, press, sign_in, told, verify

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]

ASSOCIATION = "宝应玻璃工艺制品行业协会"
COUNCIL = (
    "示例·晶禾玻璃工艺品有限公司",
    "示例·冬星圣诞工艺品有限公司",
    "示例·窑火玻璃器皿有限公司",
    "示例·恒管玻璃棒管有限公司",
    "示例·澄光水晶工艺有限公司",
    "示例·弯月热弯玻璃有限公司",
    "示例·灯趣声光玻璃饰品有限公司",
)
"""Seven of the nine on the council."""
PAYERS = {
    "desk": ("g14_admin", "示例·方盒纸箱包装有限公司", "示例·彩屿印刷有限公司"),
    "phone": ("g15_admin", "示例·四合纸品包装有限公司", "示例·北窑玻管有限公司"),
}
AGREEING = {"desk": ("g16_admin", "彩屿"), "phone": ("g17_admin", "镀彩")}
_numbers = numbers(1)


def test_a_firm_joins_until_it_posts_and_votes(page: Page, new_page, live_instance: Path):
    number = next(_numbers)
    name, title = f"示例·入会{number}灯工工作室", f"求购彩盒三千只，第{number}批分三次交付"
    secretary, visitor = new_page(), new_page()
    sign_in(secretary, "s01_sec")
    open_account(page, f"137100000{number:02d}", "入会经办人")
    enter_firm(page, name, credit_code_of(991000 + number))
    verify(new_page(), name, "通过认证")

    application_id = apply_for_membership(page, ASSOCIATION)
    show_in_public(secretary, visitor, name)
    time_passes(live_instance, MembershipApplication, application_id)
    main(secretary).get_by_role("link", name="入会申请").first.click()
    admit(secretary, live_instance, name, number)
    pay(page, secretary, application_id, name)

    visitor.goto("/associations")
    main(visitor).get_by_role("link", name=re.compile(ASSOCIATION)).first.click()
    main(visitor).get_by_role("link", name="会员名单").click()
    expect(main(visitor)).to_contain_text(name)
    describe(page, title)
    no = send_in(page)
    publish(secretary, title)
    visitor.goto(f"/board/{no}")
    heading(visitor, title)
    decide_together(page, secretary, live_instance, number)


def show_in_public(secretary: Page, visitor: Page, name: str) -> None:
    """Pass the first review from what waits on the desk; everybody reads that the firm applies."""
    secretary.goto("/associations/desk")
    sound(secretary)
    main(secretary).get_by_role("link", name=re.compile("^待初审申请")).click()
    main(secretary).locator("tr", has_text=name).get_by_role("link").first.click()
    heading(secretary, name)
    press(secretary, "初审通过并公示")
    told(secretary, "申请已开始公示。")
    sound(secretary)
    visitor.goto("/associations")
    main(visitor).get_by_role("link", name=re.compile(ASSOCIATION)).first.click()
    expect(main(visitor)).to_contain_text(name)
    sound(visitor)


def admit(secretary: Page, instance: Path, name: str, number: int) -> None:
    """Lay the application before the council, which meets and agrees."""
    main(secretary).locator("tr", has_text=name).get_by_role("link").first.click()
    press(secretary, "提交理事会")
    told(secretary, "申请已提交，待理事会表决。")
    council = hold(secretary, instance, f"理事会（入会{number}）", name, body="理事会", mode="现场会议", hours=3)
    raise_hands(secretary, council, COUNCIL)
    count(secretary, council)
    expect(main(secretary)).to_contain_text("通过")


def pay(page: Page, secretary: Page, application_id: int, name: str) -> None:
    """The firm reads what it has to pay, the secretary books it, and the firm is a member."""
    page.goto(f"/membership-applications/{application_id}")
    until_shown(page, "理事会已同意")
    sound(page)
    page.goto("/membership/dues")
    main(page).get_by_role("link", name="打印会费单").click()
    expect(page.get_by_role("heading", level=1, name="会费缴纳通知单")).to_be_visible()
    secretary.goto(f"/associations/desk/dues?q={name}")
    main(secretary).get_by_role("link", name=re.compile("^HF-")).click()
    secretary.get_by_label("收款方式").select_option(label="现金")
    press(secretary, "入账")
    told(secretary, "缴费已入账，收据已生成。")
    sound(secretary)
    page.goto(f"/membership-applications/{application_id}")
    told(page, "您已是会员")
    page.goto("/membership")
    expect(main(page)).to_contain_text("表决代表")
    sound(page)


def decide_together(page: Page, secretary: Page, instance: Path, number: int) -> None:
    """All members decide by correspondence, the new one among them; its vote counts once."""
    motion = f"春季联合参展办法（第{number}稿）"
    bring_motion(secretary, motion)
    meeting = f"通讯表决：春季参展第{number}次"
    assembly = hold(secretary, instance, meeting, motion, body="会员大会", mode="通讯表决", hours=90)
    open_vote(secretary, assembly)
    vote(page, meeting, motion)
    page.reload()
    told(page, "该会员已投票。")
    secretary.goto(assembly.motion)
    expect(main(secretary)).to_contain_text("已投1票")


def test_the_secretary_imports_a_bank_statement_and_books_what_it_proposes(page: Page, new_page, window: str):
    login, payer, other = PAYERS[window]
    year = clock.local_day(clock.now()).year + 1
    sign_in(page, "s01_sec")
    page.goto(f"/associations/desk/dues?year={year}")
    page.get_by_label("向全体会员开具会费单，年度").select_option(str(year))
    answer_yes(page, "开具会费单")
    told(page, "已向尚未开单的会员开具该年度会费单。")
    invoice = invoice_of(page, year, other)

    serial = f"2026{window}"
    lines = ((payer, "会费", "2000.00"), ("张三", f"代缴{invoice}", "500.00"), ("演示物流", "退押金", "310.00"))
    take_in(page, statement(serial, *lines))
    told(page, "对账单已导入，未经您确认不会入账。")
    sound(page)
    press(page, re.compile("笔确定的流水入账$"))
    told(page, "已入账")
    row = main(page).locator("tr", has_text="张三")
    expect(row).to_contain_text(other)
    row.get_by_role("button", name="按此入账").click()
    told(page, "流水已入账，收据已生成。")
    put_aside(page)
    take_in(page, statement(serial, *lines))
    told(page, "该对账单已于")
    take_in(page, statement(serial, *lines, ("演示物流", "退押金", "20.00")))
    expect(main(page)).to_contain_text("新增1笔，已有3笔")

    page.goto(f"/associations/desk/dues?year={year}&q={other}")
    expect(main(page).locator("tr", has_text=invoice)).to_contain_text("¥1,500.00")
    fetch_receipt(new_page(), login, year)


def invoice_of(page: Page, year: int, firm: str) -> str:
    """Return the number of the invoice of a firm."""
    page.goto(f"/associations/desk/dues?year={year}&q={firm}")
    sound(page)
    return main(page).get_by_role("link", name=re.compile("^HF-")).inner_text()


def put_aside(page: Page) -> None:
    """Put a line aside that is no dues, and say why."""
    main(page).locator("tr", has_text="¥310.00").get_by_role("link", name="选择会费单或搁置").click()
    sound(page)
    page.get_by_label("原因").fill("退回的押金，不是会费")
    press(page, "搁置这笔流水")
    told(page, "流水已搁置。")


def fetch_receipt(member: Page, login: str, year: int) -> None:
    """The member finds its dues settled, with a receipt to print."""
    sign_in(member, login)
    member.goto("/membership/dues")
    sound(member)
    panel = main(member).locator("section", has_text=f"{year}年度会费")
    expect(panel).to_contain_text("已缴清")
    panel.get_by_role("link", name=re.compile("^收据")).click()
    expect(member.get_by_role("heading", level=1, name="会费收据")).to_be_visible()
    expect(member.get_by_text("贰仟元整")).to_be_visible()


def test_the_secretary_books_for_a_member_that_agreed(page: Page, new_page, window: str):
    login, firm = AGREEING[window]
    sign_in(page, "s01_sec")
    page.goto("/associations/desk/members")
    main(page).locator("tr", has_text=firm).get_by_role("link").first.click()
    main(page).get_by_role("link", name="申请成为经办人").click()
    sound(page)
    press(page, "申请加入")

    admin = new_page()
    sign_in(admin, login)
    admin.goto("/organisations/people")
    main(admin).locator("tr", has_text="秘书处").get_by_role("link", name="办理").click()
    press(admin, "同意并分配该角色")

    page.goto("/organisations/switch")
    main(page).locator("tr", has_text=firm).get_by_role("button", name="切换到该单位").click()
    booking = book(page, "R02", "协会代为预约")
    admin.goto(booking)
    expect(main(admin)).to_contain_text("秘书处")
    page.goto("/organisations/switch")
    main(page).locator("tr", has_text="协会").get_by_role("button", name="切换到该单位").click()
    assert page.goto(booking).status == 404
