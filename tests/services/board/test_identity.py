"""An anonymous text does not tell its firm by the telling part of the name, and keeps no code of its trade."""

import pytest

from services.board.errors import AnonymousTooLate, TextRefused
from services.board.models.posts import PostState, Visibility
from services.board.operations import posts
from services.board.operations.texts import text_faults
from services.board.rules.identity import telling_names
from services.board.rules.wishes import SpecWish
from services.organisations.rules import name_key
from services.search.mappings.posts import POSTS
from tests.factories.board import make_post, wish

PLACES = ("江苏省", "扬州市", "宝应县", "小官庄镇")
HIDDEN = Visibility.ANONYMOUS


@pytest.fixture
def firm(board, session):
    firm = board.member.organisation
    firm.name, firm.short_name = "示例·方盒纸箱包装有限公司", "示例·方盒纸箱"
    firm.name_key = name_key(firm.name)
    session.flush()
    return firm


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("示例·方盒纸箱包装有限公司", "方盒"),
        ("示例·远帆进出口有限公司", "远帆"),
        ("示例·远帆工艺品进出口有限公司（演示）", "远帆"),
        ("宝应县小官庄镇远帆玻璃厂", "远帆"),
        ("江苏远帆股份有限公司", "远帆"),
        ("扬州市远帆集团", "远帆"),
        ("示例·小巧灯工玻璃工作室", "小巧"),
        ("示例·田联蔬菜农民专业合作社", "田联"),
        ("远帆（宝应）商贸有限公司", "远帆"),
        ("示例·方盒 纸箱包装 有限公司", "方盒"),
    ],
)
def test_a_name_is_told_by_what_is_neither_place_nor_trade_nor_form(name, known):
    assert telling_names([name_key(name)], PLACES) == [known]


@pytest.mark.parametrize("name", ["宝应玻璃厂", "示例·橡塑密封件厂", "江苏省", "示例·有限公司", "", "示"])
def test_a_name_of_trade_and_place_alone_tells_nobody(name):
    assert telling_names([name_key(name)], PLACES) == []


def test_an_unlisted_trade_does_not_hide_the_name():
    assert telling_names([name_key("示例·鸿图体育有限公司")], PLACES) == ["鸿图体育", "鸿图"]


@pytest.mark.parametrize(
    ("field", "over"),
    [
        ("title", {"title": "方盒求购瓦楞原纸，每月八吨"}),
        ("body", {"body": "用于方 盒外箱，要求平整无破损，含水率合格，每批附检验单，按月交付并可先送样品一份。"}),
        ("body", {"body": "用于方　 · 盒外箱，要求平整无破损，含水率合格，每批附检验单，按月交付并可先送样品。"}),
        ("keywords", {"keywords": ("纸箱", "方_盒")}),
        ("place", {"place": "方盒仓库"}),
        ("payment_terms", {"payment_terms": "货到方盒后付款"}),
        ("standard_text", {"standard_text": "按方盒企业标准"}),
        ("working_hours", {"working_hours": "随方盒作息"}),
        ("specs", {"specs": (SpecWish("印字", "方盒", "", ""),)}),
    ],
)
def test_the_name_is_found_in_every_text_and_its_place_is_marked(session, firm, field, over):
    faults = text_faults(session, firm, wish(visibility=HIDDEN, **over))

    assert [(type(fault), fault.field) for fault in faults] == [(TextRefused, field)]
    (place,) = faults[0].findings
    assert (place.shown[0], place.shown[-1]) == ("方", "盒")
    assert text_faults(session, firm, wish(**over)) == []


def test_full_width_makes_no_difference(session, firm):
    firm.name = "示例·Fangbox纸箱包装有限公司"

    faults = text_faults(session, firm, wish(visibility=HIDDEN, title="求购ＦＡＮＧＢＯＸ同款瓦楞原纸"))

    assert [one.shown for fault in faults for one in fault.findings] == ["ＦＡＮＧＢＯＸ"]


def test_an_anonymous_post_keeps_no_industry_code_and_none_is_indexed(work_as, board, session):
    post = posts.save_draft(work_as(board.member.actor), wish(visibility=HIDDEN, industry_code="2231"))
    named = posts.save_draft(work_as(board.member.actor), wish(industry_code="2231"))
    old = make_post(session, board.member, board.association, visibility=HIDDEN, industry_code="2231")

    assert (post.industry_code, named.industry_code) == ("", "2231")
    (document,) = POSTS.documents(session, [old.id], old.published_at.date())
    assert "2231" not in str((document.title, document.body, document.keywords, document.facets))


def test_what_was_read_with_the_name_does_not_become_anonymous(work_as, board, session):
    work = work_as(board.member.actor)
    post = make_post(session, board.member, board.association)

    with pytest.raises(AnonymousTooLate):
        posts.edit_published(work, post.id, wish(visibility=HIDDEN))
    posts.edit_published(work, post.id, wish(title="求购高硼硅玻璃棒Φ6–Φ30mm"))
    posts.withdraw(work, post.id)
    with pytest.raises(AnonymousTooLate):
        posts.save_draft(work, wish(visibility=HIDDEN), post.id)


def test_an_anonymous_post_stays_anonymous_when_it_is_changed(work_as, board, session):
    post = make_post(session, board.member, board.association, visibility=HIDDEN)

    posts.edit_published(work_as(board.member.actor), post.id, wish(visibility=HIDDEN))

    assert (post.state, post.visibility) == (PostState.SUBMITTED, HIDDEN)
