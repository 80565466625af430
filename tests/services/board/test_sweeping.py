"""What time does to posts: reminded once, ended once."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from services.board.models.posts import PostState
from services.board.operations.sweeping import expire_due, remind_of_end
from services.core.outbox import OutboxTask
from tests.factories.board import make_post


@pytest.mark.parametrize(("days", "state"), [(-1, PostState.EXPIRED), (0, PostState.PUBLISHED)])
def test_a_post_ends_after_its_last_day(work, board, session, days, state):
    post = make_post(session, board.member, board.association, valid_until=work.today + timedelta(days=days))

    ended = expire_due(work)

    assert (post.state, ended) == (state, int(days < 0))
    assert expire_due(work) == 0


@pytest.mark.parametrize(("days", "told"), [(4, 0), (3, 1), (0, 1)])
def test_a_firm_is_reminded_once_within_three_days_of_the_end(work, board, session, days, told):
    make_post(session, board.member, board.association, valid_until=work.today + timedelta(days=days))

    assert (remind_of_end(work), remind_of_end(work)) == (told, 0)
    assert session.scalars(select(OutboxTask.task)).all() == ["mail.post_expiring"] * told
