"""Addresses that nobody would type by chance: every route with odd values in its path and behind its question mark."""

import re
from collections.abc import Callable, Iterator
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient

pytestmark = pytest.mark.both_databases

ANSWERS = {200, 302, 303, 400, 403, 404, 405, 409, 413, 414, 422}
PARTS = (
    "１２",
    "²",
    "0",
    "-1",
    "1_0",
    str(2**31),
    str(2**63),
    "9" * 5_000,
    "%00",
    "x%00y",
    "%ff%fe",
    "%ed%a0%80",
    "%EF%BF%BE",
    "..%2f..%2fetc%2fpasswd",
    "..",
    "%0d%0aSet-Cookie:%20hostile=1",
    "长" * 300,
    "{{7*7}}",
    "%25s",
    "x'%20OR%20'1'='1",
    "2027-02-30",
    "0001-01-01",
    "9999-12-31",
    "K01",
)
QUERIES = (
    "page=-1",
    "page=0",
    f"page={10**9}",
    f"page={10**18}",
    f"page={'9' * 5_000}",
    "page=１",
    "page=²",
    "page=x&page=2",
    "page[]=1",
    *(
        f"{{name}}={value}"
        for value in (
            "",
            "%00",
            "a%00b",
            "%ff",
            "%ed%a0%80",
            "%EF%BF%BE",
            "１２",
            "²",
            "-1",
            str(2**31),
            str(2**63),
            "9" * 5_000,
            quote("长" * 500),
            "NaN",
            "1e400",
            "0001-01-01",
            "9999-12-31",
            "2027-02-29",
            "%25%27%22%3Cxss%3E",
            "1&{name}=2",
        )
    ),
)
# Every name that a page reads from its address; those of the forms that are sent by GET are among them.
NAMES = re.compile(r"""args(?:\.get|\.getlist)?[(\[]["'](\w+)["']|asked_\w+\((?:\w+, )?["'](\w+)["']""")
MORE = {
    *("q", "code", "module", "monday", "day", "days", "resource", "minutes", "quantity", "urgency", "extras", "slot"),
    *("starts_at", "other_day", "tab", "provider", "state", "kind", "person", "organisation", "first", "last", "show"),
    *("period", "next", "login", "name", "credit_code", "firm", "due", "cluster", "type", "field", "market", "region"),
    *("sort", "price", "mode", "recognition", "from", "to", "start", "end", "sort", "count", "center", "urgent"),
}
PEOPLE = {"": 1, "g01_admin": 1, "c02_admin": 1, "admin": 1}


def rules(app: Flask) -> Iterator[tuple[str, list[str]]]:
    """Yield each address that is opened by GET, in pieces around its parameters."""
    for rule in sorted(app.url_map.iter_rules(), key=str):
        if "GET" in (rule.methods or ()) and rule.endpoint != "static":
            yield rule.endpoint, re.split(r"<[^>]+>", rule.rule)


def first_page(pieces: list[str]) -> str:
    return "1".join(pieces)


@pytest.mark.parametrize("login", list(PEOPLE))
def test_no_route_breaks_over_an_odd_part_of_its_path(app: Flask, signed_in: Callable[[str], FlaskClient], login: str):
    browser, broken = signed_in(login), []
    for _, pieces in rules(app):
        for part in PARTS if len(pieces) > 1 else ():
            answer = browser.get(part.join(pieces))
            if answer.status_code not in ANSWERS:
                broken.append(f"{answer.status_code} {pieces} with {part[:40]}")
    assert not broken, "\n".join(broken)


@pytest.mark.parametrize("login", list(PEOPLE))
def test_no_page_breaks_over_what_stands_behind_its_question_mark(
    app: Flask, signed_in: Callable[[str], FlaskClient], login: str
):
    browser, broken = signed_in(login), []
    for _, pieces in rules(app):
        page = first_page(pieces)
        if browser.get(page).status_code != 200:
            continue
        for query in QUERIES:
            everywhere = "&".join(query.replace("{name}", name) for name in sorted(MORE)) if "{" in query else query
            answer = browser.get(f"{page}?{everywhere}")
            if answer.status_code not in ANSWERS or "<xss" in answer.get_data(as_text=True):
                broken.append(f"{answer.status_code} {page}?{query[:60]}")
    assert not broken, "\n".join(broken)
