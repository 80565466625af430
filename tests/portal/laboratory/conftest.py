"""A laboratory, and browsers in which its people have signed in."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.factories.laboratory import Laboratory, make_laboratory


@pytest.fixture
def lab(session) -> Laboratory:
    return make_laboratory(session)


@pytest.fixture
def browser(lab: Laboratory, app, as_person) -> Callable[[str], FlaskClient]:
    """Return a function that gives the browser of somebody of this laboratory's world by name."""

    def of(name: str) -> FlaskClient:
        lab.session.rollback()  # what it has read before is old by now
        home = {"agent": lab.firm, "rival_agent": lab.rival}.get(name, lab.provider.organisation)
        return as_person(app.test_client(), getattr(lab, name), home)

    return of
