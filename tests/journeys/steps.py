"""What people do on the portal again and again, in the words that they read there."""

import io
import re
import time
from collections.abc import Callable

from PIL import Image
from playwright.sync_api import Locator, Page, expect

from services.accounts.rules import DEMO_PASSWORD

PATIENCE = 15
NEW_PASSWORD = "three green kettles"


def sign_in(page: Page, login: str, password: str = DEMO_PASSWORD) -> None:
    """Sign somebody in, from wherever the page is."""
    page.goto("/accounts/sign-in")
    page.get_by_label("手机号、邮箱或登录名").fill(login)
    page.get_by_label("密码").fill(password)
    main(page).get_by_role("button", name="登录").click()
    expect(page).not_to_have_url(re.compile("/sign-in"))


def main(page: Page) -> Locator:
    """Return what the page is about, without its frame."""
    return page.get_by_role("main")


def press(page: Page, name: str | re.Pattern[str]) -> None:
    """Press the button of this name in the page itself."""
    main(page).get_by_role("button", name=name, exact=True).first.click()


def told(page: Page, words: str) -> None:
    """Expect to be told something after what was done."""
    expect(page.get_by_text(words).first).to_be_visible()


def heading(page: Page, words: str) -> None:
    """Expect a page to be the one with this heading."""
    expect(page.get_by_role("heading", level=1, name=words)).to_be_visible()


def letter_to(page: Page, contact: str, words: str = "") -> str:
    """Return the newest letter in the letter box of the demonstration to a contact; the worker writes it in a moment."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        page.goto("/letters")
        letters = page.locator("article", has_text=contact).filter(has_text=words)
        if letters.count():
            return letters.first.inner_text()
    raise AssertionError(f"no letter to {contact} with {words!r}")


def open_account(page: Page, mobile: str, name: str) -> None:
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
    page.get_by_label("新密码", exact=False).first.fill(NEW_PASSWORD)
    page.get_by_label("再次输入新密码").fill(NEW_PASSWORD)
    page.get_by_label(re.compile("^我已阅读")).check()
    press(page, "注册")


def picture() -> dict[str, str | bytes]:
    """Return a small picture, as a file to upload."""
    content = io.BytesIO()
    Image.new("RGB", (60, 40), "white").save(content, "PNG")
    return {"name": "营业执照.png", "mimeType": "image/png", "buffer": content.getvalue()}


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


def hold(page: Page, code: str, *, choose: Callable[[Page], None] | None = None) -> None:
    """Hold the first free time of a service, or what ``choose`` picks on its page."""
    page.goto(f"/bookings/new/{code}")
    if choose:
        choose(page)
    press(page, "占位并继续")
    heading(page, "核对并提交")


def send(page: Page, purpose: str) -> str:
    """Send what is held to the centre and return the address of the booking."""
    page.get_by_label("用途说明").fill(purpose)
    press(page, "提交预约")
    expect(page).to_have_url(re.compile(r"/bookings/\d+$"))
    return path_of(page)


def book(page: Page, code: str, purpose: str) -> str:
    """Book the first free time of a service; return the booking's number in its address."""
    hold(page, code)
    return send(page, purpose)


def path_of(page: Page) -> str:
    return re.sub(r"^https?://[^/]+", "", page.url)


def desk_of(booking: str) -> str:
    """Return the address at which the centre sees a booking."""
    return booking.replace("/bookings/", "/bookings/desk/")
