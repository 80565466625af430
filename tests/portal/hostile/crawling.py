"""Walks the portal like somebody who opens every link, and gathers the forms that are found on the way."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup, Tag
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException

from tests.plumbing.reviewing import fields_of

STARTS = ("/", "/bench", "/services", "/bookings", "/bookings/desk", "/services/desk", "/accounts/profile", "/messages")
SKIPPED = {"static", "home.language", "home.large_text", "accounts.sign_out", "home.letters"}
PAGES_OF_A_KIND = 3
MOST_PAGES = 160


@dataclass(frozen=True)
class FoundForm:
    """A POST form as a page showed it."""

    page: str
    action: str
    endpoint: str
    fields: dict[str, object]
    kinds: dict[str, str]

    @property
    def name(self) -> str:
        """What tells this kind of form from others: where it posts to, and with which fields."""
        return f"{self.endpoint} {' '.join(sorted(self.kinds))}"


def endpoint_of(app: Flask, address: str, method: str = "GET") -> str | None:
    """Return the endpoint behind an address, None when there is none."""
    try:
        return app.url_map.bind("localhost").match(urlsplit(address).path, method=method)[0]
    except HTTPException:
        return None


def walk(app: Flask, client: FlaskClient, *, of_a_kind: int = PAGES_OF_A_KIND) -> dict[str, BeautifulSoup]:
    """Open pages breadth first, a few of each kind, and return those that are HTML by their address."""
    seen: set[str] = set(STARTS)
    kinds: Counter[str] = Counter()
    waiting, pages = deque(STARTS), {}
    while waiting and len(pages) < MOST_PAGES:
        address = waiting.popleft()
        endpoint = endpoint_of(app, address)
        if endpoint is None or endpoint in SKIPPED or kinds[endpoint] >= of_a_kind:
            continue
        kinds[endpoint] += 1
        answer = client.get(address)
        if answer.status_code != 200 or answer.mimetype != "text/html":
            continue
        soup = BeautifulSoup(answer.get_data(as_text=True), "html.parser")
        pages[address] = soup
        for link in soup.find_all("a", href=True):
            onward = urljoin(address, str(link["href"])).partition("#")[0]
            if not urlsplit(onward).netloc and onward not in seen:
                seen.add(onward)
                waiting.append(onward)
    return pages


def forms_of(app: Flask, pages: dict[str, BeautifulSoup]) -> list[FoundForm]:
    """Return the POST forms of ``pages``, each kind once, in a fixed order."""
    found: dict[str, FoundForm] = {}
    for address, soup in pages.items():
        for form in soup.find_all("form"):
            if str(form.get("method", "get")).lower() != "post":
                continue
            one = _found(app, address, form)
            if one.endpoint not in SKIPPED:
                found.setdefault(one.name, one)
    return [found[name] for name in sorted(found)]


def _found(app: Flask, address: str, form: Tag) -> FoundForm:
    action = urljoin(address, str(form.get("action") or address))
    kinds = {
        str(control["name"]): str(control.get("type", control.name))
        for control in form.find_all(["input", "select", "textarea", "button"])
        if control.get("name")
    }
    return FoundForm(address, action, endpoint_of(app, action, "POST") or "?", fields_of(form), kinds)
