"""The counterparts that are kept for each open post, both ways; with the posts of the demonstration."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from services.board.models.matches import PostMatch
from services.board.models.posts import Direction, PostState, PostType, Visibility
from services.board.operations import matching
from services.board.queries import figures, matches
from services.board.queries.visibility import reader_of_firm
from services.catalogue.models import ProductClass
from services.core import clock
from services.core.outbox import OutboxTask
from services.organisations.chain import ChainEdge
from tests.factories.board import BODY, make_board, make_firm, make_node, make_post
from tests.factories.interests import make_interest

OFFER = {"type": PostType.SUPPLY, "direction": Direction.OFFER}


@pytest.fixture
def board(session):
    return make_board(session)


@pytest.fixture
def node(session, board):
    return make_node(session, board.cluster)


@pytest.fixture
def need(session, board, node):
    return make_post(session, board.member, board.association, node_id=node.id)


def supply(session, firm, association, node, **over):
    return make_post(session, firm, association, **OFFER | {"node_id": node.id, "title": "供应高硼硅玻璃棒"} | over)


def pairs(session):
    statement = select(PostMatch.post_id, PostMatch.other_id).order_by(PostMatch.post_id, PostMatch.other_id)
    return [tuple(row) for row in session.execute(statement)]


def test_a_published_post_gets_its_counterparts_and_becomes_theirs(session, board, node, need, work):
    offer = supply(session, board.stranger, board.association, node)

    assert matching.match(work, offer.id) == 1

    assert pairs(session) == [(need.id, offer.id), (offer.id, need.id)]
    kept = session.scalars(select(PostMatch).where(PostMatch.post_id == need.id)).one()
    assert set(kept.parts) == {"category", "text", "spec", "place", "trust", "freshness"}
    assert kept.parts["category"] == 1
    assert kept.percent >= 55
    assert matching.match(work, offer.id) == 1
    assert len(pairs(session)) == 2


def test_five_counterparts_are_kept_the_best(session, board, node, need, work):
    old = clock.now() - timedelta(days=50)
    offers = [supply(session, board.stranger, board.association, node) for _ in range(6)]
    worst = supply(session, board.stranger, board.association, node, published_at=old)

    for post in (worst, *offers):
        matching.match(work, post.id)

    mine = [other for post, other in pairs(session) if post == need.id]
    assert len(mine) == 5
    assert worst.id not in mine
    assert matching.match(work, need.id) == 5


@pytest.mark.parametrize("state", [PostState.DRAFT, PostState.DEALT, PostState.CLOSED, PostState.EXPIRED])
def test_what_is_not_open_is_suggested_to_nobody(session, board, node, need, work, state):
    offer = supply(session, board.stranger, board.association, node)
    matching.match(work, need.id)
    offer.state = state
    reader = reader_of_firm(session, board.member.organisation, work.today)

    assert matches.counterparts_of(session, need.id, reader) == []
    assert matching.match(work, offer.id) == 0
    assert pairs(session) == []


def test_own_posts_and_posts_of_the_same_direction_are_no_counterparts(session, board, node, need, work):
    supply(session, board.member, board.association, node)
    make_post(session, board.stranger, board.association, node_id=node.id)

    assert matching.match(work, need.id) == 0


def test_what_a_firm_may_not_read_is_not_suggested_to_it(session, board, node, work):
    for_members = {"visibility": Visibility.MEMBERS}
    need = make_post(session, board.stranger, board.association, node_id=node.id)
    hidden = supply(session, board.other_member, board.association, node, **for_members)
    named = supply(
        session,
        board.other_member,
        board.association,
        node,
        visibility=Visibility.SELECTED,
        target_firms=(board.stranger.organisation.id,),
    )

    assert matching.match(work, need.id) == 1
    matching.match(work, hidden.id)
    matching.match(work, named.id)

    assert pairs(session) == [(need.id, named.id), (hidden.id, need.id), (named.id, need.id)]


def test_rights_that_ended_after_the_match_hide_it(session, board, node, need, work):
    supply(session, board.stranger, board.association, node, visibility=Visibility.VERIFIED)
    matching.match(work, need.id)
    reader = reader_of_firm(session, board.member.organisation, work.today)
    assert len(matches.counterparts_of(session, need.id, reader)) == 1
    assert matches.unanswered_matches(session, reader) == 1

    board.member.organisation.level = 1
    reader = reader_of_firm(session, board.member.organisation, work.today)

    assert matches.counterparts_of(session, need.id, reader) == []
    assert matches.unanswered_matches(session, reader) == 0


def test_every_night_each_open_post_is_matched_in_batches(session, board, node, need, work, monkeypatch):
    monkeypatch.setattr(matching, "BATCH", 2)
    others = [supply(session, board.stranger, board.association, node) for _ in range(2)]
    make_post(session, board.member, board.association, state=PostState.CLOSED)

    matching.match_all(work)
    matching.match_all(work, after=others[0].id)

    tasks = session.execute(select(OutboxTask.task, OutboxTask.payload).order_by(OutboxTask.id)).all()
    assert [tuple(task) for task in tasks] == [
        ("board.match", {"post_id": need.id}),
        ("board.match", {"post_id": others[0].id}),
        ("board.match_all", {"after": others[0].id}),
        ("board.match", {"post_id": others[1].id}),
    ]


def test_the_answer_rate_counts_what_was_answered_or_ended_without(session, board, need):
    today = clock.local_day(clock.now())
    firm = board.member.organisation.id
    assert figures.answer_rates(session, [firm], today) == {}
    for state in ("exchanged", "declined", "dealt", "unanswered", "withdrawn", "submitted"):
        make_interest(session, need, make_firm(session), state=state)
    old = make_interest(session, need, make_firm(session), state="unanswered")
    old.sent_at -= timedelta(days=366)
    session.flush()

    assert figures.answer_rates(session, [firm], today) == {firm: 0.75}
    assert figures.figures_of(session, firm, today).answer_percent == 75


def test_firms_of_the_register_are_suggested_by_node_and_by_what_they_make(session, board, work):
    coating = make_node(session, board.cluster, "镀膜/喷涂/彩绘")
    g17 = make_firm(session, board.cluster, chain_node="镀膜/喷涂/彩绘", products="喷涂、彩绘、镀银").organisation
    w05 = make_firm(session, None, chain_node="仓储", products="低温仓储").organisation
    make_firm(session, board.cluster, chain_node="仓储", products="通用仓储")
    painted = make_post(
        session, board.member, board.association, node_id=coating.id, title="圣诞球镀银、彩绘外协，8月前完成12万只"
    )
    cold = make_post(session, board.member, board.association, title="求租低温库500吨，−18℃")

    assert matches.firms_for(session, painted) == [g17]
    assert matches.firms_for(session, cold) == [w05]


def test_an_offer_is_suggested_to_the_firms_that_it_supplies(session, board, node):
    made = make_node(session, board.cluster, "成品制造")
    session.add(ChainEdge(from_id=node.id, to_id=made.id))
    offer = supply(session, board.other_member, board.association, node)

    assert matches.firms_for(session, offer) == [board.member.organisation]


@pytest.fixture
def classes(session):
    for code in ("glass/3", "glass/10", "glass/11", "auto/1", "auto/7", "textile/3"):
        if session.get(ProductClass, code) is None:
            session.add(ProductClass(code=code, name=code))
    session.flush()


def demo_posts(session, board):
    """Make the posts of the demonstration that should find each other, and the one that is closed."""
    firms = [make_firm(session, board.cluster) for _ in range(8)]
    machining = make_node(session, board.cluster, "机加工")
    rows = {
        1: (OFFER | {"direction": Direction.NEED, "type": PostType.PURCHASE, "product_code": "glass/10"})
        | {
            "title": "求购高硼硅玻璃棒Φ6–Φ22mm，月用8吨",
            "body": BODY,
            "specs": (("直径", "Φ6–Φ22", "mm", ""), ("膨胀系数", "3.3", "", "±0.1"), ("长度", "1500", "mm", "±5")),
            "quantity_milli": 8000,
            "unit": "吨/月",
        },
        7: OFFER
        | {
            "product_code": "glass/3",
            "title": "供应中性硼硅玻璃管Φ10–Φ40，月余量30吨",
            "body": "壁厚1.0–2.5mm，定尺切割，附理化检测。",
            "specs": (("外径", "10–40", "mm", ""), ("壁厚", "1.0–2.5", "mm", "")),
            "quantity_milli": 30000,
            "unit": "吨/月",
            "price_from_fen": 920,
            "price_to_fen": 1050,
            "price_unit": "kg",
        },
        3: {
            "product_code": "glass/11",
            "title": "求购五层瓦楞出口外箱及纸护角",
            "body": "尺寸580×400×420mm，边压≥8.5kN/m，跌落0.8m一角三棱六面内装物破损≤2%，含印刷。",
            "state": PostState.DEALT,
        },
        4: OFFER
        | {
            "product_code": "glass/11",
            "title": "供应易碎品纸箱结构设计＋打样，三天出样",
            "body": "可配蜂窝内衬、隔板，做过跌落和振动验证，提供检测报告，起订500只。",
        },
        15: {
            "type": PostType.PROCESSING,
            "product_code": "auto/1",
            "node_id": machining.id,
            "title": "连杆粗加工外协，月3万件",
            "body": "材料C70S6，来料加工，钻铰大小头孔，Cpk≥1.33，首件三坐标报告，月结60天。",
            "quantity_milli": 30_000_000,
            "unit": "件/月",
            "price_from_fen": 420,
            "price_to_fen": 480,
            "price_unit": "件",
        },
        20: {
            "type": PostType.CAPACITY,
            "direction": Direction.OFFER,
            "product_code": "auto/7",
            "node_id": machining.id,
            "title": "数控车床4台、加工中心1台接外协",
            "body": "IT7级，最大回转Φ320，可签保密，急件当天。",
            "price_from_fen": 3500,
            "price_to_fen": 6000,
            "price_unit": "台时",
        },
        22: {
            "product_code": "textile/3",
            "title": "校服面料：涤棉65/35斜纹，色牢度4级以上",
            "body": "幅宽150cm，220g/㎡，GB 18401 B类，起球≥4级，每色≥2000米，含检测报告。",
            "quantity_milli": 30_000_000,
            "unit": "米",
        },
        23: OFFER
        | {
            "product_code": "textile/3",
            "title": "活性染色来料加工，小缸样48小时",
            "body": "200–800kg缸，布面pH 6–7.5。",
            "quantity_milli": 6000,
            "unit": "吨/日",
        },
    }
    return {
        number: make_post(session, firm, board.association, **row)
        for (number, row), firm in zip(rows.items(), firms, strict=True)
    }


def test_the_demonstration_finds_what_the_guide_expects(session, board, classes, work):
    posts = demo_posts(session, board)
    numbers = {post.id: number for number, post in posts.items()}

    for post in posts.values():
        matching.match(work, post.id)

    found = {(numbers[mine], numbers[other]) for mine, other in pairs(session)}
    assert {(1, 7), (7, 1), (15, 20), (20, 15), (22, 23), (23, 22)} <= found
    assert not [pair for pair in found if 3 in pair]
    kept = session.get(PostMatch, (posts[1].id, posts[7].id))
    assert (kept.parts["category"], kept.parts["spec"]) == (0.7, 1)


def test_matching_reads_a_bounded_number_of_times(session, board, node, need, work, counted_queries):
    supply(session, board.stranger, board.association, node)
    with counted_queries() as few:
        matching.match(work, need.id)
    for _ in range(20):
        supply(session, board.stranger, board.association, node)
    session.expire_all()
    with counted_queries() as many:
        matching.match(work, need.id)

    assert len(many) <= len(few) + 50
