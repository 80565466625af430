"""A training centre with an open class, and browsers of everybody who comes to it."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from services.accounts.models import Person
from services.core.actor import Actor
from services.organisations.models import Organisation
from services.training.operations.trainees import IdentityBook
from tests.factories import training
from tests.factories.training import School, make_school


@pytest.fixture
def school(session, settings, monkeypatch) -> School:
    """Return a centre with an open class of two seats, whose identity numbers are sealed as the portal seals them."""
    monkeypatch.setattr(training, "BOOK", IdentityBook(settings.secret_key))
    return make_school(session)


@pytest.fixture
def browser(school: School, session, app, as_person) -> Callable[..., FlaskClient]:
    """Return a function that gives the browser of an actor, of a visitor without one."""

    def of(actor: Actor | None = None) -> FlaskClient:
        client = app.test_client()
        if actor is None:
            return client
        session.rollback()  # what it has read before is old by now
        home = session.get(Organisation, actor.organisation_id) if actor.organisation_id else None
        return as_person(client, session.get_one(Person, actor.person_id), home)

    return of
