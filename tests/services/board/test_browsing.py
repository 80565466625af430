"""The board narrowed by words and facets: right counts, bounded queries, and nothing told of an anonymous firm."""

import pytest

from services.board.models.posts import Direction, PostType, Visibility
from services.board.queries.browsing import BoardWish, Facet, Sort, found, newest
from services.board.queries.visibility import reader_of
from services.core import clock
from tests.factories.board import make_post


@pytest.fixture
def reader(session, board):
    return reader_of(session, board.visitor, clock.local_day(clock.now()))


def test_each_facet_counts_with_its_own_choice_left_out(session, board, reader):
    need = make_post(session, board.member, board.association, price_from_fen=920, price_to_fen=1050)
    make_post(
        session, board.stranger, board.association, type=PostType.SUPPLY, direction=Direction.OFFER, is_urgent=True
    )

    page = found(session, reader, BoardWish(choices={Facet.TYPE: "purchase"}))

    assert [post.id for post in page.posts] == [need.id]
    assert page.counts[Facet.TYPE] == {"purchase": 1, "supply": 1}
    assert page.counts[Facet.DIRECTION] == {"need": 1}
    assert page.counts[Facet.PRICE] == {"to-10": 1}
    assert page.counts[Facet.TOWN] == {"小官庄镇": 1}
    assert page.counts[Facet.CLUSTER] == {str(board.cluster.id): 1}
    assert page.names[Facet.CLUSTER] == {str(board.cluster.id): board.cluster.short_name}


def test_words_are_literal_and_all_of_them_count(session, board, reader):
    post = make_post(session, board.member, board.association, title="求购100%棉纱_A级", keywords=["棉纱", "精梳"])
    make_post(session, board.member, board.association)

    def found_by(line):
        return [one.id for one in found(session, reader, BoardWish(line)).posts]

    assert found_by("棉纱 100%") == found_by("精梳") == found_by("_a级") == [post.id]
    assert found_by("棉纱 玻璃棒") == found_by("10%棉") == found_by("没有") == []


def test_an_anonymous_post_is_found_neither_by_its_firm_nor_its_town(session, board, reader):
    post = make_post(session, board.member, board.association, visibility=Visibility.ANONYMOUS)

    everything = found(session, reader, BoardWish())

    assert [one.id for one in everything.posts] == [post.id]
    assert everything.counts[Facet.TOWN] == everything.counts[Facet.LEVEL] == {}
    assert found(session, reader, BoardWish(board.member.organisation.name[3:6])).total == 0
    assert found(session, reader, BoardWish(choices={Facet.TOWN: "小官庄镇"})).total == 0
    assert found(session, reader, BoardWish(choices={Facet.LEVEL: "2"})).total == 0


@pytest.mark.parametrize("sort", list(Sort))
def test_every_order_is_total_and_the_last_page_stands_in_for_the_impossible_one(session, board, reader, sort):
    made = {make_post(session, board.member, board.association).id for _ in range(5)}

    pages = [found(session, reader, BoardWish(sort=sort), page=number, per_page=2) for number in (1, 2, 3, 99)]

    assert [page.number for page in pages] == [1, 2, 3, 3]
    assert {post.id for page in pages for post in page.posts} == made
    assert len(newest(session, reader, BoardWish(sort=sort), most=3)) == 3


def test_the_number_of_queries_does_not_depend_on_the_number_of_posts(session, board, reader, counted_queries):
    def queries():
        session.expire_all()
        with counted_queries() as statements:
            found(session, reader, BoardWish())
        return len(statements)

    make_post(session, board.member, board.association)
    few = queries()
    for _ in range(15):
        make_post(session, board.stranger, board.association)
    assert queries() == few
