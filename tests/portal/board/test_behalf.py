"""The secretariat writes a post for a firm: a draft that only the firm reads, and sends in itself."""

import pytest
from sqlalchemy import select

from services.board.models.posts import Post, PostState
from services.core.audit import AuditEntry
from tests.factories.board import make_board
from tests.plumbing.reviewing import page_of, post_form

URL = "/board/desk/posts/new"
POST = {
    "type": "purchase",
    "direction": "need",
    "title": "求购高硼硅玻璃管，每月八吨",
    "body": "外径三十毫米，壁厚一点八毫米，长度一米五，分批交货，请报含税价格与交期。",
    "visibility": "public",
    "validity_days": "60",
}


@pytest.fixture
def board(session):
    made = make_board(session)
    session.commit()
    return made


@pytest.fixture
def clerk(app, board, as_person):
    return as_person(app.test_client(), board.association.person, board.association.organisation)


@pytest.fixture
def firm(app, board, as_person):
    return as_person(app.test_client(), board.member.person, board.member.organisation)


def drafts(session):
    session.rollback()
    return session.scalars(select(Post)).all()


def test_the_firm_is_found_by_a_part_of_its_name(clerk, board):
    name = board.member.organisation.name
    page = page_of(clerk.get(f"{URL}?q={name[:-1]}"))
    assert page.select_one(f'a[href="{URL}?firm={board.member.organisation.id}"]').get_text(strip=True) == name
    assert not page_of(clerk.get(URL)).select("main table")
    assert "请企业先自行注册" in page_of(clerk.get(f"{URL}?q=nowhere")).get_text()


def test_the_draft_is_the_firms_and_the_audit_log_says_who_wrote_it(clerk, firm, session, board):
    url = f"{URL}?firm={board.member.organisation.id}"
    assert post_form(clerk, url, **POST, keep="1").status_code == 303
    [post] = drafts(session)
    assert (post.state, post.organisation_id, post.entered_for) == (
        PostState.DRAFT,
        board.member.organisation.id,
        True,
    )
    entry = session.scalars(select(AuditEntry).where(AuditEntry.kind == "post.drafted")).one()
    assert (entry.person_id, entry.facts["entered_for"]) == (board.association.person.id, True)
    assert "协会已代您拟好这条信息" in page_of(firm.get(f"/board/drafts/{post.id}")).get_text()
    assert clerk.get(f"/board/drafts/{post.id}").status_code == 404


def test_a_preview_and_a_missing_headline_keep_nothing_and_lose_nothing(clerk, session, board):
    url = f"{URL}?firm={board.member.organisation.id}"
    looked = post_form(clerk, url, **POST, look="1")
    assert POST["title"] in page_of(looked).select_one("#preview").get_text()
    wrong = post_form(clerk, url, **(POST | {"title": ""}), keep="1")
    assert wrong.status_code == 400
    assert POST["body"] in page_of(wrong).find("textarea", attrs={"name": "body"}).get_text()
    assert drafts(session) == []


def test_only_a_secretariat_writes_and_only_for_firms_of_its_clusters(clerk, firm, board):
    assert firm.get(URL).status_code == 403
    for other in (board.outsider.organisation.id, board.association.organisation.id, 999_999):
        assert clerk.get(f"{URL}?firm={other}").status_code == 404
