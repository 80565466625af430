"""Who may open what: ``audiences.csv`` names the audience of every view, and everybody tries every page.

``whose`` says to whom the thing in the address belongs; to all others who may open such pages it does not exist (404).
"""

import csv
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.routing import Rule

from services.core.permissions import Permission, Role, granted
from tests.factories.estate import CENTRE_ROLES, FIRM_ROLES, Estate
from tests.plumbing.estate import addresses, browser_of, pages

TABLE = Path(__file__).with_name("audiences.csv")
OPENED = {200, 302, 303}
NOT_IN_THIS_INSTALLATION = {"home.letters"}  # it is there in a demonstration only

# Who of the people in the estate the thing belongs to.
OWNERS = {
    "firm": FIRM_ROLES,
    "firm's administrator": {Role.ENT_ADMIN},
    "firm's administrator, verifier": {Role.ENT_ADMIN, Role.GOV_OFFICER, Role.SYSADMIN},
    "association": {Role.ASSOC_OFFICER, Role.ASSOC_STAFF},
    "centre": CENTRE_ROLES,
    "class's staff": {Role.PROVIDER_ADMIN, Role.TRAINER},
    "person": set(),
    "invited person": {"nobody"},
}


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    endpoint: str
    methods: str
    audience: str
    whose: str = ""


def table() -> dict[str, Row]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return {row["endpoint"]: Row(**row) for row in csv.DictReader(file)}


def declared(app: Flask) -> dict[str, Row]:
    """Return the table as the application declares it, without ``whose``."""
    methods: dict[str, set[str]] = {}
    for rule in app.url_map.iter_rules():
        methods.setdefault(rule.endpoint, set()).update((rule.methods or set()) - {"HEAD", "OPTIONS"})
    found = {}
    for endpoint, audience in app.extensions["audiences"].items():
        name = audience.permission.value if audience.permission else audience.name
        found[endpoint] = Row(endpoint, " ".join(sorted(methods[endpoint])), name)
    return found


@pytest.fixture
def database_url(estate_url: str) -> str:
    return estate_url


def test_the_table_names_the_audience_of_every_view(app):
    written = {endpoint: Row(row.endpoint, row.methods, row.audience) for endpoint, row in table().items()}

    assert written == declared(app)
    assert list(written) == sorted(written)
    assert {row.whose for row in table().values()} - {""} == set(OWNERS)


def expected(row: Row, who: str) -> set[int]:
    """Return how a page answers somebody of the estate."""
    if row.audience == "public":
        return OPENED
    if who == "visitor":
        return {302}
    roles = frozenset() if who == "nobody" else frozenset({Role(who)})
    if row.audience != "signed_in" and Permission(row.audience) not in granted(roles):
        return {403}
    if not row.whose or (roles or {who}) & OWNERS[row.whose]:
        return OPENED
    return {403} if row.whose == "invited person" else {404}


@pytest.mark.parametrize("who", ["visitor", "nobody", *Role])
def test_each_page_answers_as_the_table_says(app, session, estate: Estate, who):
    client, rows = browser_of(app, session, estate, who, reviewing=True), table()
    wrong = []
    for rule in pages(app, "GET"):
        if rule.endpoint in NOT_IN_THIS_INSTALLATION or is_of_somebody_else(rule, who):
            continue
        address = addresses(app, estate, rule)[0]
        response = client.get(address, buffered=True)
        right = expected(rows[rule.endpoint], who)
        asked_to_sign_in = response.status_code == 302 and "/accounts/sign-in" in response.location
        if response.status_code not in right or asked_to_sign_in != (right == {302}):
            wrong.append(f"{rule.endpoint} {address}: {response.status}, not {sorted(right)}")

    assert not wrong, "\n".join(wrong)


def is_of_somebody_else(rule: Rule, who: str) -> bool:
    """Tell whether an address leads on from a step that this browser has not taken (the second step of signing in)."""
    return rule.endpoint == "accounts.second_factor" or (rule.rule.endswith("/people") and not rule.arguments)


@pytest.mark.parametrize("who", ["nobody", "ent_admin"])
def test_no_other_method_and_no_override_opens_a_page(app, session, estate: Estate, who):
    client = browser_of(app, session, estate, who)
    for method in ("PUT", "DELETE", "PATCH"):
        assert client.open("/admin/people", method=method).status_code == 405
    for header in ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"):
        assert client.get("/organisations/switch?_method=POST", headers={header: "POST"}).status_code == 200
        assert client.post("/bookings", data={"_method": "GET"}, headers={header: "GET"}).status_code == 405
