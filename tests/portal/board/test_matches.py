"""Pages of counterparts and saved searches, and what of the board waits on the work bench."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from services.board.models.matches import PostMatch, SavedSearch
from services.board.models.posts import Direction, PostType, Visibility
from services.core import clock
from tests.factories.board import make_board, make_firm, make_post
from tests.factories.interests import make_interest
from tests.plumbing.reviewing import page_of, post_form

OFFER = {"type": PostType.SUPPLY, "direction": Direction.OFFER, "title": "供应高硼硅玻璃棒，月余量30吨"}
PARTS = {"category": 1, "text": 0.4, "spec": 0.9, "place": 1, "trust": 0.9, "freshness": 1}
NEAR = "距离近"


@pytest.fixture
def board(session):
    made = make_board(session)
    session.commit()
    return made


@pytest.fixture
def acting(client, as_person, session):
    """Sign the browser in for a firm."""

    def act(firm):
        session.rollback()  # what the session has read is old by now
        as_person(client, firm.person, firm.organisation)
        return client

    return act


def matched(session, board, **over):
    need = make_post(session, board.member, board.association)
    offer = make_post(session, board.other_member, board.association, **OFFER | over)
    session.add(PostMatch(post_id=need.id, other_id=offer.id, percent=78, parts=PARTS, found_at=clock.now()))
    session.commit()
    return need, offer


def test_the_poster_sees_counterparts_with_the_reason(session, board, acting):
    need, offer = matched(session, board)

    for address in ("/board/matches", f"/board/{need.no}/matches"):
        text = page_of(acting(board.member).get(address)).select_one("main").text
        assert offer.title in text
        assert "78" in text
        assert NEAR in text
        assert board.other_member.organisation.label in text


def test_an_anonymous_counterpart_tells_neither_firm_nor_place(session, board, acting):
    need, offer = matched(session, board, visibility=Visibility.ANONYMOUS)

    text = acting(board.member).get(f"/board/{need.no}/matches").text
    assert offer.title in text
    assert NEAR not in text
    for secret in (board.other_member.organisation.name, f'/organisations/{board.other_member.organisation.id}"'):
        assert secret not in text


def test_the_reviewer_sees_them_others_do_not(session, board, acting):
    need, offer = matched(session, board)

    assert offer.title in acting(board.association).get(f"/board/{need.no}/matches").text
    for firm in (board.stranger, board.other_member):
        assert acting(firm).get(f"/board/{need.no}/matches").status_code == 404
        assert offer.title not in acting(firm).get("/board/matches").text


def test_firms_of_the_directory_are_suggested_where_nothing_fits(session, board, acting):
    make_firm(session, board.cluster, products="低温仓储", short_name="示例冷库")
    post = make_post(session, board.member, board.association, title="求租低温库500吨，−18℃")
    session.commit()

    assert "示例冷库" in acting(board.member).get(f"/board/{post.no}/matches").text


def test_counterparts_take_a_constant_number_of_queries(session, board, acting, counted_queries):
    def listed(count):
        for _ in range(count):
            matched(session, board)
        client = acting(board.member)
        client.get("/board/matches")
        with counted_queries() as statements:
            client.get("/board/matches")
        return len(statements)

    assert listed(2) == listed(15)


def test_what_waits_stands_on_the_work_bench(session, board, acting):
    need, _ = matched(session, board)
    need.valid_until = clock.local_day(clock.now()) + timedelta(days=2)
    make_interest(session, need, board.stranger)
    hidden = make_post(session, board.member, board.association, visibility=Visibility.ANONYMOUS)
    make_interest(session, hidden, board.stranger)
    session.commit()

    def links(firm):
        page = page_of(acting(firm).get("/bench"))
        return {link["href"] for link in page.select("td a[href^='/board']")}

    assert {"/board/interests", "/board/matches", "/board/mine"} <= links(board.member)
    assert "/board/interests?box=forward" in links(board.association)
    assert not {"/board/interests", "/board/matches"} & links(board.outsider)


SEARCH = {"name": "玻璃棒需求", "words": "玻璃棒", "direction": "need"}


def saved(client, **over):
    token = page_of(client.get("/board/searches")).select_one("input[name=csrf_token]")
    data = {**SEARCH, **over, "csrf_token": token["value"] if token else ""}
    return client.post("/board/searches", data=data)


@pytest.fixture
def kept(session, board):
    """Return a search that the stranger has saved."""
    made = SavedSearch(
        person_id=board.stranger.person.id,
        organisation_id=board.stranger.organisation.id,
        name="玻璃棒需求",
        words="玻璃棒",
        choices={"direction": "need"},
        created_at=clock.now(),
        told_up_to=clock.now(),
    )
    session.add(made)
    session.commit()
    return made


def test_a_search_is_saved_and_leads_back_to_the_board(session, board, kept, acting):
    client = acting(board.stranger)

    assert saved(client, name="又一个").status_code == 303
    page = page_of(client.get("/board/searches"))

    addresses = [link["href"] for link in page.select("main td a")]
    assert any("direction=need" in address and address.startswith("/board?") for address in addresses)
    session.rollback()
    assert len(session.scalars(select(SavedSearch)).all()) == 2


def test_a_search_for_everything_is_refused_with_its_reason(board, kept, acting):
    response = saved(acting(board.stranger), words="", direction="")

    assert response.status_code == 409
    assert page_of(response).select_one("#name") is not None


def test_alerts_are_switched_and_searches_deleted(session, board, kept, acting):
    client = acting(board.stranger)
    address = f"/board/searches/{kept.id}"

    assert post_form(client, "/board/searches", action=f"{address}/alerts/off").status_code == 303
    session.rollback()
    assert not session.scalars(select(SavedSearch.alerts)).one()
    assert post_form(client, "/board/searches", action=f"{address}/deletion").status_code == 303
    session.rollback()
    assert session.scalars(select(SavedSearch)).all() == []


def test_searches_of_others_are_not_there(board, kept, acting):
    text = acting(board.member).get("/board/searches").text
    assert kept.name not in text
