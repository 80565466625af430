"""Wires what the tests stand on (tests/plumbing) and gives the few fixtures that nearly every test asks for."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from services.core import clock
from services.core.actor import Actor
from services.core.work import Work

pytest_plugins = [
    "tests.plumbing.databases",
    "tests.plumbing.network",
    "tests.plumbing.once",
    "tests.plumbing.pages",
    "tests.plumbing.estate",
    "tests.plumbing.measures",
    "tests.plumbing.browser",
]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="run the races at full length")


@pytest.fixture
def race_rounds(request: pytest.FixtureRequest) -> int:
    """Return how many times a race is run: a few, or a thousand with --long."""
    return 1000 if request.config.getoption("--long") else 5


@pytest.fixture
def work(session: Session) -> Work:
    """Return a work of somebody who may do everything; what it changes is seen through its own session."""
    return Work(session, Actor.system("test"), clock.now())


@pytest.fixture
def work_as(session: Session) -> Callable[[Actor], Work]:
    """Return a function that gives a work of the named actor on the same session."""
    return lambda actor: Work(session, actor, clock.now())
