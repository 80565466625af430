"""People around a case and around the register with their browsers, and what the database has afterwards."""

import pytest
from sqlalchemy.orm import Session

from tests.factories.board import make_board
from tests.factories.discipline import Circle, make_circle
from tests.factories.register import make_charter, make_dues_table


@pytest.fixture
def circle(session: Session) -> Circle:
    made = make_circle(session)
    session.commit()
    return made


@pytest.fixture
def browser(session: Session, app, as_person):
    """Return a function that gives the browser of a firm's person."""

    def of(firm):
        session.rollback()
        return as_person(app.test_client(), firm.person, firm.organisation)

    return of


@pytest.fixture
def again(session: Session):
    """Return a function that reads a row once more."""

    def read(row):
        session.rollback()
        session.refresh(row)
        return row

    return read


@pytest.fixture
def found(session: Session):
    """Return a function that runs a query on what is there now."""

    def run(statement):
        session.rollback()
        return session.scalars(statement)

    return run


@pytest.fixture
def board(session):
    made = make_board(session)
    make_charter(session, made.association.organisation.id)
    make_dues_table(session, made.association.organisation.id)
    session.commit()
    return made


@pytest.fixture
def desk(app, board, as_person):
    return as_person(app.test_client(), board.association.person, board.association.organisation)


@pytest.fixture
def own(app, board, as_person):
    return as_person(app.test_client(), board.member.person, board.member.organisation)
