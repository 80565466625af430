"""A table of posts: every row's faults, all or nothing, and what was exported can be read back."""

import csv
import io

import pytest
from sqlalchemy import func, select

from portal.i18n import translate_error
from services.board.models.posts import Direction, Post, PostState, PostType, Visibility
from services.board.operations.importing import HEADS, exported_posts, import_posts, plan_posts
from services.board.operations.posts import save_draft
from services.board.rules.sheet import specs_in
from services.board.rules.wishes import SpecWish
from services.core.errors import NotAllowed, RulesBroken
from services.core.permissions import Role
from tests.factories.board import BODY, make_firm, make_node, wish

GOOD = {
    "类型": "求购",
    "标题": "求购高硼硅玻璃棒Φ6–Φ22mm",
    "详细说明": BODY,
    "关键词": "玻璃棒、高硼硅",
    "数量": "8.5",
    "单位": "吨/月",
    "最低价": "9.2",
    "最高价": "10.50",
    "联系人": "王示例",
    "联系电话": "13800000001",
    "规格": "外径=6–22[mm]（±0.1）；长度=1500[mm]",
    "可见范围": "认证企业",
}
OTHER = GOOD | {
    "类型": "招工求职",
    "方向": "需求",
    "标题": "招拉管工8名、质检2名",
    "地点": "小官庄镇",
    "工作时间": "三班倒",
}


def table(*rows):
    heads = list(dict.fromkeys(head for row in rows for head in row))
    out = io.StringIO()
    writer = csv.DictWriter(out, heads)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


@pytest.fixture
def mine(work_as, board):
    return work_as(board.member.actor)


def test_every_row_becomes_a_draft(mine, session):
    posts = import_posts(mine, table(GOOD, OTHER), sends=False)

    first = posts[0]
    assert [post.state for post in posts] == [PostState.DRAFT] * 2
    assert (first.type, first.direction, first.visibility) == (PostType.PURCHASE, Direction.NEED, Visibility.VERIFIED)
    assert (first.quantity_milli, first.price_from_fen, first.price_to_fen) == (8500, 920, 1050)
    assert [(row.name, row.value, row.unit, row.tolerance) for row in first.specs] == [
        ("外径", "6–22", "mm", "±0.1"),
        ("长度", "1500", "mm", ""),
    ]


def test_every_row_is_sent_in(mine):
    assert [post.state for post in import_posts(mine, table(GOOD, OTHER), sends=True)] == [PostState.SUBMITTED] * 2


def test_the_faults_of_every_row_are_told_and_nothing_is_kept(mine, session):
    bad = GOOD | {"类型": "买", "数量": "很多", "最低价": "-1", "规格": "外径", "可见范围": "定向"}
    told = GOOD | {"标题": "急购", "详细说明": "微信号abc", "联系电话": "1380000000"}
    rows = table(GOOD, bad, told, GOOD)

    plan = plan_posts(mine, rows, sends=True)

    assert [(planned.row.number, planned.wish.title) for planned in plan.rows] == [(2, GOOD["标题"])]
    said = [(error.values["row"], error.values.get("column")) for error in plan.errors]
    assert said[:6] == [(3, "类型"), (3, "数量"), (3, "最低价"), (3, "可见范围"), (3, "规格"), (3, None)]
    assert {pair for pair in said if pair[0] == 4} == {(4, "标题"), (4, "详细说明"), (4, "联系电话")}
    assert said[-1] == (5, "标题")
    with pytest.raises(RulesBroken):
        import_posts(mine, rows, sends=True)
    assert session.scalar(select(func.count()).select_from(Post)) == 0


def test_a_fault_with_places_of_its_own_is_told_whole(mine, app):
    plan = plan_posts(mine, table(GOOD | {"详细说明": BODY + "微信号abc"}), sends=True)

    with app.test_request_context():
        assert "微信号" in translate_error(plan.errors[0])


def test_what_is_there_already_is_named(mine):
    import_posts(mine, table(GOOD), sends=True)

    plan = plan_posts(mine, table(GOOD), sends=True)

    assert [error.values["column"] for error in plan.errors] == ["标题"]


def test_nodes_and_classes_are_named_as_people_call_them(mine, board, session):
    node = make_node(session, board.cluster)
    assert plan_posts(mine, table(GOOD | {"产业链环节": "玻璃棒管"}), sends=False).rows[0].wish.node_id == node.id

    plan = plan_posts(mine, table(GOOD | {"产业链环节": "无此环节", "产品类别": "无此类别"}), sends=False)

    assert [error.values["column"] for error in plan.errors] == ["产品类别", "产业链环节"]


def test_what_was_exported_is_read_back(mine, board, work_as):
    save_draft(mine, wish(includes_tax=True, specs=(SpecWish("外径", "6–22", "mm", "±0.1"),), keywords=("玻璃棒",)))
    save_draft(work_as(board.other_member.actor), wish())

    rows = list(exported_posts(mine))

    assert len(rows) == 1
    plan = plan_posts(mine, table(dict(zip(HEADS, rows[0][2:], strict=True))), sends=False)
    assert plan.errors == []
    assert plan.rows[0].wish.specs == (SpecWish("外径", "6–22", "mm", "±0.1"),)
    assert plan.rows[0].wish.includes_tax is True


@pytest.mark.parametrize("cell", ["外径", "=1", "外径=1[mm"])
def test_a_specification_that_is_none_is_refused(cell):
    with pytest.raises(ValueError, match=r".*"):
        specs_in(cell)


def test_only_who_posts_imports(work_as, session, board):
    analyst = make_firm(session, board.cluster, Role.ANALYST)
    for actor in (analyst.actor, board.visitor):
        with pytest.raises(NotAllowed):
            plan_posts(work_as(actor), table(GOOD), sends=False)
        with pytest.raises(NotAllowed):
            list(exported_posts(work_as(actor)))
