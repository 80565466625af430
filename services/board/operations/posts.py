"""What a firm does with its posts: drafts, sending in, taking back, changing, renewing, closing."""

from __future__ import annotations

from datetime import timedelta

from services.association.standing import association_of
from services.board.errors import AnonymousTooLate, RenewalEarly, RenewalOver, RenewedOften
from services.board.models.posts import Post, PostState, Visibility
from services.board.operations.contents import apply, wish_of
from services.board.operations.examining import draft_problems, duplicate_of, refuse_unready
from services.board.operations.publishing import go_public, send_to_review
from services.board.operations.standing import is_preapproved, refuse_unless_posting, take_place_of_today
from services.board.operations.steps import locked_post, note, post_of_firm, step
from services.board.rules.states import POST_NAMES
from services.board.rules.wishes import WishPost
from services.core import links
from services.core.errors import ChangedMeanwhile, NotFound, RulesBroken, WrongState
from services.core.messages import N_
from services.core.permissions import Permission
from services.core.settings import setting
from services.core.work import Work
from services.organisations.models import Organisation, OrgKind
from services.organisations.queries import holders_of

MOST_RENEWALS = 2
RENEWABLE_BEFORE = timedelta(days=7)
_EDITABLE = frozenset({PostState.DRAFT, PostState.RETURNED})


def save_draft(
    work: Work,
    wish: WishPost,
    post_id: int | None = None,
    *,
    version: int | None = None,
    organisation_id: int | None = None,
) -> Post:
    """Keep a draft or a returned post as it was typed, without sending it in.

    ``organisation_id`` names the firm where it is not the actor's own (demonstration data). Raises ChangedMeanwhile
    when ``version`` is not the present one.
    """
    if post_id is None:
        firm_id = organisation_id or work.actor.organisation_id
        work.require(Permission.POST_WRITE, scope=firm_id)
        return _new_draft(work, wish, firm_id or 0)
    post = post_of_firm(work, post_id)
    if post.state not in _EDITABLE:
        raise WrongState(state=POST_NAMES[post.state])
    _change(work, post, wish, version)
    return post


def enter_for(work: Work, organisation_id: int, wish: WishPost) -> Post:
    """Write a draft on behalf of a firm of the association's cluster; it goes nowhere until the firm sends it in."""
    work.require(Permission.POST_REVIEW)
    association = work.session.get(Organisation, work.actor.organisation_id or 0)
    if association is None or association.kind is not OrgKind.ASSOCIATION:
        raise NotFound
    if association_of(work.session, organisation_id) != association.id:
        raise NotFound
    post = _new_draft(work, wish, organisation_id, entered_for=True)
    work.session.flush()  # the message leads to it
    for person_id in work.session.scalars(holders_of(Permission.POST_WRITE, organisation_id)).all():
        work.tell(
            person_id,
            N_("The association has prepared a post for you: “%(title)s”. Check it and send it in."),
            link=links.post_draft(post.id),
            title=post.title,
        )
    return post


def submit(work: Work, post_id: int, *, knowingly: bool = False) -> Post:
    """Send a draft or a returned post to review; the post of a pre-approved firm is published at once.

    It has its number afterwards. ``knowingly`` sends it although a similar one is there. Raises RulesBroken with every
    fault at once, or DuplicateOf.
    """
    post = post_of_firm(work, post_id)
    if post.state not in _EDITABLE:
        raise WrongState(state=POST_NAMES[post.state])
    wish = wish_of(post)
    refuse_unless_posting(work.session, post.organisation, work.today)
    post.association_id = association_of(work.session, post.organisation_id)
    refuse_unready(work, post, wish)
    duplicate = None if knowingly else duplicate_of(work, post.organisation_id, wish, except_id=post.id)
    if duplicate is not None:
        raise duplicate
    take_place_of_today(work, post.organisation)
    post.no = post.no or work.number("GX")
    _answer_for(work, post)
    post.submitted_at = work.now
    if is_preapproved(work, post):
        go_public(work, post, "publish_at_once")
    else:
        send_to_review(work, post, "submit")
    return post


def withdraw(work: Work, post_id: int) -> Post:
    """Take a post back out of review; it is a draft again and keeps its number."""
    post = post_of_firm(work, post_id)
    step(work, post, "withdraw")
    post.review_due_on = None
    return post


