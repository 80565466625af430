"""The association reviews posts: the checklist, the scores, one decision at a time, and who may decide."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from services.board.errors import (
    ChecklistIncomplete,
    HeldAlready,
    ReasonMissing,
    ScoresForbid,
    ScoresIncomplete,
    WordKnown,
)
from services.board.models.posts import PostEvent, PostState
from services.board.models.reviews import ForbiddenWord, PostReview, ReviewOutcome
from services.board.operations import posts, reviewing
from services.board.operations.reviewing import Decision, review
from services.board.rules.reviewing import Checklist, Scores, leads_to
from services.core.errors import ChangedMeanwhile, NotAllowed, NotFound, WrongState
from services.core.notices import Notification
from services.core.outbox import OutboxTask
from services.core.permissions import Role
from services.organisations.models import OrgKind
from tests.factories.board import make_association, make_firm, make_post
from tests.factories.catalogue import make_cluster

GOOD = Checklist(*[True] * 6)
PUBLISH = Decision(1, ReviewOutcome.PUBLISHED, GOOD)
HOLD = Decision(1, ReviewOutcome.HELD, GOOD, reason="请补充图纸")
RETURN = Decision(1, ReviewOutcome.RETURNED, Checklist(), reason="请补充交货时间")


@pytest.fixture
def waiting(session, board):
    return make_post(session, board.member, board.association, state=PostState.SUBMITTED, valid_until=None)


@pytest.fixture
def desk(work_as, board):
    return work_as(board.association.actor)


@pytest.mark.parametrize(
    ("scores", "outcome"),
    [
        ((3, 3, 2, 2), ReviewOutcome.PUBLISHED),
        ((3, 3, 2, 1), ReviewOutcome.HELD),
        ((5, 5, 5, 0), ReviewOutcome.HELD),
        ((2, 1, 1, 1), ReviewOutcome.HELD),
        ((1, 1, 1, 1), ReviewOutcome.RETURNED),
        ((4, 0, 0, 0), ReviewOutcome.RETURNED),
    ],
)
def test_what_the_scores_lead_to(scores, outcome):
    assert leads_to(scores) is outcome


def test_a_post_that_passes_is_published_and_its_firm_told(desk, waiting, board, session):
    review(desk, waiting.id, PUBLISH)

    assert (waiting.state, waiting.accepted_at, waiting.published_at) == (PostState.PUBLISHED, desk.now, desk.now)
    assert (waiting.valid_until - desk.today).days == 60
    assert waiting.review_due_on is None
    assert session.scalars(select(Notification.person_id)).all() == [board.member.person.id]
    tasks = set(session.scalars(select(OutboxTask.task)))
    assert tasks == {"search.refresh", "board.match", "mail.post_published"}
    kept = session.scalars(select(PostReview)).one()
    assert (kept.post_version, kept.outcome, kept.no_brand) == (1, ReviewOutcome.PUBLISHED, True)


def test_a_held_post_stays_in_the_queue_and_can_be_published_later(desk, waiting):
    review(desk, waiting.id, HOLD)
    assert (waiting.state, waiting.state_reason) == (PostState.SUBMITTED, "请补充图纸")
    with pytest.raises(HeldAlready):
        review(desk, waiting.id, HOLD)

    review(desk, waiting.id, PUBLISH)

    assert waiting.state is PostState.PUBLISHED


def test_a_returned_post_can_be_mended_and_sent_in_again(desk, waiting, board, work_as):
    review(desk, waiting.id, RETURN)

    assert (waiting.state, waiting.state_reason) == (PostState.RETURNED, "请补充交货时间")
    posts.submit(work_as(board.member.actor), waiting.id)
    assert waiting.state is PostState.SUBMITTED


def test_a_post_published_at_once_is_confirmed_or_returned_afterwards(desk, board, session):
    first, second = (make_post(session, board.member, board.association, accepted_at=None) for _ in range(2))

    review(desk, first.id, PUBLISH)
    review(desk, second.id, RETURN)

    assert (first.state, first.accepted_at) == (PostState.PUBLISHED, desk.now)
    assert second.state is PostState.RETURNED
    with pytest.raises(WrongState):
        review(desk, first.id, PUBLISH)


def test_what_is_read_already_cannot_be_held(desk, board, session):
    post = make_post(session, board.member, board.association, accepted_at=None)

    with pytest.raises(WrongState):
        review(desk, post.id, HOLD)


@pytest.mark.parametrize(
    ("decision", "error"),
    [
        (replace(PUBLISH, checklist=replace(GOOD, no_contact=False)), ChecklistIncomplete),
        (replace(PUBLISH, scores=Scores(3, 3, 2, 1)), ScoresForbid),
        (replace(PUBLISH, scores=Scores(5, 5, 5, 0)), ScoresForbid),
        (replace(HOLD, scores=Scores(1, 1, 1, 1)), ScoresForbid),
        (replace(PUBLISH, scores=Scores(3, 3, 3)), ScoresIncomplete),
        (replace(PUBLISH, scores=Scores(3, 3, 3, 6)), ScoresIncomplete),
        (replace(RETURN, reason=" "), ReasonMissing),
        (replace(HOLD, reason=""), ReasonMissing),
        (replace(PUBLISH, version=2), ChangedMeanwhile),
    ],
)
def test_a_decision_follows_from_checklist_and_scores(desk, waiting, session, decision, error):
    with pytest.raises(error):
        review(desk, waiting.id, decision)

    assert session.scalars(select(PostReview)).all() == []


def test_a_reviewer_may_be_stricter_than_the_scores(desk, waiting):
    review(desk, waiting.id, replace(RETURN, scores=Scores(5, 5, 5, 5)))

    assert waiting.state is PostState.RETURNED


def test_each_association_reviews_its_own_and_the_operator_what_has_none(work_as, board, session, waiting):
    rival = make_association(session, make_cluster(session))
    operator = make_firm(session, None, Role.SYSADMIN, kind=OrgKind.OPERATOR)
    orphan = make_post(session, board.outsider, None, state=PostState.SUBMITTED)

    with pytest.raises(NotFound):
        review(work_as(rival.actor), waiting.id, PUBLISH)
    with pytest.raises(NotFound):
        review(work_as(operator.actor), waiting.id, PUBLISH)
    with pytest.raises(NotFound):
        review(work_as(board.association.actor), orphan.id, PUBLISH)
    with pytest.raises(NotAllowed):
        review(work_as(board.member.actor), waiting.id, PUBLISH)
    review(work_as(operator.actor), orphan.id, PUBLISH)
    assert orphan.state is PostState.PUBLISHED


def test_drafts_do_not_exist_for_a_reviewer(desk, board, session):
    draft = make_post(session, board.member, board.association, state=PostState.DRAFT)

    with pytest.raises(NotFound):
        review(desk, draft.id, PUBLISH)


def test_a_post_is_taken_down_with_a_reason(desk, board, session):
    post = make_post(session, board.member, board.association)
    with pytest.raises(ReasonMissing):
        reviewing.take_down(desk, post.id, reason=" ")

    reviewing.take_down(desk, post.id, reason="与事实不符")

    assert (post.state, post.state_reason) == (PostState.TAKEN_DOWN, "与事实不符")
    with pytest.raises(WrongState):
        reviewing.take_down(desk, post.id, reason="再次")


def test_words_of_forbidden_goods_are_kept_once(desk, work_as, board, session):
    reviewing.add_word(desk, "发泡餐具", "国家明令淘汰")
    with pytest.raises(WordKnown):
        reviewing.add_word(desk, "发泡餐具", "又一次")
    word = session.scalars(select(ForbiddenWord)).one()
    with pytest.raises(NotAllowed):
        reviewing.remove_word(work_as(board.member.actor), word.id)

    reviewing.remove_word(desk, word.id)

    with pytest.raises(NotFound):
        reviewing.remove_word(desk, word.id)


@pytest.mark.race
def test_of_two_clerks_who_decide_at_once_one_counts(session, board, waiting, race):
    post_id = waiting.id
    session.commit()
    clerk = board.association.actor

    outcome = race(
        (clerk, lambda work: review(work, post_id, PUBLISH)), (clerk, lambda work: review(work, post_id, RETURN))
    )

    assert outcome == ["WrongState", "done"]
    assert len(session.scalars(select(PostReview)).all()) == 1


@pytest.mark.race
def test_of_a_review_and_a_withdrawal_at_once_one_counts(session, board, waiting, race, race_rounds):
    session.commit()
    post_id = waiting.id

    for _ in range(race_rounds):
        session.refresh(waiting)
        waiting.state = PostState.SUBMITTED
        session.commit()
        outcome = race(
            (board.association.actor, lambda work: review(work, post_id, PUBLISH)),
            (board.member.actor, lambda work: posts.withdraw(work, post_id)),
        )
        assert outcome in (["WrongState", "done"], ["NotFound", "done"])  # a draft does not exist for the reviewer
        session.refresh(waiting)
        last = session.scalars(select(PostEvent.kind).order_by(PostEvent.id.desc()).limit(1)).one()
        assert waiting.state is (PostState.PUBLISHED if last == "publish" else PostState.DRAFT)
