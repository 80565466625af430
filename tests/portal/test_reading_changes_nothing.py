"""Looking at pages changes nothing, and nothing is changed without the token of a form."""

import pytest

from tests.factories.estate import Estate
from tests.plumbing.estate import addresses, browser_of, digest, pages

# That somebody was here, and that somebody tried, is noted.
NOTED = frozenset({"attempt", "certificate_check", "report_check", "sign_in.seen_at"})
STRONG = ["ent_admin", "provider_admin", "sysadmin"]


@pytest.fixture
def database_url(estate_url: str) -> str:
    return estate_url


@pytest.mark.parametrize("who", STRONG)
def test_reading_everything_twice_changes_nothing(app, session, estate: Estate, database_url, who):
    client = browser_of(app, session, estate, who)
    before = digest(database_url, leaving_out=NOTED)
    for rule in pages(app, "GET"):
        for address in addresses(app, estate, rule):
            first = client.get(address, buffered=True)
            assert client.get(address, buffered=True).status_code == first.status_code, address

    assert changed(before, digest(database_url, leaving_out=NOTED)) == []


@pytest.mark.parametrize("who", STRONG)
def test_asking_for_heads_answers_alike_and_changes_nothing(app, session, estate: Estate, database_url, who):
    client = browser_of(app, session, estate, who)
    before = digest(database_url, leaving_out=NOTED)
    for rule in pages(app, "HEAD"):
        address = addresses(app, estate, rule)[0]
        head = client.head(address, buffered=True)
        assert head.data == b"", address
        assert head.status_code == client.get(address, buffered=True).status_code, address

    assert changed(before, digest(database_url, leaving_out=NOTED)) == []


@pytest.mark.parametrize("who", ["visitor", *STRONG])
@pytest.mark.parametrize("token", [None, "forged"])
def test_nothing_is_posted_without_the_token_of_a_form(app, session, estate: Estate, database_url, who, token):
    client = browser_of(app, session, estate, who)
    client.get("/accounts/forgotten")
    before = digest(database_url)
    for rule in pages(app, "POST"):
        for address in addresses(app, estate, rule)[:2]:
            data = {"reason": "因故"} | ({"csrf_token": token} if token else {})
            assert client.post(address, data=data).status_code == 400, address

    assert changed(before, digest(database_url)) == []


def changed(before: dict[str, list[str]], after: dict[str, list[str]]) -> list[str]:
    """Return the tables that are no longer what they were."""
    return [name for name, rows in after.items() if rows != before.get(name)]
