"""A test client that looks over every page it is given, and a way to fill in forms as a person would."""

import re
from collections import Counter, defaultdict
from collections.abc import Set
from typing import Any
from urllib.parse import urljoin

from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

UNLABELLED = {"hidden", "submit", "button", "image", "reset"}


def page_of(response: TestResponse) -> BeautifulSoup:
    """Return the page in ``response``, parsed once, after looking it over."""
    soup: BeautifulSoup | None = getattr(response, "page", None)
    if soup is None:
        soup = BeautifulSoup(response.get_data(as_text=True), "html.parser")
        faults = faults_of(soup)
        assert not faults, f"{response.request.path}: " + "; ".join(faults)
        response.page = soup  # type: ignore[attr-defined]
    return soup


def faults_of(soup: BeautifulSoup) -> list[str]:
    """Return what every page must have and this one lacks."""
    tags: dict[str, list[Tag]] = defaultdict(list)
    for tag in soup.find_all(True):
        tags[tag.name].append(tag)
    named = {label.get("for") for label in tags["label"]}
    controls = [control for kind in ("input", "select", "textarea") for control in tags[kind]]
    every = [tag for same in tags.values() for tag in same]
    faults = [] if len(tags["h1"]) == 1 else [f"{len(tags['h1'])} h1"]
    if not (soup.title and soup.title.get_text(strip=True)):
        faults.append("no title")
    if not (soup.html and soup.html.get("lang")):
        faults.append("no lang")
    faults += [f"inline script: {tag}"[:120] for tag in tags["script"] if not tag.get("src")]
    faults += [f"inline style: {tag}"[:120] for tag in tags["style"]]
    for tag in every:
        faults += [f"{name} on {tag.name}" for name in tag.attrs if name == "style" or name.startswith("on")]
    faults += [f"unlabelled {control}"[:160] for control in controls if not labelled(control, named)]
    faults += [f"img without alt: {tag}"[:120] for tag in tags["img"] if tag.get("alt") is None]
    ids = Counter(str(tag["id"]) for tag in every if "id" in tag.attrs)
    faults += [f"id {name} twice" for name in sorted(name for name, count in ids.items() if count > 1)]
    faults += [f"form without CSRF token: {form.get('action')}" for form in tags["form"] if not guarded(form)]
    faults += [f"untranslated place: {text}" for text in re.findall(r"%\(\w+\)s", soup.get_text())]
    return faults


def labelled(control: Tag, named: Set[object]) -> bool:
    """Tell whether a form control has a name that is read aloud; ``named`` are the ids that labels stand for."""
    if control.get("type", "text") in UNLABELLED or control.get("aria-label") or control.get("aria-labelledby"):
        return True
    return (control.get("id") or None) in named - {None} or control.find_parent("label") is not None


def guarded(form: Tag) -> bool:
    """Tell whether a form that changes something carries a CSRF token."""
    return str(form.get("method", "get")).lower() != "post" or form.find(attrs={"name": "csrf_token"}) is not None


class QuickClient(FlaskClient):
    """Takes a defect (500) for one unless it was expected."""

    expects_defects = False

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        response = super().open(*args, **kwargs)
        path = response.request.path
        assert response.status_code != 500 or self.expects_defects, f"{path}: a defect, see the log"
        return response


class ReviewingClient(QuickClient):
    """Looks over every HTML page on its way to the test."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        response = super().open(*args, **kwargs)
        if response.mimetype == "text/html" and not 300 <= response.status_code < 400 and response.data:
            page_of(response)
        return response


def fields_of(form: Tag) -> dict[str, Any]:
    """Return what a browser would send for ``form`` as it stands."""
    sent: dict[str, Any] = {}

    def add(name: str, value: str) -> None:
        sent[name] = (
            value if name not in sent else [*([sent[name]] if isinstance(sent[name], str) else sent[name]), value]
        )

    for control in form.find_all(["input", "select", "textarea"]):
        name, kind = control.get("name"), control.get("type", "text")
        if not name or control.has_attr("disabled") or kind in {"submit", "button", "file", "image"}:
            continue
        if kind in {"checkbox", "radio"} and not control.has_attr("checked"):
            continue
        if control.name == "select":
            chosen = control.find_all("option", selected=True)
            if not chosen and not control.has_attr("multiple"):
                chosen = control.find_all("option")[:1]
            for option in chosen:
                add(name, str(option.get("value", option.get_text(strip=True))))
        elif control.name == "textarea":
            add(name, control.get_text())
        else:
            add(name, str(control.get("value", "on" if kind == "checkbox" else "")))
    return sent


def form_of(soup: BeautifulSoup, *, action: str | None = None, holding: set[str] | None = None) -> Tag:
    """Return the form that posts to ``action``, or the first that holds the named fields."""
    forms = [form for form in soup.find_all("form") if str(form.get("method", "get")).lower() == "post"]
    for form in forms:
        names = {control.get("name") for control in form.find_all(["input", "select", "textarea", "button"])}
        if (action is None or form.get("action") == action) and (holding or set()) <= names:
            return form
    raise AssertionError(f"no form with {sorted(holding or ())} for {action}")


def token_of(client: FlaskClient) -> dict[str, str]:
    """Return the CSRF token of a signed-in browser, for hand-made requests."""
    return {"csrf_token": str(page_of(client.get("/bench")).select_one("[name=csrf_token]")["value"])}


def post_form(
    client: FlaskClient, url: str, *, action: str | None = None, follow: bool = False, **data: Any
) -> TestResponse:
    """Get ``url``, fill ``data`` into the form there that has those fields, and send it as a browser would.

    ``action`` picks a form by where it posts to. A value of None leaves the field out.
    """
    shown = client.get(url)
    assert shown.status_code == 200, f"{url}: {shown.status}"
    form = form_of(page_of(shown), action=action, holding={name for name, value in data.items() if value is not None})
    filled = {name: value for name, value in (fields_of(form) | data).items() if value is not None}
    target = urljoin(shown.request.path, str(form.get("action") or url))
    multipart = {"content_type": "multipart/form-data"} if form.get("enctype") == "multipart/form-data" else {}
    return client.post(target, data=filled, follow_redirects=follow, **multipart)
