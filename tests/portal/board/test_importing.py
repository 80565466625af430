"""Many posts from a table: looked at, told row by row what is wrong, taken in once; and one's own posts as a table."""

import csv
import io

from sqlalchemy import select

from services.board.models.posts import Post, PostState
from tests.factories.board import BODY, make_post
from tests.plumbing.reviewing import page_of, post_form

HEAD = "类型,方向,标题,详细说明,数量,单位,联系人,联系电话\n"
ROWS = (
    f"求购,需求,求购高硼硅玻璃棒Φ6–Φ22mm,{BODY},8,吨/月,王示例,13800000001\n"
    f"供应,供应,供应瓦楞纸箱五层可印刷,{BODY},500,只,王示例,13800000001\n"
)


def states(session) -> list[PostState]:
    session.rollback()
    return list(session.scalars(select(Post.state).order_by(Post.id)))


def test_a_table_is_looked_at_and_then_taken_in_as_drafts(browser, session):
    client = browser("member")

    looked = post_form(client, "/board/import", table=HEAD + ROWS, step="look")
    assert looked.status_code == 200
    assert "供应瓦楞纸箱五层可印刷" in page_of(looked).select("table")[-1].get_text()
    assert states(session) == []

    form = page_of(looked).select_one("main form")
    sent = {one["name"]: one.get("value", "") for one in form.select("input[type=hidden]")}
    data = sent | {"table": HEAD + ROWS, "step": "apply"}
    first, again = client.post("/board/import", data=data), client.post("/board/import", data=data)

    assert first.location == again.location == "/board/mine?tab=drafts"
    assert states(session) == [PostState.DRAFT] * 2


def test_a_table_can_be_sent_in_as_a_file(browser, session):
    file = (io.BytesIO(("\ufeff" + HEAD + ROWS).encode()), "posts.csv")

    answer = post_form(browser("member"), "/board/import", file=file, sends="y", step="apply")

    assert answer.location == "/board/mine?tab=waiting"
    assert states(session) == [PostState.SUBMITTED] * 2


def test_what_is_wrong_is_told_row_by_row_and_nothing_is_taken_in(browser, session):
    wrong = ROWS.replace("8,吨/月", "很多,吨/月").replace("供应,供应,", "不知道,供应,")

    answer = post_form(browser("member"), "/board/import", table=HEAD + wrong, step="apply")

    told = page_of(answer).select_one(".error-summary").get_text()
    assert answer.status_code == 409
    assert all(one in told for one in ("2", "数量", "3", "类型"))
    assert page_of(answer).select_one("#table").get_text().strip() == (HEAD + wrong).strip()
    assert states(session) == []


def test_no_table_at_all_is_told_in_words(browser):
    assert post_form(browser("member"), "/board/import", table="随便写写", step="look").status_code == 409
    assert browser("visitor").get("/board/import").status_code == 302


def test_the_sample_can_be_taken_in_as_it_is(browser, session, board):
    board.member.person.mobile = "13800000001"
    session.commit()
    client = browser("member")
    table = client.get("/board/import/sample.csv").get_data(as_text=True).lstrip("\ufeff")

    assert post_form(client, "/board/import", table=table, sends="y", step="apply").status_code == 303


def test_ones_own_posts_leave_as_a_table_without_formulas(browser, session, board):
    make_post(session, board.member, board.association, title="=HYPERLINK(1)求购玻璃棒")
    make_post(session, board.other_member, board.association, title="别家公司的一条信息")
    session.commit()

    answer = browser("member").get("/board/mine.csv")
    rows = list(csv.reader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff"))))

    assert answer.mimetype == "text/csv"
    assert len(rows) == 2
    assert "'=HYPERLINK(1)求购玻璃棒" in rows[1]
