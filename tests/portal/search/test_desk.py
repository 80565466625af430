"""Synonyms and the state of the index: what the platform's administrator does with the search."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from services.core import clock
from services.core.audit import AuditEntry
from services.core.outbox import REBUILD, OutboxTask
from services.core.permissions import Role
from services.organisations.models import OrgKind
from services.search.models import SynonymGroup, SynonymTerm
from tests.factories.board import make_board, make_firm, make_post
from tests.factories.search import build_index
from tests.plumbing.pages import as_person
from tests.plumbing.reviewing import page_of, post_form


@pytest.fixture
def admin(client, session):
    operator = make_firm(session, role=Role.SYSADMIN, kind=OrgKind.OPERATOR)
    return as_person(client, operator.person, operator.organisation)


def terms(session) -> list[str]:
    session.rollback()
    return list(session.scalars(select(SynonymTerm.term).order_by(SynonymTerm.group_id, SynonymTerm.position)))


def test_a_group_is_entered_and_found_by_at_once(app, admin, session):
    post = make_post(session, make_board(session).member, title="求购玻璃棒八吨")
    build_index(app, session)

    response = post_form(admin, "/search/synonyms/new", terms="料棒棒，玻璃棒", note="灯工师傅的叫法")

    assert response.location == "/search/synonyms"
    assert terms(session) == ["料棒棒", "玻璃棒"]
    assert "料棒棒、玻璃棒" in page_of(admin.get("/search/synonyms?q=料棒")).select_one("main table").text
    assert post.title in page_of(admin.get("/search?q=料棒棒&kind=post")).select_one(".hits").text
    assert "synonyms.saved" in session.scalars(select(AuditEntry.kind)).all()


@pytest.mark.parametrize(
    "typed",
    ["", "玻璃棒", "玻璃棒 玻璃棒", "棒", " ".join(f"词语{n}号" for n in range(9)), "太" * 121, "玻\u0000璃 棒材"],
)
def test_an_impossible_group_is_refused_and_kept_in_the_form(admin, session, typed):
    response = post_form(admin, "/search/synonyms/new", terms=typed)
    page = page_of(response)
    assert response.status_code in {400, 409}
    assert page.select_one("#terms-notes .field__error")
    assert terms(session) == []


def test_a_word_stands_in_one_group_only(admin, session):
    post_form(admin, "/search/synonyms/new", terms="料棒 玻璃棒")
    response = post_form(admin, "/search/synonyms/new", terms="料棒 圆棒")
    assert response.status_code == 409
    assert "料棒" in page_of(response).select_one("#terms-notes .field__error").text


def test_two_who_change_a_group_see_each_others_words(admin, session):
    post_form(admin, "/search/synonyms/new", terms="料棒 玻璃棒")
    group = session.scalars(select(SynonymGroup)).one()
    address = f"/search/synonyms/{group.id}"
    assert post_form(admin, address, terms="料棒 玻璃棒 圆棒").status_code == 303

    response = post_form(admin, address, terms="料棒 灯工棒", version="1")

    assert response.status_code == 409
    assert "料棒、玻璃棒、圆棒" in page_of(response).text
    assert "料棒 灯工棒" in page_of(response).select_one("#terms")["value"]


def test_a_group_is_removed_once(admin, session):
    post_form(admin, "/search/synonyms/new", terms="料棒 玻璃棒")
    group = session.scalars(select(SynonymGroup)).one()
    page = f"/search/synonyms/{group.id}"
    address = f"{page}/removal"
    fields = {
        one["name"]: one["value"]
        for one in page_of(admin.get("/search/synonyms")).select("main form[method=post] input")
    }
    assert admin.post(address, data=fields).location == "/search/synonyms"
    assert terms(session) == []
    assert admin.post(address, data=fields).location == "/search/synonyms"
    assert admin.get(page).status_code == 404


def test_the_index_page_tells_how_the_index_stands_and_asks_for_a_rebuild(app, admin, session):
    page = page_of(admin.get("/search/index"))
    assert page.select_one("main .notice--warning")

    make_post(session, make_board(session).member)
    assert build_index(app, session) > 0
    page = page_of(admin.get("/search/index"))
    assert page.select_one("main .notice--success")
    assert not page.select("[data-look-again]")

    assert post_form(admin, "/search/index", action="/search/index/rebuild").location == "/search/index"
    assert session.scalars(select(OutboxTask.task)).all() == [REBUILD]
    assert page_of(admin.get("/search/index")).select_one("[data-look-again]")

    session.scalars(select(OutboxTask)).one().created_at = clock.now() - timedelta(minutes=2)
    session.commit()
    assert page_of(admin.get("/search/index")).select_one("main .notice--warning")


def test_others_have_no_business_here(client, session):
    firm = make_board(session).member
    as_person(client, firm.person, firm.organisation)
    for address in ("/search/synonyms", "/search/synonyms/new", "/search/synonyms/1", "/search/index"):
        assert client.get(address).status_code == 403
