"""What people do on the portal again and again, in the words that they read there."""

import io
import re
import time
from collections.abc import Callable

from PIL import Image
from playwright.sync_api import Locator, Page, expect

from services.accounts.rules import DEMO_PASSWORD

PATIENCE = 15


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


def press(page: Page, name: str) -> None:
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


def picture() -> dict[str, str | bytes]:
    """Return a small picture, as a file to upload."""
    content = io.BytesIO()
    Image.new("RGB", (60, 40), "white").save(content, "PNG")
    return {"name": "营业执照.png", "mimeType": "image/png", "buffer": content.getvalue()}


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
