"""A database with something of everything, made once and copied for each test, and its addresses."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from services.accounts.models import Person
from services.core.engine import make_engine
from services.organisations.models import Organisation
from tests.factories.booking_desk import NOW
from tests.factories.estate import Estate, make_estate
from tests.plumbing.pages import as_person
from tests.plumbing.reviewing import QuickClient, ReviewingClient


@pytest.fixture(scope="session")
def made_estate(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Estate]:
    """Return the folder with the database and the files, and what is in them."""
    folder = tmp_path_factory.mktemp("estate")
    shutil.copyfile(sqlite_template, folder / "portal.sqlite")
    engine = make_engine(f"sqlite:///{folder / 'portal.sqlite'}")
    with time_machine.travel(NOW, tick=False), Session(engine) as session:
        estate = make_estate(session, folder / "uploads")
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return folder, estate


@pytest.fixture
def estate(made_estate: tuple[Path, Estate]) -> Iterator[Estate]:
    """Return what there is; the clock stands at the time of the estate."""
    with time_machine.travel(NOW, tick=False):
        yield made_estate[1]


@pytest.fixture
def estate_url(made_estate: tuple[Path, Estate], estate: Estate, tmp_path: Path) -> str:
    """Return the URL of a copy; its files lie where the application of the test looks for them."""
    folder, _ = made_estate
    shutil.copyfile(folder / "portal.sqlite", tmp_path / "portal.sqlite")
    shutil.copytree(folder / "uploads", tmp_path / "uploads")
    return f"sqlite:///{tmp_path / 'portal.sqlite'}"


def browser_of(app: Flask, session: Session, estate: Estate, name: str, *, reviewing: bool = False) -> FlaskClient:
    """Return the browser of one of the estate's people, or of a visitor; its pages are looked over when asked for."""
    app.test_client_class = ReviewingClient if reviewing else QuickClient
    client = app.test_client()
    if name == "visitor":
        return client
    person_id, organisation_id = estate.people[name]
    organisation = session.get_one(Organisation, organisation_id) if organisation_id else None
    return as_person(client, session.get_one(Person, person_id), organisation)


def pages(app: Flask, method: str) -> list[Rule]:
    """Return the rules that answer ``method``, in a lasting order."""
    return sorted(
        (rule for rule in app.url_map.iter_rules() if method in (rule.methods or ())),
        key=lambda rule: (rule.endpoint, rule.rule),
    )


def addresses(app: Flask, estate: Estate, rule: Rule) -> list[str]:
    """Return the addresses of a rule: what is asked for by query first, then one for each thing of its kind."""
    adapter = app.url_map.bind("localhost")
    several = {place: estate.of(rule.endpoint, place) for place in rule.arguments}
    usual = {place: things[0] for place, things in several.items()}
    chosen = [usual, *(usual | {place: one} for place, things in several.items() for one in things[1:])]
    plain = [rule_address(adapter, rule, values) for values in chosen]
    asked = [f"{plain[0]}?{query}" for query in estate.things.get(f"{rule.endpoint} ?", [])]
    return [*asked, *plain]


def rule_address(adapter, rule: Rule, values: dict) -> str:
    """Return the address of this very rule, where an endpoint has several."""
    built = rule.build(values, append_unknown=False)
    assert built is not None, rule
    return built[1]


def digest(url: str, *, leaving_out: frozenset[str] = frozenset()) -> dict[str, list[str]]:
    """Return every row of every table; ``leaving_out`` names columns or whole tables."""
    engine = create_engine(url)
    with engine.connect() as connection:
        names = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars().all()
        found = {}
        for name in sorted(set(names) - leaving_out):
            result = connection.exec_driver_sql(f'SELECT * FROM "{name}"')
            kept = [index for index, key in enumerate(result.keys()) if f"{name}.{key}" not in leaving_out]
            found[name] = sorted(repr([row[index] for index in kept]) for row in result)
    engine.dispose()
    return found
