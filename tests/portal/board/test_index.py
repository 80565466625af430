"""The board as visitors and firms find it: facets, order, pages, words, and the way on when nothing fits."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from services.board.models.matches import SavedSearch
from services.board.models.posts import Direction, PostState, PostType, Visibility
from services.core import clock
from tests.factories.board import make_post
from tests.factories.search import build_index
from tests.plumbing.reviewing import page_of, post_form


def titles(response) -> set[str]:
    return {one.get_text() for one in page_of(response).select(".post-card h2")}


@pytest.fixture
def posts(session, board):
    """Make a post of every visibility, named by it."""
    mine, its = board.member, board.association
    for mode in Visibility:
        targets = {"target_firms": (board.other_member.organisation.id,)} if mode is Visibility.SELECTED else {}
        make_post(session, mine, its, title=f"只给这些人看 {mode.value}", visibility=mode, **targets)
    session.commit()


@pytest.mark.parametrize(
    ("who", "modes"),
    [
        ("visitor", {"public", "anonymous"}),
        ("unverified", {"public", "anonymous"}),
        ("stranger", {"public", "anonymous", "verified"}),
        ("outsider", {"public", "anonymous", "verified"}),
        ("other_member", {"public", "anonymous", "verified", "members", "selected"}),
        ("member", set(Visibility)),
        ("association", set(Visibility)),
    ],
)
def test_each_reader_finds_what_the_mode_allows_in_list_counts_and_chips(browser, posts, who, modes):
    page = browser(who).get("/board")

    assert titles(page) == {f"只给这些人看 {mode}" for mode in modes}
    assert page_of(page).select_one("[role=status]").get_text().split()[0] == str(len(modes))
    count = page_of(page).select_one("#facet-type").find_parent().select_one(".facets__count")
    assert count.get_text() == str(len(modes))


def test_a_visitor_reads_of_an_anonymous_post_the_association_alone(browser, session, board):
    make_post(session, board.member, board.association, visibility=Visibility.ANONYMOUS)
    session.commit()

    card = page_of(browser("visitor").get("/board")).select_one(".post-card")

    assert "示例协会" in card.get_text()
    assert board.member.organisation.name not in card.get_text()
    assert f"/organisations/{board.member.organisation.id}" not in str(card)


def test_a_list_is_narrowed_ordered_and_widened_again(browser, session, board):
    today = clock.local_day(clock.now())
    make_post(session, board.member, title="供应瓦楞纸箱五层", type=PostType.SUPPLY, direction=Direction.OFFER)
    make_post(session, board.member, title="求购玻璃棒先到期", valid_until=today + timedelta(days=2), is_urgent=True)
    make_post(session, board.member, title="求购玻璃管后到期", price_from_fen=500, price_to_fen=900, price_unit="kg")
    session.commit()
    client = browser("visitor")

    assert titles(client.get("/board?direction=offer")) == {"供应瓦楞纸箱五层"}
    assert titles(client.get("/board?urgent=yes")) == {"求购玻璃棒先到期"}
    assert titles(client.get("/board?deadline=to-7")) == {"求购玻璃棒先到期"}
    assert titles(client.get("/board?price=to-10")) == {"求购玻璃管后到期"}
    assert titles(client.get("/board?q=后到期 求购")) == {"求购玻璃管后到期"}
    ordered = page_of(client.get("/board?sort=deadline")).select(".post-card h2")
    assert ordered[0].get_text() == "求购玻璃棒先到期"
    narrowed = page_of(client.get("/board?q=到期&direction=need"))
    assert [one["href"] for one in narrowed.select(".chip--active")] == [
        "/board?direction=need",
        "/board?q=%E5%88%B0%E6%9C%9F",
    ]


@pytest.mark.parametrize(
    "address",
    [
        "/board?type=x&direction=%27&price=%00&node=abc&cluster=9999999999999999999&town=%25&level=x",
        "/board?page=999999",
    ],
)
def test_whatever_stands_in_the_address_is_answered(browser, posts, address):
    assert browser("visitor").get(address).status_code == 200


def test_nothing_found_leads_to_a_post_with_the_words_filled_in(browser):
    page = page_of(browser("member").get("/board?q=水晶灯罩"))

    way_on = page.select_one(".empty a")["href"]
    form = page_of(browser("member").get(way_on))

    assert form.select_one("#title")["value"] == "水晶灯罩"
    assert form.select_one("[name=direction][checked]")["value"] == "need"


def test_what_is_no_longer_open_is_not_listed(browser, session, board):
    yesterday = clock.local_day(clock.now()) - timedelta(days=1)
    make_post(session, board.member, title="昨天已经到期的", valid_until=yesterday)
    for state in set(PostState) - {PostState.PUBLISHED}:
        make_post(session, board.member, state=state, title=f"状态是 {state} 的")
    session.commit()

    assert titles(browser("visitor").get("/board")) == set()
    assert titles(browser("outsider").get("/board")) == set()


def test_the_list_asks_as_often_with_many_posts_as_with_few(browser, session, board, counted_queries):
    for _ in range(4):
        make_post(session, board.member, board.association)
    session.commit()
    client = browser("stranger")
    client.get("/board")
    with counted_queries() as few:
        client.get("/board?sort=deadline")
    for _ in range(25):
        make_post(session, board.other_member, board.association, visibility=Visibility.ANONYMOUS)
    session.commit()
    with counted_queries() as many:
        client.get("/board?sort=deadline")

    assert len(many) == len(few)


def test_what_was_looked_for_can_be_saved_from_the_list(browser, session):
    client = browser("stranger")

    answer = post_form(client, "/board?q=玻璃棒&direction=need", action="/board/searches", name="玻璃棒的需求")

    assert answer.location == "/board/searches"
    saved = session.scalars(select(SavedSearch)).one()
    assert (saved.words, saved.choices) == ("玻璃棒", {"direction": "need"})
    assert not page_of(browser("visitor").get("/board?q=玻璃棒")).select('form[action="/board/searches"]')


def test_what_is_typed_is_understood_as_the_search_understands_it(app, client, session, board):
    make_post(session, board.member, title="供应玻璃棒边角料，长短不一")
    make_post(session, board.member, title="求购玻璃棒")
    make_post(session, board.member, title="求购纸箱")
    session.commit()
    build_index(app, session)

    for line in ("bolibang", "玻璃棒", "玻璃 棒"):
        assert titles(client.get("/board", query_string={"q": line})) == {"供应玻璃棒边角料，长短不一", "求购玻璃棒"}
    best = page_of(client.get("/board?q=求购玻璃棒")).select(".post-card h2")
    assert best[0].get_text() == "求购玻璃棒"
    assert titles(client.get("/board?q=%25")) == set()


def test_the_best_match_is_an_order_of_what_is_searched_alone(app, client, session, board):
    make_post(session, board.member, title="求购玻璃棒")
    session.commit()
    build_index(app, session)

    def orders(page):
        return [option["value"] for option in page_of(page).select("#board-order option")]

    assert orders(client.get("/board?q=玻璃棒"))[0] == "best"
    assert "best" not in orders(client.get("/board?sort=best"))


@pytest.mark.parametrize("place", ["/board", "/services"])
def test_every_order_that_is_offered_is_one_that_is_kept(client, place):
    offered = [option["value"] for option in page_of(client.get(place)).select("select[name=sort] option")]

    assert len(offered) > 1
    for order in offered:
        chosen = page_of(client.get(place, query_string={"sort": order})).select("select[name=sort] option[selected]")
        assert [option["value"] for option in chosen] == [order]


def test_a_feed_of_what_is_searched_begins_with_the_newest(app, client, session, board):
    older = clock.now() - timedelta(days=3)
    make_post(session, board.member, title="求购玻璃棒", published_at=older)
    make_post(session, board.member, title="供应玻璃棒边角料，长短不一")
    session.commit()
    build_index(app, session)

    feed = client.get("/board/feed.atom?q=求购玻璃棒 玻璃棒").get_data(as_text=True)

    assert feed.index("供应玻璃棒边角料") < feed.index("求购玻璃棒</title>")
