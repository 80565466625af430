"""Readings are counted, and nobody's name with them."""

import pytest
from sqlalchemy import select

from services.board.models.posts import PostState, Visibility
from services.board.operations.counting import count_view
from services.core.audit import AuditEntry
from tests.factories.board import make_post


def test_each_reading_of_another_firm_counts_and_leaves_no_trace(work_as, board, session):
    post = make_post(session, board.member, board.association)

    for reader in (board.stranger, board.other_member, board.stranger, board.member, board.association):
        count_view(work_as(reader.actor), post.no)

    session.refresh(post)
    assert post.views == 3
    assert session.scalars(select(AuditEntry)).all() == []


@pytest.mark.parametrize("over", [{"state": PostState.CLOSED}, {"visibility": Visibility.MEMBERS}])
def test_what_one_may_not_read_is_not_counted(work_as, board, session, over):
    post = make_post(session, board.member, board.association, **over)

    count_view(work_as(board.stranger.actor), post.no)

    session.refresh(post)
    assert post.views == 0
