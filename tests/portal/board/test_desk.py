"""The review desk: the queue, deciding, taking down, reports, suspensions, words, members and figures."""

import pytest
from sqlalchemy import select

from services.board.models.posts import PostState, Visibility
from services.board.models.reviews import AbuseReason, AbuseReport, AbuseState, ForbiddenWord, PostingSuspension
from services.core import clock
from services.core.permissions import Role
from services.organisations.models import OrgKind
from tests.factories.board import make_association, make_board, make_firm, make_post
from tests.factories.catalogue import make_cluster
from tests.plumbing.reviewing import page_of, post_form

POINTS = ("direction_right", "goods_allowed", "detail_enough", "not_misleading", "no_contact", "no_brand")
PASSED = dict.fromkeys(POINTS, "y") | {"outcome": "published"}


@pytest.fixture
def board(session):
    return make_board(session)


@pytest.fixture
def waiting(session, board):
    return make_post(session, board.member, board.association, state=PostState.SUBMITTED, valid_until=None)


@pytest.fixture
def clerk(client, as_person, board):
    """The browser of the association's clerk."""
    as_person(client, board.association.person)
    return client


def again(session, row):
    """Read a row as it is after what a browser did."""
    session.rollback()
    session.refresh(row)


def titles(client, url):
    return page_of(client.get(url)).select_one("main").text


def test_the_queue_shows_what_waits_what_is_on_hold_and_what_was_published_before(clerk, session, board, waiting):
    held = make_post(session, board.member, board.association, state=PostState.SUBMITTED, state_reason="请补充")
    after = make_post(session, board.member, board.association, accepted_at=None)
    rival = make_post(session, board.outsider, None, state=PostState.SUBMITTED)
    session.commit()

    lists = {name: titles(clerk, f"/board/desk?list={name}") for name in ("waiting", "held", "afterwards", "all")}

    assert waiting.no in lists["waiting"]
    assert held.no not in lists["waiting"]
    assert held.no in lists["held"]
    assert after.no in lists["afterwards"]
    assert all(post.no in lists["all"] for post in (waiting, held, after))
    assert not any(rival.no in shown for shown in lists.values())


@pytest.mark.parametrize("url", ["/board/desk?list=all", "/board/desk/reports/decided"])
def test_lists_take_the_same_queries_whatever_their_length(clerk, session, board, counted_queries, url):
    def grow(times):
        for _ in range(times):
            post = make_post(session, board.member, board.association)
            _report(session, board, post)
        session.commit()

    def queries():
        with counted_queries() as statements:
            clerk.get(url)
        return len(statements)

    grow(2)
    few = queries()
    grow(12)
    assert queries() == few


def _report(session, board, post, **over):
    report = AbuseReport(
        post_id=post.id,
        organisation_id=board.stranger.organisation.id,
        person_id=board.stranger.person.id,
        reason=AbuseReason.FALSE,
        text="图片不是他们的",
        at=clock.now(),
        **over,
    )
    session.add(report)
    session.flush()
    return report


def test_a_post_is_published_from_the_desk(clerk, session, waiting):
    session.commit()

    answer = post_form(
        clerk, f"/board/desk/posts/{waiting.no}", action=f"/board/desk/posts/{waiting.no}/review", **PASSED
    )

    assert (answer.status_code, answer.location) == (303, "/board/desk")
    again(session, waiting)
    assert waiting.state is PostState.PUBLISHED


def test_an_incomplete_checklist_keeps_what_was_ticked_and_says_so(clerk, session, waiting):
    session.commit()
    sent = PASSED | {"no_brand": None, "score_clear": "3", "reason": "差一点"}

    answer = post_form(
        clerk, f"/board/desk/posts/{waiting.no}", action=f"/board/desk/posts/{waiting.no}/review", **sent
    )

    page = page_of(answer)
    assert answer.status_code == 409
    assert page.select_one(".error-summary")
    assert page.select_one("#review-no_contact").has_attr("checked")
    assert page.select_one("#review-reason").text.strip() == "差一点"


def test_a_decision_that_is_no_decision_is_a_wrong_form(clerk, session, waiting):
    session.commit()
    url = f"/board/desk/posts/{waiting.no}"

    answer = post_form(clerk, url, action=f"{url}/review", outcome="burn", score_clear="9", reason="x" * 301)

    assert answer.status_code == 400
    assert len(page_of(answer).select(".error-summary li")) >= 3


def test_a_decision_sent_twice_counts_once_and_a_second_clerk_is_told(clerk, app, session, board, waiting, as_person):
    session.commit()
    url = f"/board/desk/posts/{waiting.no}"
    other = app.test_client()
    as_person(other, board.association.person)
    page = page_of(other.get(url))
    fields = {
        one["name"]: one.get("value", "") for one in page.select(f'form[action="{url}/review"] input[type=hidden]')
    }

    post_form(clerk, url, action=f"{url}/review", **PASSED)
    answer = other.post(f"{url}/review", data=fields | PASSED)

    assert answer.status_code == 409


