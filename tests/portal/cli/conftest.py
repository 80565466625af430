"""Commands that run inside the test process leave its log as it was."""

import logging
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def same_log() -> Iterator[None]:
    handlers, level = logging.root.handlers[:], logging.root.level
    yield
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)
