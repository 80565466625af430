"""What the pages of the search show, to whom, and what they offer when there is nothing."""

import shutil

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from services.board.models.posts import PostType, Visibility
from services.catalogue.models import ModuleKind
from tests.factories.board import Board, make_board, make_post
from tests.factories.catalogue import make_module, make_provider
from tests.factories.laboratory import make_standard
from tests.factories.organisations import make_organisation
from tests.factories.search import build_index
from tests.plumbing.reviewing import page_of


@pytest.fixture
def board(session: Session) -> Board:
    return make_board(session)


def titles(page) -> list[str]:
    return [link.text for link in page.select(".hit__title a")]


def test_results_of_all_kinds_stand_in_groups_with_counts_and_lead_to_their_pages(app, client, session, board):
    provider = make_provider(session)
    module = make_module(session, provider, name="玻璃棒退火服务", kind=ModuleKind.PROJECT)
    item = make_module(session, provider, name="玻璃棒膨胀系数", kind=ModuleKind.TEST)
    standard = make_standard(session, "GB/T 16920-2015", title="玻璃棒线热膨胀系数")
    post = make_post(session, board.member, title="求购玻璃棒八吨")
    firm = make_organisation(session, name="示例玻璃棒厂")
    build_index(app, session)

    page = page_of(client.get("/search?q=玻璃棒"))

    assert [group.select_one(".hit__title a")["href"] for group in page.select(".hit-group")] == [
        f"/services/{module.code}",
        f"/services/{item.code}",
        f"/standards/{standard.id}",
        f"/board/{post.no}",
        f"/organisations/{firm.id}",
    ]
    assert {mark.text for mark in page.select(".hit__title mark")} == {"玻璃棒"}
    counts = [int(tab.text.split()[-1]) for tab in page.select(".tabs a")]
    assert counts[0] == sum(counts[1:])
    assert counts[1:5] == [1, 1, 1, 1]
    assert page.select_one("#site-search")["value"] == "玻璃棒"


def test_what_is_marked_is_escaped_first(app, client, session, board):
    make_post(session, board.member, title="求购 <b>玻璃棒</b> & 玻璃管")
    build_index(app, session)

    page = page_of(client.get("/search?q=玻璃棒&kind=post"))

    assert titles(page) == ["求购 <b>玻璃棒</b> & 玻璃管"]
    assert not page.select(".hit b")


def test_one_kind_is_narrowed_by_facets_and_ordered(app, client, session, board):
    dear = make_post(session, board.member, title="供应纸箱甲", type=PostType.SUPPLY, price_from_fen=900)
    cheap = make_post(session, board.member, title="供应纸箱乙", type=PostType.SUPPLY, price_from_fen=100)
    make_post(session, board.member, title="求购纸箱丙")
    build_index(app, session)

    page = page_of(client.get("/search?q=纸箱&kind=post&type=supply&sort=price"))

    assert titles(page) == [cheap.title, dear.title]
    chip = page.select_one(".chip--active")
    assert chip["href"] == "/search?q=%E7%BA%B8%E7%AE%B1&kind=post&sort=price"
    assert {field["name"]: field["value"] for field in page.select(".hits-order input")} == {
        "q": "纸箱",
        "kind": "post",
        "type": "supply",
    }
    assert page.select_one('a[href="/board?q=%E7%BA%B8%E7%AE%B1&type=supply"]')


def test_nothing_found_offers_a_post_with_the_words_filled_in(app, client, session, board):
    build_index(app, session)
    page = page_of(client.get("/search?q=飞艇"))
    assert page.select_one(".empty .button--primary")["href"] == "/board/new?title=%E9%A3%9E%E8%89%87&direction=need"


@pytest.mark.parametrize("query", ["", "?q=", "?q=%20%20", "?kind=nothing", "?q=&sort=price"])
def test_without_words_the_page_says_how_to_search(client, session, query):
    page = page_of(client.get(f"/search{query}"))
    assert page.select(".chip")
    assert not page.select(".hit")


def test_too_long_a_line_is_refused_and_what_fits_is_kept(client, session):
    response = client.get("/search?q=" + "玻" * 201)
    assert response.status_code == 400
    assert page_of(response).select_one("#search-words")["value"] == "玻" * 200


@pytest.mark.parametrize(
    "line",
    [
        "*" * 200,
        "~" * 200,
        "a OR " * 40,
        "((((((" * 30,
        '"' * 199,
        "玻璃棒 " * 50,
        "%_" * 100,
        "\\" * 200,
        "[a-z]{9}" * 20,
        "a*" * 90,
    ],
)
def test_nothing_that_is_typed_is_syntax(app, client, session, board, line):
    make_post(session, board.member, title="求购玻璃棒八吨")
    build_index(app, session)
    assert client.get("/search", query_string={"q": line}).status_code == 200
    assert client.get("/search/suggest", query_string={"q": line}).status_code == 200


