"""Every form that the demonstration shows, filled with what nobody should type, by everybody who is shown it."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import count, cycle, islice
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from services.core import clock
from tests.portal.hostile.answers import fault_of
from tests.portal.hostile.crawling import FoundForm, forms_of, walk
from tests.portal.hostile.keeping import Kept
from tests.portal.hostile.vectors import EVERYTHING, FOREIGN

PEOPLE = ("", "g01_admin", "c02_admin", "admin")
VECTORS_OF_A_FORM = 4
LEFT_OUT_OF_A_FORM = 1
UNTOUCHED = {"csrf_token", "form_token"}
# What no form sets because somebody added its name; each table with what would be worth setting.
WORTH_SETTING = {
    "membership": "person_id, organisation_id, role, ended_at IS NULL",
    "organisation": "id, key, kind, level, state, directory_quote",
    "person": "id, login, mobile, email, state",
    "service_order": "id, organisation_id, provider_id, due_fen, paid_fen, refunded_fen",
    "booking": "id, organisation_id, provider_id, state",
    "service_module": "id, code, provider_id, state",
}


class Attempt:
    """One database that is put back after each sending that was taken, and the person who sends."""

    def __init__(self, app: Flask, browser: FlaskClient, database: Path) -> None:
        self.app, self.browser, self.kept = app, browser, Kept(database)
        self._tokens = count(1)

    def send(self, form: FoundForm, sent: dict[str, object]) -> TestResponse:
        """Send a form under a token of its own; half surrogates go over the wire as they are."""
        sent = {name: value for name, value in sent.items() if value is not None}
        if "form_token" in sent:
            sent["form_token"] = f"token-{next(self._tokens)}"
        if "file" in form.kinds.values():
            whole = {name: _whole(value) for name, value in sent.items()}
            return self.browser.post(form.action, data=whole, content_type="multipart/form-data")
        body = urlencode({name: _bytes(value) for name, value in sent.items()}, doseq=True)
        return self.browser.post(form.action, data=body, content_type="application/x-www-form-urlencoded")

    def fault(self, form: FoundForm, sent: dict[str, object]) -> str | None:
        """Return what is wrong with the answer, or with the page that it leads to."""
        answer = self.send(form, sent)
        fault = fault_of(answer)
        if fault is None and answer.status_code in {302, 303}:
            fault = fault_of(self.browser.get(answer.headers["Location"]))
            self.kept.put_back()
        return fault

    def grows(self, form: FoundForm) -> bool:
        """Tell whether a form does more when it is sent with more than it asks for."""
        plain, outcomes = filled(form), []
        for more in ({}, FOREIGN):
            self.send(form, {**more, **plain})
            outcomes.append(self.worth_setting())
            self.kept.put_back()
        return outcomes[0] != outcomes[1]

    def worth_setting(self) -> list[object]:
        """Return what the database holds of that now."""
        return [
            self.kept.present.execute(f"SELECT {columns} FROM {table} ORDER BY 1, 2, 3").fetchall()
            for table, columns in WORTH_SETTING.items()
        ]


def _whole(value: object) -> object:
    """Return text as a multipart form can carry it here."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


def _bytes(value: object) -> object:
    return [_bytes(one) for one in value] if isinstance(value, list) else str(value).encode("utf-8", "surrogatepass")


@pytest.fixture(params=PEOPLE, ids=lambda login: login or "visitor")
def attempt(
    request: pytest.FixtureRequest, app: Flask, signed_in: Callable[[str], FlaskClient], tmp_path: Path
) -> Iterator[Attempt]:
    attempt = Attempt(app, signed_in(request.param), tmp_path / "portal.sqlite")
    yield attempt
    attempt.kept.close()


def test_no_form_breaks_or_sets_what_it_does_not_ask_for(attempt: Attempt) -> None:
    odd, broken = cycle(EVERYTHING.items()), []
    forms = forms_of(attempt.app, walk(attempt.app, attempt.browser, of_a_kind=2))
    assert len(forms) >= 3
    for form in forms:
        tried = ((label, attempt.fault(form, sent)) for label, sent in attempts(form, odd))
        broken += [f"{form.endpoint} ({label}) {fault}" for label, fault in tried if fault]
        broken += [f"{form.endpoint} sets what it does not ask for"] if attempt.grows(form) else []
    assert not broken, "\n".join(broken)


def attempts(form: FoundForm, odd: Iterator[tuple[str, str]]) -> Iterator[tuple[str, dict[str, object]]]:
    """Yield the form as a person would send it, without its fields, with each twice, and with odd values one by one."""
    plain = filled(form)
    fields = [name for name in plain if name not in UNTOUCHED]
    yield "as a person", plain
    yield "nothing but the token", {"csrf_token": plain.get("csrf_token")}
    yield "each twice", {name: [value, value] for name, value in plain.items()}
    for name in sorted(fields)[:LEFT_OUT_OF_A_FORM]:
        yield f"without {name}", {**plain, name: None}
    if fields:
        for name, (label, value) in islice(zip(cycle(fields), odd, strict=False), VECTORS_OF_A_FORM):
            yield f"{name}: {label}", {**plain, name: value}


def filled(form: FoundForm) -> dict[str, object]:
    """Return the form as a person would send it: as it stands, and something that fits where it is empty."""
    kinds = {name: kind for name, kind in form.kinds.items() if kind not in {"file", "submit", "checkbox", "radio"}}
    return {**form.fields, **{name: form.fields.get(name) or fitting(name, kind) for name, kind in kinds.items()}}


def fitting(name: str, kind: str) -> str:
    """Return what a person could have typed into an empty field."""
    day = (clock.local(clock.now()) + timedelta(days=6)).date().isoformat()
    by_kind = {
        "date": day,
        "datetime-local": f"{day}T10:00",
        "number": "1",
        "tel": "13800000000",
        "hidden": "",
        "select": "",
        "password": "glass lantern river 42",
    }
    parts = {"phone": "13800000000", "contact": "somebody@example.org", "hours": "08:30-11:30", "fen": "10.00"}
    fits = (
        value for part, value in {**parts, "amount": "10.00", "due": "10.00", "code": "HZ-9"}.items() if part in name
    )
    return by_kind[kind] if kind in by_kind else next(fits, "测试")
