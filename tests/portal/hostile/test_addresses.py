"""Addresses that nobody would type by chance: odd values in the path of every route and behind its question mark."""

import re
from collections.abc import Callable, Iterator
from itertools import cycle, islice
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from tests.portal.hostile.answers import fault_of
from tests.portal.hostile.crawling import walk

NO_TEXT = ("%00", "x%00y", "%ff%fe", "%ed%a0%80", "%EF%BF%BE", "%0d%0aSet-Cookie:%20hostile=1", quote("长" * 300))
NO_NUMBER = (quote("１２"), quote("²"), "-1", "1_0", str(2**31), str(2**63), "9" * 5_000, "NaN", "1e400")
NO_DAY = ("0001-01-01", "9999-12-31", "2027-02-29", "2027-W01-1")
NO_CODE = ("%25%27%22%3Cxss%3E", "{{7*7}}", "x'%20OR%20'1'='1", "..%2f..%2fetc%2fpasswd")
ODD = (*NO_TEXT, *NO_NUMBER, *NO_DAY, *NO_CODE)
PAGES = ("page=-1", "page=0", f"page={10**9}", f"page={'9' * 5_000}", f"page={quote('²')}", "page=x&page=2", "page[]=1")
PARTS_OF_A_ROUTE = 4
QUERIES_OF_A_PAGE = 1
COMMON = {"q", "next", "state", "day", "kind", "person", "organisation", "first", "last", "monday", "module", "days"}


@pytest.mark.postgresql_only
@pytest.mark.parametrize("login", ["", "admin"])
def test_no_address_breaks_the_portal(app: Flask, signed_in: Callable[[str], FlaskClient], login: str) -> None:
    broken = faults(app, signed_in(login))
    assert not broken, "\n".join(broken)


@pytest.mark.parametrize("login", ["g01_admin", "c02_admin"])
def test_no_address_of_firms_and_centres_breaks_it(
    app: Flask, signed_in: Callable[[str], FlaskClient], login: str
) -> None:
    broken = faults(app, signed_in(login))
    assert not broken, "\n".join(broken)


def faults(app: Flask, browser: FlaskClient) -> list[str]:
    """Return what goes wrong at odd addresses of every route and of every page that this person finds."""
    tried = ((address, fault_of(browser.get(address))) for address in (*paths(app), *queries(app, browser)))
    return [f"{address[:400]}: {fault}" for address, fault in tried if fault]


def paths(app: Flask) -> Iterator[str]:
    """Yield each route that has parameters with some odd parts."""
    odd = cycle((*ODD, "..", "0", "K01"))
    for rule in sorted(app.url_map.iter_rules(), key=str):
        if "GET" in (rule.methods or ()) and rule.arguments:
            for part in islice(odd, PARTS_OF_A_ROUTE):
                yield part.join(re.split(r"<[^>]+>", rule.rule))


def queries(app: Flask, browser: FlaskClient) -> Iterator[str]:
    """Yield each page with odd values for everything that it reads."""
    odd, counts = cycle(ODD), cycle(PAGES)
    for address, page in walk(app, browser, of_a_kind=1).items():
        names = sorted(COMMON | set(names_on(page)))
        for _ in range(QUERIES_OF_A_PAGE):
            query = "&".join([next(counts), *(f"{name}={next(odd)}" for name in names)])
            yield f"{urlsplit(address).path}?{query}"


def names_on(page: BeautifulSoup) -> Iterator[str]:
    """Yield what the forms and links of a page put behind question marks."""
    for form in page.find_all("form"):
        if str(form.get("method", "get")).lower() == "get":
            yield from (str(one["name"]) for one in form.find_all(["input", "select"]) if one.get("name"))
    for link in page.find_all("a", href=True):
        yield from parse_qs(urlsplit(str(link["href"])).query)
