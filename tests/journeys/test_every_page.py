"""Every page that can be reached is accessible, fits its window, and speaks Chinese."""

import re
from collections.abc import Iterator
from urllib.parse import urldefrag, urlsplit

import pytest
from playwright.sync_api import Page

from tests.journeys.steps import sign_in
from tests.plumbing.browser import AXE, RUN_AXE, overflow

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]

# Pages of one kind look alike: this many of each are looked at.
OF_EACH_KIND = 2
PEOPLE = ["visitor", "g01_admin", "c02_admin", "c04_train", "admin", "o01_officer"]
# Files, and what leads out of the tour.
LEFT_OUT = re.compile(r"/(language|large-text|static)|\.ics$|/file$|/licences/|/export$|/healthz|/readyz|page=|/free-times")
# What is written in English on a Chinese page on purpose: names, codes, addresses, and the other language.
ENGLISH = re.compile(r"^[A-Za-z][A-Za-z'’,-]*(?: [A-Za-z'’,()-]+){2,}[.!?:]?$")
TEXTS = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) {
    const place = walker.currentNode.parentElement;
    if (!place.closest('script, style, pre, code, [lang=en]')) found.push(walker.currentNode.textContent.trim());
  }
  return found.filter(text => text);
}"""
LINKS = "() => [...document.querySelectorAll('a[href]')].map(one => one.href)"


def kind_of(address: str) -> str:
    """Return an address without what tells one thing of a kind from another."""
    parts = urlsplit(address)
    query = re.sub(r"=[^&]*", "", parts.query)
    path = re.sub(r"(?<=/)(\d[\d-]*|[A-Z]{1,3}-?[A-Z]?\d+)(?=/|$)", "#", parts.path)
    return f"{path}?{'&'.join(sorted(set(query.split('&'))))}"


def tour(page: Page, origin: str) -> Iterator[str]:
    """Go to every page that links lead to, a few of each kind; yield the address once the page is there."""
    waiting, seen, counts = ["/"], set(), {}
    while waiting:
        address = waiting.pop(0)
        kind = kind_of(address)
        if address in seen or counts.get(kind, 0) >= OF_EACH_KIND:
            continue
        seen.add(address)
        counts[kind] = counts.get(kind, 0) + 1
        response = page.goto(address)
        assert response is not None
        assert response.status == 200, f"{address}: {response.status}"
        yield address
        for link in page.evaluate(LINKS):
            plain = urldefrag(link).url
            if plain.startswith(origin) and not LEFT_OUT.search(plain):
                waiting.append(plain.removeprefix(origin) or "/")


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
    faults += [f"in English: {text}" for text in page.evaluate(TEXTS) if ENGLISH.match(text)]
    return faults


@pytest.mark.parametrize("who", PEOPLE)
def test_every_page_is_accessible_fits_and_speaks_chinese(page: Page, live_portal: str, who: str):
    if who != "visitor":
        sign_in(page, who)
    wrong, count = [], 0
    for address in tour(page, live_portal):
        count += 1
        wrong += [f"{address}: {fault}" for fault in faults_of(page)]

    assert not wrong, f"{len(wrong)} faults on {count} pages\n" + "\n".join(wrong)
    assert count > 20
