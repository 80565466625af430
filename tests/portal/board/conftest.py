"""A board, and browsers of everybody who comes to it."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.factories.board import Board, make_board


@pytest.fixture
def board(session) -> Board:
    """Return an association with its firms, committed."""
    made = make_board(session)
    session.commit()
    return made


@pytest.fixture
def browser(board: Board, session, app, as_person) -> Callable[[str], FlaskClient]:
    """Return a function that gives the browser of one of the board's firms by name, or of a visitor."""

    def of(name: str) -> FlaskClient:
        client = app.test_client()
        if name == "visitor":
            return client
        session.rollback()  # what it has read before is old by now
        firm = getattr(board, name)
        return as_person(client, firm.person, firm.organisation)

    return of
