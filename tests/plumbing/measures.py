"""What tests cost: slow ones are named at the end, and a page's queries can be counted."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from portal.extensions import db

# Seconds after which a test is named, by the folder it is in.
SLOW = {"tests/services/": 0.05, "tests/portal/": 0.3}
SHOWN = 10


def is_slow(nodeid: str, seconds: float) -> bool:
    """Tell whether a test took longer than tests of its folder should."""
    return any(nodeid.startswith(folder) and seconds > limit for folder, limit in SLOW.items())


def pytest_terminal_summary(terminalreporter: Any) -> None:
    reports = terminalreporter.stats.get("passed", [])
    slow = [one for one in reports if one.when == "call" and is_slow(one.nodeid, one.duration)]
    if slow:
        terminalreporter.section(f"{len(slow)} tests took longer than they should")
        for report in sorted(slow, key=lambda one: -one.duration)[:SHOWN]:
            terminalreporter.write_line(f"{report.duration * 1000:6.0f} ms  {report.nodeid}")


@pytest.fixture
def counted_queries(app: Flask) -> Callable[[], Any]:
    """Return a context manager that gathers the statements sent to the database inside it."""
    with app.app_context():
        engine = db.engine

    @contextmanager
    def counting() -> Iterator[list[str]]:
        statements: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            statements.append(statement)

        event.listen(engine, "before_cursor_execute", note)
        try:
            yield statements
        finally:
            event.remove(engine, "before_cursor_execute", note)

    return counting
