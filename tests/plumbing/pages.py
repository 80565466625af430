"""The application under test, a client for it, and signing people in."""

import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache
from sqlalchemy.orm import object_session
from werkzeug.test import TestResponse

from portal.app import create_app
from portal.config import Settings
from portal.extensions import db
from services.accounts.models import Person, SignIn
from services.accounts.rules import token_hash
from services.core import clock
from services.organisations.models import Organisation
from tests.plumbing.reviewing import ReviewingClient, page_of, post_form


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Keep compiled templates from one application to the next; each test has its own application."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(
        instance=tmp_path,
        database_url=database_url,
        secret_key="a secret of the tests, long enough to be one",
        base_url="http://localhost",
        development=True,
    )


@pytest.fixture
def app(settings: Settings, compiled_templates: FileSystemBytecodeCache) -> Iterator[Flask]:
    app = create_app(settings)
    app.url_map.is_whole = True  # what a test adds is its own
    app.testing = True
    app.test_client_class = ReviewingClient
    app.jinja_env.bytecode_cache = compiled_templates
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> ReviewingClient:
    """Return a browser without cookies; ``app.test_client()`` makes another."""
    return app.test_client()


def as_person(client: FlaskClient, person: Person, organisation: Organisation | None = None) -> FlaskClient:
    """Sign ``person`` in on ``client``, acting for ``organisation``; what their session holds is committed."""
    session = object_session(person)
    assert session is not None
    session.flush()  # a person just made has no id before
    token, now = secrets.token_urlsafe(32), clock.now()
    session.add(
        SignIn(
            token_hash=token_hash(token),
            person_id=person.id,
            organisation_id=organisation.id if organisation else None,
            started_at=now,
            seen_at=now,
            passed_second_factor=True,
        )
    )
    session.commit()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = token
        cookie["_fresh"] = True
    return client


@pytest.fixture(name="as_person")
def as_person_fixture() -> Callable[..., FlaskClient]:
    return as_person


@pytest.fixture(name="page_of")
def page_of_fixture() -> Callable[..., BeautifulSoup]:
    return page_of


@pytest.fixture(name="post_form")
def post_form_fixture() -> Callable[..., TestResponse]:
    return post_form
