"""A post becomes public, or goes to review: what is set, promised and told with it."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from services.board.models.posts import Post, PostType
from services.board.operations.steps import step, tell_association
from services.board.queries.visibility import reader_of_firm, visible_to
from services.board.rules.reviewing import DAYS_TO_REVIEW
from services.catalogue.models import CenterType, Provider, ProviderCluster
from services.core import links
from services.core.calendar import promised_date
from services.core.messages import N_
from services.core.permissions import Permission
from services.core.work import Work
from services.organisations.models import ClusterOrganisation, Organisation
from services.organisations.queries import holders_of

MOST_CENTRES = 20


def send_to_review(work: Work, post: Post, name: str) -> None:
    """Take the step into the queue: due in one working day, and the association is told."""
    post.submitted_at = work.now
    post.review_due_on = promised_date(work.session, work.now, DAYS_TO_REVIEW).day
    step(work, post, name)
    _ask_association(work, post)


def go_public(work: Work, post: Post, name: str) -> None:
    """Take a step into the board: valid from today unless it still is, matched, and told where it is routed to."""
    if post.valid_until is None or post.valid_until < work.today:
        post.valid_until = work.today + timedelta(days=post.validity_days)
    post.published_at = post.published_at or work.now
    if post.accepted_at is None:
        post.review_due_on = promised_date(work.session, work.now, DAYS_TO_REVIEW).day
    step(work, post, name)
    work.later("board.match", post_id=post.id)
    if post.accepted_at is None:
        _ask_association(work, post)
    if post.type is PostType.TECHNOLOGY and name != "confirm":
        _pass_on(work, post)


def _ask_association(work: Work, post: Post) -> None:
    tell_association(
        work,
        post.association_id,
        N_("Post %(no)s “%(title)s” waits for review."),
        link=links.post_desk(post.no or ""),
        no=post.no,
        title=post.title,
    )


def _pass_on(work: Work, post: Post) -> None:
    """Tell the research centres of the firm's clusters of a technical need, as far as they may read it."""
    clusters = select(ClusterOrganisation.cluster_id).where(ClusterOrganisation.organisation_id == post.organisation_id)
    statement = (
        select(Organisation)
        .join(Provider, Provider.id == Organisation.id)
        .join(ProviderCluster, ProviderCluster.provider_id == Provider.id)
        .where(Provider.center_type == CenterType.RD, ProviderCluster.cluster_id.in_(clusters))
        .distinct()
        .order_by(Organisation.id)
        .limit(MOST_CENTRES)
    )
    for centre in work.session.scalars(statement).all():
        reader = reader_of_firm(work.session, centre, work.today)
        if work.session.scalar(select(Post.id).where(Post.id == post.id, visible_to(reader))) is None:
            continue
        for person_id in work.session.scalars(holders_of(Permission.BOOKING_APPROVE, centre.id)).all():
            work.tell(
                person_id,
                N_("A firm has a technical need: “%(title)s” (%(no)s)."),
                link=links.post(post.no or ""),
                no=post.no or "",
                title=post.title,
            )
