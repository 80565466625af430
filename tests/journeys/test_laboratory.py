"""Tests are ordered, carried out by the five roles of the laboratory, reported, and verified by a stranger."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.laboratory_steps import (
    approve,
    confirm_order,
    describe_sample,
    number_of,
    order,
    receive,
    scan,
)
from tests.journeys.steps import heading, main, picture, press, sign_in, told

pytestmark = [pytest.mark.journey, pytest.mark.timeout(180)]
on_the_desk = pytest.mark.parametrize("window", ["desk"], indirect=True)
on_the_phone = pytest.mark.parametrize("window", ["phone"], indirect=True)


@on_the_desk
def test_an_order_goes_through_the_laboratory_to_a_report_that_a_stranger_verifies(page: Page, new_page):
    staff = {}
    for login in ("c02_clerk", "c02_analyst1", "c02_review", "c02_sign"):
        staff[login] = new_page()
        sign_in(staff[login], login)
    sign_in(page, "g01_admin")
    commission = order(page, "玻璃杯·旅程")
    number = number_of(page)

    approve(staff["c02_clerk"], commission)
    receive(staff["c02_clerk"], number, "完好，共 10 件")
    print_labels(staff["c02_clerk"], number)
    test(staff["c02_analyst1"], number)
    check(staff["c02_review"], number)
    report(staff["c02_clerk"], staff["c02_review"], staff["c02_sign"], number)
    pay(staff["c02_clerk"], commission)
    read_receipt(page, commission)
    code, pdf = fetch(page, commission)
    verify(new_page(), f"{number}-R1", code, pdf)


def print_labels(clerk: Page, number: str) -> None:
    scan(clerk, number)
    main(clerk).get_by_role("link", name="打印标签").click()
    expect(clerk.get_by_role("img", name=re.compile(f"{number}-S01"))).to_be_visible()


def test(analyst: Page, number: str) -> None:
    """Take the sample out, begin, write down, submit, and bring the sample back."""
    line = open_line(analyst, "all", number)
    main(analyst).get_by_role("link", name="领样").click()
    press(analyst, "由我领出")
    told(analyst, "检测中")
    sample = analyst.url
    analyst.goto(line)
    expect(main(analyst)).not_to_contain_text("晶禾")  # analysts do not learn whose sample it is
    press(analyst, "开始检测")
    analyst.get_by_label("温度").fill("23.0")
    analyst.get_by_label("相对湿度").fill("50")
    analyst.get_by_label("读数").fill("0")
    press(analyst, "记录")
    press(analyst, "提交校核")
    told(analyst, "待校核")
    analyst.goto(sample)
    analyst.get_by_label("存放位置").first.fill("样品室 A-03")
    press(analyst, "已还回样品室")


test.__test__ = False


def open_line(page: Page, show: str, number: str) -> str:
    """Open the first line of an order in a work list; return its address."""
    page.goto(f"/laboratory/work?show={show}&q={number}")
    main(page).get_by_role("link", name=re.compile(f"^{number}-S01")).first.click()
    return page.url


def check(reviewer: Page, number: str) -> None:
    open_line(reviewer, "checks", number)
    press(reviewer, "校核无误")
    told(reviewer, "已校核")


def report(clerk: Page, reviewer: Page, signatory: Page, number: str) -> None:
    """Prepare, review and sign the report."""
    clerk.goto("/laboratory/reports")
    main(clerk).locator("tr", has_text=number).get_by_role("button", name="编制报告").click()
    press(clerk, "提交审核")
    address = clerk.url
    reviewer.goto(address)
    press(reviewer, "审核通过，提交签发")
    signatory.goto(address)
    signatory.once("dialog", lambda dialog: dialog.accept())
    press(signatory, "签发")
    told(signatory, "已签发")


def pay(clerk: Page, commission: str) -> None:
    """Record that the whole price has come in."""
    clerk.goto(f"/laboratory{commission}")
    main(clerk).get_by_role("link", name="账单、付款与发票").click()
    clerk.get_by_label("流水号或备注").fill("网银 20261125")
    press(clerk, "登记收款")
    expect(main(clerk).locator("tr", has_text="待付").last).to_contain_text("¥0.00")


def read_receipt(page: Page, commission: str) -> None:
    """Open the receipt as the client."""
    page.goto(commission)
    main(page).get_by_role("link", name="账单、付款与发票").click()
    main(page).get_by_role("link", name=re.compile("^SJ-")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("收据")
    expect(page.locator("body")).to_contain_text("整")  # the amount in capitals


def fetch(page: Page, commission: str) -> tuple[str, bytes]:
    """Fetch the report as the client; return its verification code and the file."""
    page.goto(commission)
    main(page).get_by_role("link", name=re.compile("-R1$")).click()
    code = main(page).locator("dt:has-text('验证码') + dd").inner_text()
    with page.expect_download() as download:
        press(page, "下载报告（PDF）")
    content = download.value.path().read_bytes()
    assert content.startswith(b"%PDF")
    return code, content


def verify(stranger: Page, number: str, code: str, pdf: bytes) -> None:
    """Verify by number and code, and by the file; no result is shown."""
    stranger.goto("/verify")
    stranger.get_by_label("报告编号").fill(number)
    stranger.get_by_label("验证码").fill(code)
    press(stranger, "查询")
    valid(stranger, number)
    stranger.goto("/verify")
    stranger.get_by_label("PDF 文件").set_input_files(
        {"name": "报告.pdf", "mimeType": "application/pdf", "buffer": pdf}
    )
    press(stranger, "比对文件")
    valid(stranger, number)


def valid(stranger: Page, number: str) -> None:
    answer = stranger.get_by_role("region", name="查询结果")
    expect(answer).to_contain_text("有效")
    expect(answer).to_contain_text(number)
    expect(answer).not_to_contain_text("热震")


@on_the_phone
def test_the_client_accepts_a_deviation(page: Page, new_page):
    clerk = new_page()
    sign_in(page, "g01_admin")
    sign_in(clerk, "c02_clerk")
    commission = order(page, "玻璃杯·少一件")
    number = number_of(page)
    approve(clerk, commission)

    receive(clerk, number, "一件有裂纹", differs="到样 10 件，其中 1 件有裂纹")
    page.goto(commission)
    main(page).get_by_role("link", name="查看并决定").click()
    expect(main(page)).to_contain_text("其中 1 件有裂纹")
    page.get_by_role("radio").first.check()
    press(page, "提交决定")
    told(page, "您的决定已记录")
    page.goto(commission)
    told(page, "已收样")


@on_the_phone
def test_a_question_with_a_photo_is_answered_with_a_ready_order(page: Page, new_page):
    clerk = new_page()
    sign_in(page, "g01_admin")
    sign_in(clerk, "c02_clerk")
    page.goto("/testing")
    main(page).get_by_role("link", name=re.compile("咨询")).first.click()
    page.get_by_label("您的问题").fill("德国买家要我们的玻璃杯过热震，怎么送检？")
    page.get_by_label("照片").set_input_files(picture() | {"name": "杯子.png"})
    press(page, "提交咨询")
    question = page.url

    clerk.goto("/laboratory/consultations")
    main(clerk).locator("tr", has_text="怎么送检").get_by_role("link").last.click()
    expect(main(clerk)).to_contain_text("怎么送检？")
    expect(main(clerk).get_by_role("link", name="杯子.png")).to_be_visible()
    clerk.get_by_role("radio").first.check()
    clerk.get_by_label("答复").fill("可以，10 件一组，三个工作日。")
    clerk.get_by_label(re.compile("抗热震性")).first.check()
    press(clerk, "提交答复")

    page.goto(question)
    main(page).get_by_role("link", name="打开代拟的委托").click()
    expect(main(page)).to_contain_text("抗热震性")
    main(page).get_by_role("link", name=re.compile("继续|下一步|填写")).first.click()
    heading(page, "核对并确认")
    main(page).get_by_role("link", name="修改 – 样品与检测项").click()
    describe_sample(page, "玻璃杯·咨询")
    confirm_order(page)
    heading(page, re.compile("JC-"))
