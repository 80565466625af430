"""What the tests of the board share."""

from threading import Barrier, Thread

import pytest

from services.core.errors import ServiceError
from services.core.work import working
from tests.factories.board import make_board


@pytest.fixture
def board(session):
    """A cluster with its association and one firm of every kind."""
    return make_board(session)


@pytest.fixture
def race(new_session):
    """Let several acts happen at once, each ``(actor, function of a work)``; return their outcomes, sorted."""

    def run(*acts):
        barrier, outcomes = Barrier(len(acts)), []

        def one(actor, act):
            with new_session() as session:
                barrier.wait()
                try:
                    with working(session, actor) as work:
                        act(work)
                    outcomes.append("done")
                except ServiceError as refusal:
                    outcomes.append(type(refusal).__name__)

        threads = [Thread(target=one, args=pair) for pair in acts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return sorted(outcomes)

    return run
