"""The small demonstration as the place to be broken, and its people as the ones who try."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cli.demo import load
from portal.config import Settings
from services.accounts.models import Person
from services.core import clock
from services.core.engine import make_engine
from tests.plumbing.pages import as_person


def load_demo(url: str, instance: Path) -> None:
    engine = make_engine(url)
    settings = Settings(instance=instance, database_url=url, secret_key="", base_url="http://portal.test")
    with Session(engine) as session:
        load(session, size="small", now=clock.now(), settings=settings)
    engine.dispose()


@pytest.fixture(scope="session")
def demo_template(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an SQLite file with the small demonstration, for the tests to copy."""
    path = tmp_path_factory.mktemp("demo") / "template.sqlite"
    shutil.copyfile(sqlite_template, path)
    load_demo(f"sqlite:///{path}", path.parent)  # the last connection that closes leaves everything in the one file
    return path


@pytest.fixture
def database_url(database: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the URL of a database with the small demonstration."""
    if database == "postgresql":
        url = request.getfixturevalue("postgres").fresh_database()
        load_demo(url, tmp_path)
        return url
    copy = tmp_path / "portal.sqlite"
    shutil.copyfile(request.getfixturevalue("demo_template"), copy)
    return f"sqlite:///{copy}"


@pytest.fixture
def signed_in(app: Flask, session: Session) -> Callable[[str], FlaskClient]:
    """Return a function that opens a plain browser for the person with a login name; "" is a visitor."""

    def open_one(login: str = "") -> FlaskClient:
        browser = FlaskClient(app)
        if login:
            as_person(browser, session.scalars(select(Person).where(Person.login == login)).one())
        return browser

    return open_one
