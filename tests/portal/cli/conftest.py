"""The two demonstrations, loaded once for all tests that only read them."""

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from tests.portal.cli.demonstrations import loaded


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """Return a database with the small demonstration, which tests only read."""
    yield from loaded(tmp_path_factory.mktemp("small"), "small")


@pytest.fixture(scope="session")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """Return a database with the whole demonstration, which tests only read."""
    yield from loaded(tmp_path_factory.mktemp("full"), "full")
