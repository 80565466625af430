"""The page of a post counts that it was read; opening it alone changes nothing."""

import pytest

from tests.factories.board import make_board, make_post
from tests.plumbing.reviewing import fields_of, page_of


@pytest.fixture
def board(session):
    return make_board(session)


@pytest.fixture
def post(session, board):
    made = make_post(session, board.member, board.association)
    session.commit()
    return made


def views(session, post):
    session.rollback()
    session.refresh(post)
    return post.views


def counter(client, post):
    """Return the form with which the page counts, if this reader counts."""
    return page_of(client.get(f"/board/{post.no}")).select_one("form[data-count-view]")


def test_a_reading_is_counted_by_the_page_and_not_by_opening_it(client, as_person, session, board, post):
    as_person(client, board.stranger.person)
    form = counter(client, post)
    assert views(session, post) == 0

    answer = client.post(form["action"], data=fields_of(form))

    assert (answer.status_code, views(session, post)) == (204, 1)
    assert client.post(form["action"], data={}).status_code == 400
    assert views(session, post) == 1


def test_the_firm_the_association_and_visitors_count_nothing(client, as_person, board, post):
    assert counter(client, post) is None
    for firm in (board.member, board.association):
        as_person(client, firm.person)
        assert counter(client, post) is None


def test_a_post_that_is_not_there_answers_like_any_other(client, as_person, board, post):
    as_person(client, board.stranger.person)
    fields = fields_of(counter(client, post))

    assert client.post("/board/GX-20200101-9999/views", data=fields).status_code == 204