def test_a_published_post_is_taken_down_with_a_reason(clerk, session, board):
    post = make_post(session, board.member, board.association)
    session.commit()
    url = f"/board/desk/posts/{post.no}"

    assert post_form(clerk, url, action=f"{url}/take-down", reason="").status_code == 400
    assert post_form(clerk, url, action=f"{url}/take-down", reason="与事实不符").status_code == 303

    again(session, post)
    assert post.state is PostState.TAKEN_DOWN


def test_the_association_sees_who_stands_behind_an_anonymous_post(clerk, session, board):
    post = make_post(
        session, board.member, board.association, state=PostState.SUBMITTED, visibility=Visibility.ANONYMOUS
    )
    session.commit()

    assert board.member.organisation.name in titles(clerk, f"/board/desk/posts/{post.no}")


@pytest.mark.parametrize(("decision", "state"), [("yes", AbuseState.UPHELD), ("no", AbuseState.DISMISSED)])
def test_a_report_is_decided(clerk, session, board, decision, state):
    post = make_post(session, board.member, board.association)
    report = _report(session, board, post)
    session.commit()
    url = f"/board/desk/reports/{report.id}"
    assert "图片不是他们的" in titles(clerk, url)

    assert post_form(clerk, url, upheld="perhaps", reason="").status_code == 400
    answer = post_form(clerk, url, upheld=decision, reason="查实")

    assert (answer.status_code, answer.location) == (303, "/board/desk/reports")
    again(session, report)
    assert report.state is state
    assert post.no not in titles(clerk, "/board/desk/reports")
    assert post.no in titles(clerk, "/board/desk/reports/decided")


def test_a_suspension_is_lifted(clerk, session, board):
    day = clock.local_day(clock.now())
    suspension = PostingSuspension(
        organisation_id=board.member.organisation.id, from_on=day, until_on=day, reason="两次举报"
    )
    session.add(suspension)
    session.commit()
    url, lift = "/board/desk/suspensions", f"/board/desk/suspensions/{suspension.id}/lift"

    assert post_form(clerk, url, action=lift, reason="").status_code == 400
    assert post_form(clerk, url, action=lift, reason="申诉成立").status_code == 303

    again(session, suspension)
    assert suspension.lifted_at is not None


def test_words_of_forbidden_goods_come_and_go(clerk, session, board):
    url = "/board/desk/words"
    assert post_form(clerk, url, word="发", reason="").status_code == 400
    assert post_form(clerk, url, word="发泡餐具", reason="国家明令淘汰").status_code == 303
    again = post_form(clerk, url, word="发泡餐具", reason="又一次")
    assert again.status_code == 409
    word = session.scalars(select(ForbiddenWord)).one()
    assert word.word in titles(clerk, url)

    assert post_form(clerk, url, action=f"/board/desk/words/{word.id}/removal").status_code == 303

    session.rollback()
    assert session.scalars(select(ForbiddenWord)).all() == []


def test_figures_of_fewer_than_five_firms_are_not_shown(clerk, session, board):
    for _ in range(3):
        make_post(session, board.member, board.association)
    session.commit()
    assert "3" not in {cell.text for cell in page_of(clerk.get("/board/desk/statistics")).select(".bar-chart__text")}
    for _ in range(4):
        make_post(session, make_firm(session, board.cluster), board.association)
    session.commit()

    shown = {cell.text for cell in page_of(clerk.get("/board/desk/statistics")).select(".bar-chart__text")}

    assert "7" in shown


def test_the_department_sees_the_figures_of_all_and_nothing_else(client, as_person, session, board):
    office = make_firm(session, board.cluster, Role.GOV_OFFICER, kind=OrgKind.DEPARTMENT)
    session.commit()
    as_person(client, office.person)
    assert client.get("/board/desk/statistics").status_code == 200
    assert client.get("/board/desk").status_code == 403


def test_another_association_finds_nothing_of_ours(client, as_person, session, board, waiting):
    rival = make_association(session, make_cluster(session))
    report = _report(session, board, waiting)
    firm = board.member.organisation
    day = clock.local_day(clock.now())
    suspension = PostingSuspension(organisation_id=firm.id, from_on=day, until_on=day, reason="两次举报")
    session.add(suspension)
    session.commit()
    as_person(client, rival.person)

    assert client.get(f"/board/desk/posts/{waiting.no}").status_code == 404
    assert client.get(f"/board/desk/reports/{report.id}").status_code == 404
    for url in (
        "/board/desk?list=all",
        "/board/desk/reports/decided",
        "/board/desk/suspensions",
    ):
        page = titles(client, url)
        assert waiting.no not in page
        assert firm.name not in page
    lift = f"/board/desk/suspensions/{suspension.id}/lift"
    token = {
        one["name"]: one["value"] for one in page_of(client.get("/board/desk/words")).select("form input[type=hidden]")
    }
    assert client.post(lift, data=token | {"reason": "x"}).status_code == 404
    assert client.post(f"/board/desk/members/{firm.id}/end", data=token).status_code == 404
    assert client.post(f"/board/desk/posts/{waiting.no}/review", data=token | PASSED).status_code == 404
