"""What clients and the laboratory do with an order of tests again and again."""

import re

from playwright.sync_api import Page, expect

from tests.journeys.steps import heading, main, path_of, picture, press, told

ITEM = "TG02"  # one reading on one instrument, three working days
SENT = "委托已提交"


def choose_test(page: Page, code: str) -> None:
    """Find a test by product and market, see price and date, and go on to the samples."""
    page.goto("/testing")
    page.get_by_label("产品", exact=True).select_option(label="日用玻璃制品")
    page.get_by_label("目标市场", exact=True).select_option(label="出口欧盟")
    press(page, "查看")
    for group in main(page).locator("details.test-group:not([open]) > summary").all():
        group.click()
    card = main(page).get_by_role("listitem").filter(has_text=f" {code} ").first
    card.get_by_role("link", name=re.compile("^选择")).click()
    expect(page.get_by_role("complementary", name="已选")).to_contain_text(re.compile("¥[1-9]"))
    main(page).get_by_role("link", name="下一步：填写样品").click()


def describe_sample(page: Page, name: str) -> None:
    """Name the sample and go on to the options."""
    heading(page, "送检哪些样品？")
    page.get_by_label("样品名称").first.fill(name)
    page.get_by_label("型号规格").first.fill("300 mL")
    page.get_by_label("数量", exact=True).first.fill("10")
    press(page, "下一步：选项")


def confirm_order(page: Page) -> str:
    """Go on to price and date, order, and return the address of the order."""
    heading(page, "选项")
    press(page, "下一步：价格与日期")
    heading(page, "核对并确认")
    expect(main(page)).to_contain_text(re.compile(r"最早出具报告日期\s*\d+月\d+日"))
    main(page).get_by_role("button", name=re.compile("^确认委托，应付")).click()
    told(page, SENT)
    return path_of(page)


def order(page: Page, name: str, code: str = ITEM) -> str:
    """Order a test from the list of tests to the button; return the address of the order."""
    choose_test(page, code)
    describe_sample(page, name)
    return confirm_order(page)


def number_of(page: Page) -> str:
    """Return the number of the order that a page is about."""
    number = re.search(r"JC-\d{8}-\d{4}", page.get_by_role("heading", level=1).inner_text())
    assert number
    return number.group()


def approve(clerk: Page, commission: str) -> None:
    """Take an order up, answer the seven questions of the contract review with yes, and accept."""
    clerk.goto(f"/laboratory{commission}")
    press(clerk, "受理评审")
    heading(clerk, "合同评审")
    for group in clerk.locator(".review-check").all():
        group.get_by_role("radio").first.check()
    press(clerk, "保存评审并继续")
    expect(clerk).to_have_url(re.compile(f"{commission}$"))
    told(clerk, "待收样")


def scan(counter: Page, code: str) -> None:
    """Type a number into the field of the scanner."""
    counter.goto("/laboratory/counter")
    counter.get_by_label("扫描标签").fill(code)
    counter.get_by_label("扫描标签").press("Enter")


def receive(counter: Page, number: str, condition: str, *, differs: str = "") -> None:
    """Take the sample of an order in, with a photograph; ``differs`` says what is not as ordered."""
    scan(counter, number)
    main(counter).get_by_role("link", name=re.compile("^收样 JC-")).first.click()
    counter.get_by_label("与委托不符：请客户确认" if differs else "与委托相符：收样").check()
    counter.get_by_label("收样状态").fill(condition)
    counter.get_by_label("存放位置").fill("样品室 A-03")
    counter.get_by_label("送样人").fill("企业自送")
    counter.get_by_label("照片").set_input_files(picture() | {"name": "到样.png"})
    if differs:
        counter.get_by_label("与委托不符之处").fill(differs)
    press(counter, "登记并继续")
