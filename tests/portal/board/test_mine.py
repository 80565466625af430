"""One's own posts: tabs with counts, and the buttons."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from services.board.models.posts import Post, PostState
from services.core import clock
from tests.factories.board import make_post
from tests.plumbing.reviewing import page_of, post_form


@pytest.fixture
def days():
    today = clock.local_day(clock.now())
    return lambda number: today + timedelta(days=number)


def test_posts_stand_under_how_they_are_with_their_counts(browser, session, board):
    for state in PostState:
        make_post(session, board.member, board.association, state=state, title=f"这一条现在是 {state}")
    make_post(session, board.other_member, board.association, title="别家公司的一条信息")
    session.commit()

    client, seen = browser("member"), set()
    for tab in ("open", "waiting", "drafts", "expired", "done"):
        page = page_of(client.get(f"/board/mine?tab={tab}"))
        seen |= {one.get_text() for one in page.select(".module h2")}
    assert seen == {f"这一条现在是 {state}" for state in PostState}
    assert [one.get_text()[-3:] for one in page.select(".tabs a")] == ["(1)", "(1)", "(2)", "(1)", "(3)"]


def test_an_empty_list_says_what_will_be_there(browser):
    assert page_of(browser("member").get("/board/mine")).select_one(".empty a")["href"] == "/board/new"
    assert browser("visitor").get("/board/mine").status_code == 302


@pytest.mark.parametrize(
    ("state", "deed", "after"),
    [
        (PostState.SUBMITTED, "withdraw", PostState.DRAFT),
        (PostState.EXPIRED, "renew", PostState.PUBLISHED),
        (PostState.PUBLISHED, "close", PostState.CLOSED),
        (PostState.DRAFT, "discard", PostState.CLOSED),
        (PostState.RETURNED, "discard", PostState.CLOSED),
    ],
)
def test_a_button_does_what_it_says_once(browser, session, board, days, state, deed, after):
    post = make_post(session, board.member, board.association, state=state, valid_until=days(-2))
    session.commit()
    client, address = browser("member"), f"/board/mine/{post.id}/{deed}"
    tab = {"withdraw": "waiting", "renew": "expired", "close": "open", "discard": "drafts"}[deed]

    done = post_form(client, f"/board/mine?tab={tab}", action=address)
    token = page_of(client.get("/bench")).select_one("[name=csrf_token]")["value"]
    again = client.post(address, data={"csrf_token": token})

    session.rollback()
    assert done.status_code == 303
    assert session.scalars(select(Post.state)).one() is after
    assert again.status_code == 409


def test_what_cannot_be_renewed_says_why(browser, session, board, days):
    often = make_post(
        session, board.member, board.association, state=PostState.EXPIRED, renewals=2, valid_until=days(-1)
    )
    long_ago = make_post(session, board.member, board.association, state=PostState.EXPIRED, valid_until=days(-31))
    session.commit()
    client = browser("member")
    token = page_of(client.get("/bench")).select_one("[name=csrf_token]")["value"]

    for post in (often, long_ago):
        answer = client.post(f"/board/mine/{post.id}/renew", data={"csrf_token": token})
        assert answer.status_code == 409
    assert client.post(f"/board/mine/{often.id}/nonsense", data={"csrf_token": token}).status_code == 404


def test_the_list_asks_as_often_with_many_posts_as_with_few(browser, session, board, counted_queries):
    for _ in range(3):
        make_post(session, board.member, board.association)
    session.commit()
    client = browser("member")
    client.get("/board/mine")
    with counted_queries() as few:
        client.get("/board/mine")
    for _ in range(15):
        make_post(session, board.member, board.association)
    session.commit()
    with counted_queries() as many:
        client.get("/board/mine")

    assert len(many) == len(few)
