"""An association with its charter and dues table, members and a firm that wants to join."""

from datetime import date

import pytest

from services.association.models.register import Ending, Member
from services.association.operations.standings import refresh
from services.association.queries.members import member_of_firm
from services.core.actor import Actor
from tests.factories.board import Board, make_board
from tests.factories.register import at, make_charter, make_dues_table


class Guild:
    """The association of a board, as the tests of the register need it."""

    def __init__(self, session, board: Board) -> None:
        self.session, self.board = session, board
        self.id = board.association.organisation.id
        self.clerk = board.association.actor
        self.firm = board.stranger
        """Verified, of the cluster, no member."""

    def desk(self, day):
        """Return a work of the secretariat on a day."""
        return at(self.session, self.clerk, day)

    def clock(self, day):
        """Return a work of the worker on a day."""
        return at(self.session, Actor.system("worker"), day)

    def own(self, day, firm=None):
        """Return a work of the firm that wants to join, or of another one."""
        return at(self.session, (firm or self.firm).actor, day)

    def clear_others(self) -> None:
        """Let the members of the board have left long ago, so that only those of a test are left."""
        for firm in (self.board.member, self.board.other_member):
            one = self.member(firm)
            one.ended_on, one.ended_as = date(2026, 1, 1), Ending.EXITED
            refresh(self.desk("2026-01-02"), one)

    def member(self, firm=None) -> Member:
        """Return the entry of a firm in the register."""
        found = member_of_firm(self.session, self.id, (firm or self.firm).organisation.id)
        assert found is not None
        return found


@pytest.fixture
def guild(session) -> Guild:
    board = make_board(session)
    made = Guild(session, board)
    make_charter(session, made.id)
    make_dues_table(session, made.id)
    return made