@pytest.mark.parametrize("page", ["999999999", "-1", "x", "0"])
def test_an_impossible_page_is_answered(app, client, session, board, page):
    make_post(session, board.member, title="求购玻璃棒八吨")
    build_index(app, session)
    assert client.get(f"/search?q=玻璃棒&kind=post&page={page}").status_code == 200


def test_without_an_index_the_database_answers_and_the_page_says_so(app: Flask, client: FlaskClient, session, board):
    post = make_post(session, board.member, title="求购玻璃棒八吨")
    session.commit()
    page = page_of(client.get("/search?q=玻璃棒"))
    assert titles(page) == [post.title]
    assert page.select_one(".notice--warning")

    build_index(app, session)
    assert not page_of(client.get("/search?q=玻璃棒")).select(".notice--warning")
    shutil.rmtree(app.config["PORTAL"].index)
    app.extensions.pop("search").close()
    page = page_of(client.get("/search?q=玻璃棒&kind=post"))
    assert titles(page) == [post.title]
    assert page.select_one(".notice--warning")


def test_the_list_takes_the_same_queries_with_many_posts(app, client, session, board, counted_queries):
    for _ in range(2):
        make_post(session, board.member)
    build_index(app, session)
    client.get("/search?q=玻璃棒")
    with counted_queries() as few:
        client.get("/search?q=玻璃棒&kind=post")
    for _ in range(12):
        make_post(session, board.other_member)
    build_index(app, session)
    with counted_queries() as many:
        client.get("/search?q=玻璃棒&kind=post")
    assert len(few) == len(many)


CANARY = "金丝雀滤芯"


@pytest.mark.parametrize(
    ("visibility", "seen_by"),
    [
        (Visibility.PUBLIC, {"visitor", "member", "other_member", "stranger", "unverified", "outsider"}),
        (Visibility.ANONYMOUS, {"visitor", "member", "other_member", "stranger", "unverified", "outsider"}),
        (Visibility.VERIFIED, {"member", "other_member", "stranger", "outsider"}),
        (Visibility.MEMBERS, {"member", "other_member"}),
        (Visibility.SELECTED, {"member", "stranger"}),
    ],
)
def test_hits_counts_facets_and_suggestions_are_those_of_the_reader(
    app, session, board, as_person, visibility, seen_by
):
    chosen = (board.stranger.organisation.id,) if visibility is Visibility.SELECTED else ()
    make_post(
        session, board.member, board.association, title=f"求购{CANARY}", visibility=visibility, target_firms=chosen
    )
    build_index(app, session)

    for name in ("visitor", "member", "other_member", "stranger", "unverified", "outsider"):
        client = app.test_client()
        if name != "visitor":
            firm = getattr(board, name)
            as_person(client, firm.person, firm.organisation)
        told = (
            client.get(f"/search?q={CANARY}").text.partition("<main")[2]
            + client.get("/search?kind=post").text.partition("<main")[2]
        )
        counted = "hit__title" in told
        suggested = client.get("/search/suggest?q=金丝").json["suggestions"]
        assert counted == (name in seen_by), name
        assert bool(suggested) == (name in seen_by), name


def test_an_anonymous_post_gives_its_firm_away_nowhere(app, client, session, board):
    board.member.organisation.name = "金丝雀玻璃厂"
    board.member.organisation.short_name = "金丝雀"
    board.member.organisation.town = "金丝雀镇"
    make_post(session, board.member, board.association, visibility=Visibility.ANONYMOUS)
    build_index(app, session)

    for query in ("玻璃棒", "金丝雀"):
        for rest in ("", "&kind=post"):
            hits = page_of(client.get(f"/search?q={query}{rest}")).select(".hit")
            posts = [hit for hit in hits if "/board/" in str(hit)]
            assert not any("金丝雀" in str(hit) for hit in posts)
    assert not page_of(client.get("/search?q=金丝雀镇&kind=post")).select(".hit")


def test_the_number_of_a_post_leads_to_it_if_it_may_be_read(app, client, session, board):
    post = make_post(session, board.member)
    hidden = make_post(session, board.member, visibility=Visibility.MEMBERS)
    post.no, hidden.no = "GX-20261109-0001", "GX-20261109-0002"
    session.commit()
    build_index(app, session)

    answer = client.get("/search?q=ｇｘ-20261109-0001")
    assert (answer.status_code, answer.location) == (302, "/board/GX-20261109-0001")
    assert client.get("/search?q=GX-20261109-0002").status_code == 200
    assert client.get("/search?q=GX-20261109-0003").status_code == 200


def test_whoever_is_called_what_was_typed_comes_first(app, client, session, board):
    make_organisation(session, name="华源玻璃华源贸易华源包装有限公司", products="华源玻璃，华源纸箱")
    named = make_organisation(session, name="示例·江北灯饰配件与包装材料有限公司", short_name="华源")
    build_index(app, session)

    page = page_of(client.get("/search?q=华源&kind=enterprise"))

    assert page.select_one(".hit__title a")["href"] == f"/organisations/{named.id}"
