"""Every page that can be reached is accessible, fits its window, and speaks Chinese."""

import re
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from urllib.parse import urldefrag, urlsplit

import pytest
from playwright.sync_api import Page

from tests.journeys.steps import sign_in
from tests.plumbing.browser import AXE, RUN_AXE, overflow

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]

# Who looks, and from which pages on; signed-in people leave out what visitors see alike.
TOURS = {
    "visitor": [
        "/",
        "/accounts/terms",
        "/bookings/new/R01",
        "/testing?m=TG02",
        "/services?q=没有这样的服务",
        "/search?q=boli",
        "/search?q=飞艇",
        "/search?q=纸箱&kind=post",
        "/board?q=飞艇",
    ],
    "g01_admin": [
        "/bench",
        "/bookings?tab=coming",
        "/bookings?tab=past",
        "/bookings/new/P01",
        "/testing/samples?m=TG02",
    ],
    "g02_admin": ["/bench", "/commissions", "/board/new?type=recruitment", "/board/mine?tab=done", "/board/interests"],
    "g10_admin": ["/member-centre", "/member-centre?tab=communication", "/member-centre?tab=discipline", "/cases"],
    "s01_sec": ["/bench", "/board/desk?list=all", "/associations/desk", "/board/desk/statistics", "/board/interests"],
    "worker001": ["/my-training", "/my-training?tab=past"],
    "c04_train": ["/training/desk", "/teaching"],
    "o04_officer": ["/bench", "/subsidies"],
    "c02_admin": ["/bench", "/bookings/desk?show=displaced"],
    "c02_analyst1": ["/bench", "/laboratory/work?show=all"],
    "c02_review": ["/bench", "/laboratory/work?show=checks"],
    "admin": ["/bench", "/admin/outbox?state=done", "/search/synonyms", "/search/index"],
}
# How many pages of a kind are looked at, where they differ by the state of what they show; else one.
OFTEN = {
    "/bookings/#": 4,
    "/bookings/desk/#": 4,
    "/bookings/new/#": 3,
    "/services/#": 2,
    "/commissions/#": 8,
    "/laboratory/commissions/#": 8,
    "/laboratory/work/#": 4,
    "/laboratory/samples/#": 3,
    "/laboratory/reports/#": 3,
    "/billing/orders/#": 4,
    "/billing/desk/orders/#": 4,
    "/board/#": 4,
    "/board/desk/posts/#": 3,
    "/board/interests/#": 3,
}
SEEN_BY_VISITORS = re.compile(
    r"/(centres|guide|letters|organisations/?#?$|services/?(#|compare|prices)?/?#?$|bookings/week/#)|/$"
    r"|/(courses(/#)?|classes/calendar|associations(/#(/(charter|members))?)?|certificates|v/#)$"
)
# Files, and what is no page.
LEFT_OUT = re.compile(
    r"/(language|large-text|static)|\.ics$|\.csv\b|\.atom\b|/card\.png$|/file$|/licences/|/export$|/healthz|/readyz|/free-times"
    r"|/(photos?|pictures)(/\d+)?$|/(files|evidence)/\d+$|/(pdf|attachment|document)$|\.(xlsx|json)\b"
)
WORD = re.compile(r"\b[A-Za-z][a-z]+\b")  # codes in capitals are no words
TEXTS = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) {
    const place = walker.currentNode.parentElement;
    if (!place.closest('script, style, pre, code, [lang=en]:not(html)')) found.push(walker.currentNode.textContent.trim());
  }
  return found.filter(text => text);
}"""
LINKS = "() => [...document.querySelectorAll('a[href]')].map(one => one.href)"


def kind_of(address: str) -> str:
    """Return the path of an address without what tells one thing of a kind from another."""
    path = re.sub(r"^/(v|offers)/.+", r"/\1/#", urlsplit(address).path)
    return re.sub(r"(?<=/)(\d[\d-]*|[A-Z]{1,3}-?[A-Z]*\d[\d-]*|BY-\w+|XZ-\w+)(?=/|$)", "#", path)


def tour(page: Page, origin: str, starts: Sequence[str]) -> Iterator[str]:
    """Go to pages of every kind that links lead to, and yield the address of each once the page is there."""
    waiting, seen, counts = deque(starts), set(), Counter()
    while waiting:
        address = waiting.popleft()
        kind = kind_of(address)
        is_known = address in seen or (counts[kind] >= OFTEN.get(kind, 1) and address not in starts)
        if is_known or ("/" not in starts and SEEN_BY_VISITORS.match(kind)):
            continue
        seen.add(address)
        counts[kind] += 1
        response = page.goto(address)
        assert response is not None
        assert response.status == 200, f"{address}: {response.status}"
        yield address
        for link in page.evaluate(LINKS):
            plain = urldefrag(link).url
            if plain.startswith(origin) and not LEFT_OUT.search(plain):
                waiting.append(plain.removeprefix(origin) or "/")


def is_english(text: str) -> bool:
    """Tell whether a text is a sentence or a label that nobody translated, and no name, code or address."""
    return text.isascii() and "@" not in text and "/" not in text and len(WORD.findall(text)) >= 3


def faults_of(page: Page) -> list[str]:
    """Return what is wrong with the page that is shown."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    faults = list(page.evaluate(RUN_AXE))
    if page.locator("h1").count() != 1:
        faults.append(f"{page.locator('h1').count()} h1")
    if not page.title().strip():
        faults.append("no title")
    if (wider := overflow(page)) > 0:
        faults.append(f"{wider} pixels too wide")
    faults += [f"in English: {text}" for text in page.evaluate(TEXTS) if is_english(text)]
    return faults


@pytest.mark.parametrize("who", TOURS)
def test_every_page_is_accessible_fits_and_speaks_chinese(page: Page, live_portal: str, who: str):
    if who != "visitor":
        sign_in(page, who)
    wrong, count = [], 0
    for address in tour(page, live_portal, TOURS[who]):
        count += 1
        wrong += [f"{address}: {fault}" for fault in faults_of(page)]

    assert not wrong, f"{len(wrong)} faults on {count} pages\n" + "\n".join(wrong)
    assert count >= 15


@pytest.mark.parametrize("address", ["/nowhere", "/organisations/2147483647"])
def test_so_is_the_page_that_says_no(page: Page, address: str):
    page.goto(address)

    assert faults_of(page) == []


def test_a_page_in_english_would_be_noticed(page: Page):
    page.goto("/language/en?next=/guide")

    assert any(fault.startswith("in English") for fault in faults_of(page))
