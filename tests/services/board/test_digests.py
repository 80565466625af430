"""The daily digest of a firm and the alerts of saved searches: once, within rights, never with contact data."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from services.board.interest_errors import NothingToSave, TooManySearches
from services.board.models.matches import PostMatch, SavedSearch, ToldMatch
from services.board.models.posts import Direction, PostState, PostType, Visibility
from services.board.operations import digests, searches
from services.core import clock
from services.core.actor import Actor
from services.core.errors import NotAllowed, NotFound
from services.core.outbox import OutboxTask
from services.core.work import Work
from tests.factories.board import make_board, make_node, make_post
from tests.factories.interests import letters, make_interest, told, work_of

OFFER = {"type": PostType.SUPPLY, "direction": Direction.OFFER}
EIGHT = datetime(2026, 12, 1, 8, tzinfo=clock.SHANGHAI)


@pytest.fixture
def board(session):
    return make_board(session)


def worker(session, now=None):
    return Work(session, Actor.system("worker"), now or clock.now())


def matched(session, board, **over):
    """Make a need of the member with an offer of the stranger as its counterpart."""
    need = make_post(session, board.member, board.association)
    offer = make_post(session, board.stranger, board.association, **OFFER | over)
    session.add(PostMatch(post_id=need.id, other_id=offer.id, percent=70, parts={}, found_at=clock.now()))
    session.flush()
    return need, offer


def digested(session, now=None):
    digests.digest_batch(worker(session, now), after=0)
    return [
        (task.payload["person_id"], task.payload["post_ids"])
        for task in session.scalars(select(OutboxTask).where(OutboxTask.task == "mail.board_digest"))
    ]


@pytest.mark.parametrize(("hour", "begins"), [(6, False), (7, True), (23, True)])
def test_digests_begin_at_their_hour(session, hour, begins):
    digests.start_digests(worker(session, EIGHT.replace(hour=hour)))

    tasks = session.scalars(select(OutboxTask.task).order_by(OutboxTask.id)).all()
    assert tasks == (["board.digest_batch", "board.alert_batch"] if begins else [])


def test_a_firm_is_told_of_a_counterpart_once(session, board):
    _, offer = matched(session, board)

    assert digested(session) == [(board.member.person.id, [offer.id])]
    assert len(told(session, board.member)) == 1
    assert len(digested(session)) == 1
    assert len(digested(session, clock.now() + timedelta(days=1))) == 1
    assert session.scalars(select(ToldMatch.post_id)).all() == [offer.id]


def test_a_firm_is_told_at_most_once_a_day(session, board):
    matched(session, board)
    digested(session)
    _, later = matched(session, board)

    assert len(digested(session)) == 1
    assert digested(session, clock.now() + timedelta(days=1))[1] == (board.member.person.id, [later.id])


def test_a_firm_is_told_of_what_is_new_at_its_node(session, board):
    node = make_node(session, board.cluster, "成品制造")
    new = make_post(session, board.stranger, board.association, node_id=node.id)
    old = clock.now() - timedelta(days=20)
    make_post(session, board.stranger, board.association, node_id=node.id, published_at=old)

    assert digested(session) == [(board.member.person.id, [new.id])]


def test_nobody_is_told_of_what_they_may_not_read(session, board):
    node = make_node(session, board.cluster, "成品制造")
    make_post(session, board.other_member, board.association, node_id=node.id, visibility=Visibility.SELECTED)
    make_post(session, board.other_member, board.association, node_id=node.id, state=PostState.CLOSED)
    matched(session, board, visibility=Visibility.SELECTED)

    assert digested(session) == []


def test_what_the_firm_has_answered_is_no_news(session, board):
    _, offer = matched(session, board)
    make_interest(session, offer, board.member)

    assert digested(session) == []


def test_firms_are_told_in_batches(session, board, monkeypatch):
    monkeypatch.setattr(digests, "BATCH", 1)

    digests.digest_batch(worker(session), after=0)

    task = session.scalars(select(OutboxTask)).one()
    assert (task.task, set(task.payload)) == ("board.digest_batch", {"after"})


def saved(session, firm, **over):
    values = {"name": "玻璃棒", "words": "玻璃棒", "choices": {"direction": "need", "shoe-size": "42"}} | over
    return searches.save_search(work_of(session, firm), **values)


def test_a_saved_search_keeps_words_and_known_facets(session, board):
    search = saved(session, board.stranger)

    assert (search.words, search.choices, search.alerts) == ("玻璃棒", {"direction": "need"}, True)
    assert search.organisation_id == board.stranger.organisation.id


def test_a_search_for_everything_is_not_kept(session, board):
    with pytest.raises(NothingToSave):
        saved(session, board.stranger, words="", choices={"shoe-size": "42"})
    with pytest.raises(NotAllowed):
        searches.save_search(Work(session, board.visitor, clock.now()), name="a", words="b", choices={})


def test_a_person_keeps_so_many_searches(session, board, monkeypatch):
    monkeypatch.setattr(searches, "MOST_SEARCHES", 1)
    saved(session, board.stranger)
    with pytest.raises(TooManySearches):
        saved(session, board.stranger)
    saved(session, board.member)


def test_searches_of_others_do_not_exist(session, board):
    search = saved(session, board.stranger)
    session.flush()
    with pytest.raises(NotFound):
        searches.delete_search(work_of(session, board.member), search.id)
    with pytest.raises(NotFound):
        searches.set_alerts(work_of(session, board.member), search.id, alerts=False)

    searches.delete_search(work_of(session, board.stranger), search.id)
    session.flush()
    assert session.scalars(select(SavedSearch)).all() == []


def alerted(session, now):
    digests.alert_batch(worker(session, now), after=0)
    tasks = session.scalars(select(OutboxTask).where(OutboxTask.task == "mail.board_alerts").order_by(OutboxTask.id))
    return [task.payload["post_ids"] for task in tasks]


def test_an_alert_tells_what_was_published_since_and_may_be_read(session, board):
    make_post(
        session, board.member, board.association, title="求购玻璃棒旧信息", published_at=clock.now() - timedelta(1)
    )
    saved(session, board.stranger)
    soon, tomorrow = clock.now() + timedelta(minutes=1), clock.now() + timedelta(days=1)
    new = make_post(session, board.member, board.association, title="求购玻璃棒新信息", published_at=soon)
    make_post(
        session,
        board.member,
        board.association,
        title="求购玻璃棒仅会员",
        published_at=soon,
        visibility=Visibility.MEMBERS,
    )

    assert alerted(session, clock.now() + timedelta(minutes=2)) == []  # once a day
    assert alerted(session, tomorrow) == [[new.id]]
    assert alerted(session, tomorrow + timedelta(days=1)) == [[new.id]]
    assert len(told(session, board.stranger)) == 1


def test_without_alerts_nothing_is_told_and_nothing_is_told_late(session, board):
    search = saved(session, board.stranger, alerts=False)
    make_post(session, board.member, board.association, title="求购玻璃棒新信息")
    session.flush()
    tomorrow = clock.now() + timedelta(days=1)
    assert alerted(session, tomorrow) == []

    searches.set_alerts(Work(session, board.stranger.actor, tomorrow), search.id, alerts=True)

    assert alerted(session, tomorrow + timedelta(days=1)) == []


def test_digests_promise_no_letter_of_another_kind(session, board):
    matched(session, board)
    digested(session)

    assert {name for name, _ in letters(session)} == {"mail.board_digest"}
