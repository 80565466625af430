"""Letters of the board: each to its reader, in both languages, without contacts and without anonymous firms."""

import pytest
from sqlalchemy import select

from services.board.models.interests import InterestState
from services.board.models.posts import Visibility
from services.board.models.reviews import PostingSuspension
from services.board.operations.searches import save_search
from services.core import clock
from services.core.outbox import OutboxTask
from services.mail.board import (
    ABOUT_INTERESTS,
    ABOUT_POSTS,
    DUE,
    REASONED,
    about_interest,
    about_post,
    alerts,
    digest,
    promise_suspension,
)
from services.mail.composing import LETTERS
from services.mail.rendering import render
from tests.factories.board import make_board, make_post
from tests.factories.interests import make_interest, work_of


@pytest.fixture
def board(session):
    return make_board(session)


def words_of(letter):
    assert letter is not None
    made = render(letter, site_name="平台", base_url="http://localhost")
    return made.subject, made.text, made.html


@pytest.mark.parametrize("locale", ["zh_Hans_CN", "en"])
def test_each_letter_about_an_interest_leads_to_it(session, board, locale):
    board.member.person.locale = locale
    post = make_post(session, board.member, board.association, visibility=Visibility.ANONYMOUS)
    interest = make_interest(session, post, board.stranger, state_reason="规格不符")
    for name in ABOUT_INTERESTS:
        subject, *bodies = words_of(
            about_interest(name, session, interest_id=interest.id, person_id=board.member.person.id)
        )
        for text in bodies:
            assert interest.no in text, name
            assert f"http://localhost/board/interests/{interest.no}" in text, name
            assert ("规格不符" in text) == (name in REASONED), name
            assert (interest.answer_due_on.isoformat() in text) == (name in DUE), name
            for secret in (
                post.contact_phone,
                interest.contact_phone,
                board.member.organisation.name,
                board.stranger.organisation.name,
            ):
                assert secret not in subject + text, name


@pytest.mark.parametrize("locale", ["zh_Hans_CN", "en"])
def test_each_letter_about_a_post_leads_to_it(session, board, locale):
    board.member.person.locale = locale
    post = make_post(session, board.member, board.association, state_reason="请补充交货时间")
    for name in ABOUT_POSTS:
        subject, *bodies = words_of(about_post(name, session, post_id=post.id))
        for text in bodies:
            assert f"http://localhost/board/{post.no}" in text, name
            assert ("请补充交货时间" in text) == (name in REASONED), name
            assert post.contact_phone not in subject + text


def test_an_answered_interest_is_not_announced_any_more(session, board):
    post = make_post(session, board.member, board.association)
    interest = make_interest(session, post, board.stranger, state=InterestState.EXCHANGED)

    ids = {"interest_id": interest.id, "person_id": board.member.person.id}
    assert about_interest("interest_received", session, **ids) is None


def test_the_digest_lists_what_may_be_read_without_anonymous_firms(session, board):
    hidden = make_post(
        session, board.other_member, board.association, visibility=Visibility.ANONYMOUS, title="匿名求购玻璃棒一批"
    )
    closed = make_post(session, board.other_member, board.association, visibility=Visibility.SELECTED, title="定向信息")
    firm = {"organisation_id": board.stranger.organisation.id, "person_id": board.stranger.person.id}

    _, text, html = words_of(digest(session, post_ids=[hidden.id, closed.id], **firm))

    for words in (text, html):
        assert "匿名求购玻璃棒一批" in words
        assert board.association.organisation.label in words
        assert board.other_member.organisation.name not in words
        assert "定向信息" not in words
    assert digest(session, post_ids=[closed.id], **firm) is None


def test_alerts_of_a_search_that_is_gone_are_not_sent(session, board):
    post = make_post(session, board.member, board.association)
    search = save_search(work_of(session, board.stranger), name="玻璃棒<b>", words="玻璃棒", choices={})
    session.flush()

    _, text, html = words_of(alerts(session, search_id=search.id, post_ids=[post.id]))

    assert "玻璃棒<b>" in text
    assert "<b>”" not in html
    assert alerts(session, search_id=10**6, post_ids=[post.id]) is None


def test_everybody_who_posts_for_a_suspended_firm_learns_until_when(session, board, work):
    today = clock.local_day(clock.now())
    firm = board.member.organisation.id
    suspension = PostingSuspension(organisation_id=firm, from_on=today, until_on=today, reason="两次举报成立")
    session.add(suspension)
    session.flush()

    promise_suspension(work, suspension_id=suspension.id)

    task = session.scalars(select(OutboxTask)).one()
    assert task.payload["person_id"] == board.member.person.id
    _, text, _ = words_of(LETTERS[task.task](session, **task.payload))
    assert today.isoformat() in text
    assert "两次举报成立" in text


def test_every_letter_is_known_to_the_worker():
    names = {f"mail.{name}" for name in (*ABOUT_INTERESTS, *ABOUT_POSTS, "board_digest", "board_alerts")}

    assert names <= set(LETTERS)
