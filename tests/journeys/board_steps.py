"""What firms and the secretariat do on the board of supply and demand again and again."""

import re
import time

from playwright.sync_api import Page, expect

from tests.journeys.steps import PATIENCE, heading, main, path_of, press, told
from tests.plumbing.browser import overflow, serious_faults

SENT = "信息已提交，协会将在1个工作日内审核。"
BODY = "样品与图纸可以提供，请报含税单价与最早交期，长期每月都要，验收按双方确认的样品。"


def sound(page: Page) -> None:
    """Expect the page to be accessible and to fit its window."""
    assert not serious_faults(page), page.url
    assert overflow(page) <= 0, page.url


def describe(page: Page, title: str, *, body: str = BODY, visibility: str = "公开", phone: str = "") -> None:
    """Open a new post and fill in what it needs."""
    page.goto("/board/new")
    heading(page, "发布信息")
    page.get_by_label("标题").fill(title)
    page.get_by_label("详细说明").fill(body)
    page.get_by_label("数量", exact=True).fill("1200")
    page.get_by_label("单位", exact=True).first.fill("只")
    page.get_by_role("radio", name=visibility, exact=True).check()
    if phone:
        page.get_by_label("联系电话").fill(phone)


def number_of(page: Page) -> str:
    """Return the number of the post whose page is open."""
    number = re.search(r"/board/(GX-\d{8}-\d{4})$", path_of(page))
    assert number, page.url
    return number.group(1)


def send_in(page: Page) -> str:
    """Send the post in the form in for review; return its number."""
    press(page, "提交审核")
    told(page, SENT)
    return number_of(page)


def publish(secretary: Page, title: str) -> None:
    """Find a post in the queue, go through the checklist and the scores, and publish it."""
    secretary.goto("/board/desk")
    row = main(secretary).locator("tr", has_text=title)
    row.get_by_role("link", name=re.compile("^GX-")).click()
    heading(secretary, title)
    for point in secretary.get_by_role("group", name="审核清单").get_by_role("checkbox").all():
        point.check()
    for score in ("清楚", "可行", "对他人有价值", "诚意"):
        secretary.get_by_label(score, exact=True).fill("4")
    secretary.get_by_role("radio", name="发布", exact=True).check()
    sound(secretary)
    press(secretary, "办理")
    told(secretary, "已发布")


def find(page: Page, words: str, title: str) -> None:
    """Search for words until the post is found (the index follows in a moment), and open it."""
    end = time.monotonic() + PATIENCE
    hit = main(page).get_by_role("link", name=title)
    page.goto(f"/search?q={words}")
    while not hit.count():
        assert time.monotonic() < end, f"{title} was not found by {words}"
        page.goto(f"/search?q={words}")
    sound(page)
    hit.first.click()
    heading(page, title)


def answer(page: Page, no: str, wish: str, *, phone: str) -> str:
    """Answer the three questions of a post; return the address of the interest."""
    page.goto(f"/board/{no}")
    main(page).get_by_role("link", name="我有意向").click()
    heading(page, "提出合作意向")
    sound(page)
    page.get_by_label("您希望怎样合作？").fill(wish)
    page.get_by_label("您的企业有哪些相关能力？").fill("有两条生产线，月产三万只，可以开票。")
    page.get_by_label("还需要对方说明什么？").fill("图纸用什么格式，首样几天要？")
    page.get_by_label("联系电话").fill(phone)
    press(page, "提交意向")
    told(page, "合作意向已提交，对方答复后会立即通知您。")
    return path_of(page)


def accept(page: Page, interest: str) -> None:
    """Open a received interest from the list, and accept it."""
    page.goto("/board/interests")
    sound(page)
    main(page).get_by_role("link", name=interest.rsplit("/", 1)[-1]).click()
    page.once("dialog", lambda dialog: dialog.accept())
    press(page, "接受并交换联系方式")
    told(page, "已接受。双方现在可以查看对方的联系方式。")


def see_contact(page: Page, interest: str, phone: str) -> None:
    """Have the contact of the other side shown; opening the page again shows nothing."""
    page.goto(interest)
    expect(main(page)).not_to_contain_text(phone)
    press(page, "显示联系方式")
    expect(main(page).get_by_role("link", name=phone)).to_be_visible()
    sound(page)


def rate(page: Page, interest: str, stars: int, words: str) -> None:
    """Rate the other side of a deal."""
    page.goto(interest)
    main(page).get_by_role("radio", name=re.compile(f"^{stars} ")).check()
    page.get_by_label("一句话评价").fill(words)
    sound(page)
    press(page, "提交评价")
    expect(main(page)).to_contain_text(words)
