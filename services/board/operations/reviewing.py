"""The association reviews posts before they are read, or after for pre-approved firms (domain.md F07)."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import select

from services.board.errors import (
    ChecklistIncomplete,
    HeldAlready,
    ReasonMissing,
    ScoresForbid,
    ScoresIncomplete,
    WordKnown,
)
from services.board.models.posts import Post, PostState
from services.board.models.reviews import ForbiddenWord, PostReview, ReviewOutcome
from services.board.operations.publishing import go_public
from services.board.operations.steps import post_of_association, step, tell_poster
from services.board.rules.reviewing import ALLOWED, MOST_POINTS, Checklist, Scores, leads_to
from services.board.rules.states import POST_NAMES
from services.core.errors import ChangedMeanwhile, NotFound, WrongState
from services.core.insertion import insert_unless_taken
from services.core.messages import N_
from services.core.permissions import Permission
from services.core.work import Work

_SCORES = 4


@dataclass(frozen=True)
class Decision:
    """What a reviewer decides about one version of a post."""

    version: int
    outcome: ReviewOutcome
    checklist: Checklist
    scores: Scores = field(default_factory=Scores)
    reason: str = ""


def review(work: Work, post_id: int, decision: Decision) -> PostReview:
    """Decide about the version of a post that the reviewer has read; its firm is told.

    A post in the queue is published, held there or returned; one that a pre-approved firm published is confirmed or
    returned. Raises ChangedMeanwhile when another version stands there now.
    """
    post = post_of_association(work, post_id)
    if post.version != decision.version:
        raise ChangedMeanwhile
    is_published = post.state is PostState.PUBLISHED and post.accepted_at is None
    if post.state is not PostState.SUBMITTED and not is_published:
        raise WrongState(state=POST_NAMES[post.state])
    _refuse_unsound(decision)
    _refuse_repeated_hold(work, post, decision)
    made = _keep(work, post, decision)
    if decision.outcome is ReviewOutcome.PUBLISHED:
        _accept(work, post, "confirm" if is_published else "publish")
    elif decision.outcome is ReviewOutcome.HELD and not is_published:
        step(work, post, "hold", reason=decision.reason)
    elif decision.outcome is ReviewOutcome.RETURNED:
        _send_back(work, post, decision.reason)
    else:
        raise WrongState(state=POST_NAMES[post.state])  # what is read already cannot be held
    return made


def take_down(work: Work, post_id: int, *, reason: str) -> Post:
    """Take a post off the board for good; its firm is told why."""
    post = post_of_association(work, post_id)
    if not reason.strip():
        raise ReasonMissing
    step(work, post, "take_down", reason=reason)
    tell_poster(work, post, "post_taken_down", N_("Post %(no)s “%(title)s” was taken down: %(reason)s"), reason=reason)
    return post


def add_word(work: Work, word: str, reason: str) -> None:
    """Put a word of goods that may not be traded on the list. Raises WordKnown."""
    work.require(Permission.POST_REVIEW)
    if not insert_unless_taken(work.session, ForbiddenWord, word=word, reason=reason):
        raise WordKnown
    added = work.session.scalars(select(ForbiddenWord).where(ForbiddenWord.word == word)).one()
    work.record("forbidden_word.added", added, word=word, reason=reason)


def remove_word(work: Work, word_id: int) -> None:
    """Take a word off the list again."""
    work.require(Permission.POST_REVIEW)
    word = work.session.get(ForbiddenWord, word_id, with_for_update=True)
    if word is None:
        raise NotFound
    work.record("forbidden_word.removed", word, word=word.word)
    work.session.delete(word)


def _refuse_unsound(decision: Decision) -> None:
    """Raise when the decision does not follow from the checklist and the scores."""
    given = decision.scores.given
    if given and (len(given) != _SCORES or not all(0 <= score <= MOST_POINTS for score in given)):
        raise ScoresIncomplete
    if decision.outcome is not ReviewOutcome.PUBLISHED and not decision.reason.strip():
        raise ReasonMissing
    if decision.outcome is ReviewOutcome.PUBLISHED and not decision.checklist.is_complete:
        raise ChecklistIncomplete
    if given and decision.outcome not in ALLOWED[leads_to(given)]:
        raise ScoresForbid(total=sum(given))


def _refuse_repeated_hold(work: Work, post: Post, decision: Decision) -> None:
    statement = (
        select(PostReview.outcome)
        .where(PostReview.post_id == post.id, PostReview.post_version == post.version)
        .order_by(PostReview.id.desc())
        .limit(1)
    )
    if decision.outcome is ReviewOutcome.HELD and work.session.scalar(statement) is ReviewOutcome.HELD:
        raise HeldAlready


def _keep(work: Work, post: Post, decision: Decision) -> PostReview:
    """Keep the decision; nothing changes it later."""
    points, scores = decision.checklist, decision.scores
    made = PostReview(
        post_id=post.id,
        post_version=post.version,
        reviewer_id=work.actor.person_id,
        at=work.now,
        outcome=decision.outcome,
        direction_right=points.direction_right,
        goods_allowed=points.goods_allowed,
        detail_enough=points.detail_enough,
        not_misleading=points.not_misleading,
        no_contact=points.no_contact,
        no_brand=points.no_brand,
        score_clear=scores.clear,
        score_feasible=scores.feasible,
        score_useful=scores.useful,
        score_serious=scores.serious,
        reason=decision.reason,
    )
    work.session.add(made)
    return made


def _accept(work: Work, post: Post, name: str) -> None:
    post.accepted_at, post.review_due_on = work.now, None
    if name == "confirm":
        step(work, post, name)
        return
    go_public(work, post, name)
    tell_poster(work, post, "post_published", N_("Post %(no)s “%(title)s” is published."))


def _send_back(work: Work, post: Post, reason: str) -> None:
    post.review_due_on = None
    step(work, post, "return", reason=reason)
    tell_poster(work, post, "post_returned", N_("Post %(no)s “%(title)s” was returned: %(reason)s"), reason=reason)
