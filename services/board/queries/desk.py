"""What the reviewers of posts see: the queue, decisions, reports of abuse, suspensions, words of forbidden goods."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from services.board.models.posts import Post, PostState
from services.board.models.reviews import AbuseReport, AbuseState, ForbiddenWord, PostingSuspension, PostReview
from services.board.queries.posts import CARD
from services.board.queries.visibility import Reader
from services.core.errors import NotFound
from services.organisations.models import ClusterOrganisation, Organisation, OrgKind

MOST_REVIEWS = 50
MOST_WORDS = 500


class Queue(StrEnum):
    """The lists of the desk."""

    WAITING = "waiting"
    HELD = "held"
    AFTERWARDS = "afterwards"
    ALL = "all"


def reviewed_by(reader: Reader) -> ColumnElement[bool]:
    """Return the condition on Post of what the reader reviews; drafts are nobody's business but the firm's."""
    ways: list[ColumnElement[bool]] = []
    if reader.associations:
        ways.append(Post.association_id.in_(sorted(reader.associations)))
    if reader.reviews_for_nobody:
        ways.append(Post.association_id.is_(None))
    return and_(Post.state != PostState.DRAFT, or_(false(), *ways))


_SUBMITTED = Post.state == PostState.SUBMITTED
_QUEUES: dict[Queue, ColumnElement[bool]] = {
    Queue.WAITING: and_(_SUBMITTED, Post.state_reason == ""),
    Queue.HELD: and_(_SUBMITTED, Post.state_reason != ""),
    Queue.AFTERWARDS: and_(Post.state == PostState.PUBLISHED, Post.accepted_at.is_(None)),
    Queue.ALL: Post.state != PostState.DRAFT,
}


def queue(reader: Reader, which: Queue) -> Select[Post]:
    """Select what is in a list of the desk: what is due first at the top; of all posts, the latest."""
    statement = select(Post).options(*CARD).where(reviewed_by(reader), _QUEUES[which])
    if which is Queue.ALL:
        return statement.order_by(Post.state_at.desc(), Post.id.desc())
    return statement.order_by(Post.review_due_on, Post.submitted_at, Post.id)


def queue_counts(session: Session, reader: Reader) -> dict[Queue, int]:
    """Return how many posts are in each list that waits for somebody."""
    wanted = [which for which in Queue if which is not Queue.ALL]
    counts = [func.count().filter(_QUEUES[which]) for which in wanted]
    row = session.execute(select(*counts).select_from(Post).where(reviewed_by(reader))).one()
    return dict(zip(wanted, row, strict=True))


def desk_post(session: Session, reader: Reader, no: str) -> Post:
    """Return a post to whoever reviews it. Raises NotFound."""
    statement = (
        select(Post)
        .options(*CARD, selectinload(Post.specs), selectinload(Post.targets), joinedload(Post.posted_by))
        .where(Post.no == no, reviewed_by(reader))
    )
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound
    return found


def reviews_of(session: Session, post: Post) -> list[PostReview]:
    """Return the decisions about a post, the latest first."""
    statement = (
        select(PostReview)
        .options(joinedload(PostReview.reviewer))
        .where(PostReview.post_id == post.id)
        .order_by(PostReview.id.desc())
        .limit(MOST_REVIEWS)
    )
    return list(session.scalars(statement))


def reports(reader: Reader, *, only_open: bool) -> Select[AbuseReport]:
    """Select the reports of abuse, the eldest open one first."""
    statement = (
        select(AbuseReport)
        .join(AbuseReport.post)
        .options(contains_eager(AbuseReport.post).joinedload(Post.organisation), joinedload(AbuseReport.organisation))
        .where(reviewed_by(reader))
    )
    if only_open:
        return statement.where(AbuseReport.state == AbuseState.OPEN).order_by(AbuseReport.at, AbuseReport.id)
    return statement.order_by(AbuseReport.at.desc(), AbuseReport.id.desc())


def desk_report(session: Session, reader: Reader, report_id: int) -> AbuseReport:
    """Return a report of abuse to whoever decides about it. Raises NotFound."""
    found = session.scalars(reports(reader, only_open=False).where(AbuseReport.id == report_id)).one_or_none()
    if found is None:
        raise NotFound
    return found


def open_reports(session: Session, reader: Reader) -> int:
    """Return how many reports wait for a decision."""
    statement = (
        select(func.count(AbuseReport.id))
        .join(AbuseReport.post)
        .where(reviewed_by(reader), AbuseReport.state == AbuseState.OPEN)
    )
    return session.scalar(statement) or 0


def suspensions(reader: Reader, day: date) -> Select[PostingSuspension, Organisation]:
    """Select the suspensions that have not ended, of firms the reader is responsible for, the latest first."""
    return (
        select(PostingSuspension, Organisation)
        .join(Organisation, Organisation.id == PostingSuspension.organisation_id)
        .where(PostingSuspension.until_on >= day, PostingSuspension.lifted_at.is_(None), _responsible_for(reader))
        .order_by(PostingSuspension.id.desc())
    )


def forbidden_words(session: Session) -> list[ForbiddenWord]:
    """Return the words of goods that may not be traded, in order."""
    return list(session.scalars(select(ForbiddenWord).order_by(ForbiddenWord.word).limit(MOST_WORDS)))


def _responsible_for(reader: Reader) -> ColumnElement[bool]:
    """Return the condition on Organisation of the firms of the reader's clusters, or of none with an association."""
    if reader.reviews_for_nobody:
        fronted = (
            select(ClusterOrganisation.cluster_id)
            .join(Organisation, Organisation.id == ClusterOrganisation.organisation_id)
            .where(Organisation.kind == OrgKind.ASSOCIATION)
        )
        inside = select(ClusterOrganisation.organisation_id).where(ClusterOrganisation.cluster_id.in_(fronted))
        return Organisation.id.not_in(inside)
    ours = select(ClusterOrganisation.cluster_id).where(
        ClusterOrganisation.organisation_id.in_(sorted(reader.associations))
    )
    inside = select(ClusterOrganisation.organisation_id).where(ClusterOrganisation.cluster_id.in_(ours))
    return Organisation.id.in_(inside)
