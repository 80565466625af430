"""Pages kept for visitors hold until something changes, and are nobody else's."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from services.core.audit import AuditEntry
from services.core.permissions import Role
from tests.factories.booking import make_agent
from tests.factories.catalogue import make_module

NOON = datetime(2026, 11, 24, 4, 0, 5, tzinfo=UTC)


@pytest.fixture
def at_noon():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def module(session):
    module = make_module(session, code="TG01", name="内应力")
    session.commit()
    return module


def rename(session, module, *, by_an_operation: bool) -> None:
    """Change the name; an operation leaves an audit entry with it."""
    module.name = "新名称"
    if by_an_operation:
        session.add(AuditEntry(at=NOON, kind="module.edited", subject_table="service_module", subject_id=module.id))
    session.commit()


def test_a_second_visitor_gets_the_page_with_one_query(at_noon, app, client, module, counted_queries):
    first = client.get("/services").text
    with counted_queries() as statements:
        assert app.test_client().get("/services").text == first

    assert len([statement for statement in statements if statement.startswith("SELECT")]) == 1


def test_a_change_shows_at_once(at_noon, client, session, module):
    client.get("/services")
    rename(session, module, by_an_operation=True)

    assert "新名称" in client.get("/services").text


def test_a_minute_later_it_is_rendered_anew_in_any_case(at_noon, client, session, module):
    client.get("/services")
    rename(session, module, by_an_operation=False)
    assert "新名称" not in client.get("/services").text

    at_noon.shift(timedelta(minutes=1))

    assert "新名称" in client.get("/services").text


def test_each_language_text_size_and_address_has_its_own_page(at_noon, client, module):
    chinese = client.get("/services").text
    client.set_cookie("locale", "en")
    english = client.get("/services").text
    client.set_cookie("large_text", "1")

    assert len({chinese, english, client.get("/services").text, client.get("/services?q=TG01").text}) == 4


def test_who_has_signed_in_is_answered_anew_and_kept_for_nobody(at_noon, app, client, as_person, session, module):
    client.get("/services")
    person = make_agent(session, module.provider.organisation, Role.PROVIDER_ADMIN)
    signed_in = as_person(app.test_client(), person)

    assert person.name in signed_in.get("/services").text
    assert person.name not in client.get("/services").text


def test_errors_are_not_kept(at_noon, client, session):
    assert client.get("/services/TG01").status_code == 404
    make_module(session, code="TG01")
    session.commit()

    assert client.get("/services/TG01").status_code == 200


def test_only_so_many_pages_are_kept(at_noon, app, client, module, monkeypatch):
    monkeypatch.setattr("portal.kept.MOST_PAGES", 2)
    for words in "abc":
        client.get(f"/services?q={words}")

    assert len(app.extensions["kept_pages"]._pages) == 2