def edit_published(work: Work, post_id: int, wish: WishPost, *, version: int | None = None) -> Post:
    """Change a published post: it goes to review again and is not read meanwhile, unless its firm is pre-approved."""
    post = post_of_firm(work, post_id)
    if post.state is not PostState.PUBLISHED:
        raise WrongState(state=POST_NAMES[post.state])
    refuse_unless_posting(work.session, post.organisation, work.today)
    refuse_unready(work, post, wish)
    _change(work, post, wish, version)
    if is_preapproved(work, post):
        post.accepted_at = None
        go_public(work, post, "change_at_once")
    else:
        send_to_review(work, post, "change")
    return post


def renew(work: Work, post_id: int) -> Post:
    """Let a post run for another time of its validity from today: in its last week, or within 30 days after its end."""
    post = post_of_firm(work, post_id)
    if post.state not in {PostState.PUBLISHED, PostState.EXPIRED} or post.valid_until is None:
        raise WrongState(state=POST_NAMES[post.state])
    refuse_unless_posting(work.session, post.organisation, work.today)
    days = setting(work.session, "board.renewal_days")
    if work.today > post.valid_until + timedelta(days=days):
        raise RenewalOver(days=days)
    if work.today < post.valid_until - RENEWABLE_BEFORE:
        raise RenewalEarly
    if post.renewals >= MOST_RENEWALS:
        raise RenewedOften
    refuse_unready(work, post, wish_of(post), has_passed=True)
    post.renewals += 1
    post.valid_until = work.today + timedelta(days=post.validity_days)
    step(work, post, "renew", until=post.valid_until.isoformat())
    work.later("board.match", post_id=post.id)
    return post


def close(work: Work, post_id: int, *, reason: str = "") -> Post:
    """End a post that is published or has expired; open interests in it can still be answered."""
    post = post_of_firm(work, post_id)
    step(work, post, "close", reason=reason)
    return post


def discard(work: Work, post_id: int) -> Post:
    """Give up a draft or a returned post; nothing is removed, and it has a number by which it is found."""
    post = post_of_firm(work, post_id)
    post.no = post.no or work.number("GX")
    step(work, post, "discard")
    return post


def record_deal(work: Work, post_id: int) -> Post:
    """The post has led to a deal: nobody answers it any more. Called by the one who records the deal."""
    post = locked_post(work, post_id)
    step(work, post, "deal")
    return post


def _new_draft(work: Work, wish: WishPost, organisation_id: int, *, entered_for: bool = False) -> Post:
    if work.session.get(Organisation, organisation_id) is None:
        raise NotFound
    if problems := draft_problems(work.session, wish):
        raise RulesBroken(problems)
    post = Post(
        organisation_id=organisation_id,
        posted_by_id=work.actor.person_id,
        entered_for=entered_for,
        association_id=association_of(work.session, organisation_id),
        state=PostState.DRAFT,
        state_at=work.now,
        created_at=work.now,
    )
    apply(work.session, post, wish)
    work.session.add(post)
    work.session.flush()  # history and audit log point to it
    note(work, post, "draft")
    work.record("post.drafted", post, title=post.title, entered_for=entered_for)
    return post


def _change(work: Work, post: Post, wish: WishPost, version: int | None) -> None:
    if version is not None and version != post.version:
        raise ChangedMeanwhile
    if post.published_at and wish.visibility is Visibility.ANONYMOUS and post.visibility is not Visibility.ANONYMOUS:
        raise AnonymousTooLate  # also after it was taken back: it has been read with the name under this number
    if problems := draft_problems(work.session, wish):
        raise RulesBroken(problems)
    apply(work.session, post, wish)
    post.version += 1
    _answer_for(work, post)
    note(work, post, "changed", version=post.version)
    work.record("post.changed", post, no=post.no, version=post.version)


def _answer_for(work: Work, post: Post) -> None:
    """Whoever of the firm takes up what the association wrote is the one to talk to."""
    if post.entered_for and work.actor.organisation_id == post.organisation_id and work.actor.person_id is not None:
        post.posted_by_id = work.actor.person_id
