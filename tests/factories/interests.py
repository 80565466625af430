"""Interests of the board for tests: rows in any state, and the operations carried out by a firm at a time."""

from datetime import timedelta
from itertools import count

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.board.models.interests import Interest, InterestState
from services.board.models.posts import Post, Visibility
from services.board.operations.interests import WishInterest
from services.board.rules.states import UNANSWERED_INTERESTS
from services.core import clock
from services.core.notices import Notification
from services.core.outbox import OutboxTask
from services.core.work import Work
from tests.factories.board import Firm

_numbers = count(1)


def said(**over) -> WishInterest:
    """Return what a firm says to a post."""
    values = {
        "wish": "按月供货，先送样",
        "abilities": "两座电炉，月产50吨",
        "questions": "包装有什么要求？",
        "contact_name": "赵示例",
        "contact_phone": "13900000002",
    } | over
    return WishInterest(**values)


def make_interest(session: Session, post: Post, firm: Firm, **over) -> Interest:
    """Make an interest of ``firm`` in ``post``; sent today unless told otherwise."""
    now = clock.now()
    today = clock.local_day(now)
    state = over.get("state", InterestState.SUBMITTED)
    is_answered = state not in UNANSWERED_INTERESTS | {InterestState.UNANSWERED, InterestState.WITHDRAWN}
    waits = post.visibility is Visibility.ANONYMOUS and not is_answered
    values = {
        "no": f"YX-20260101-{next(_numbers):04d}",
        "post_id": post.id,
        "organisation_id": firm.organisation.id,
        "sent_by_id": firm.person.id,
        "wish": "按月供货，先送样",
        "abilities": "两座电炉，月产50吨",
        "contact_name": "赵示例",
        "contact_phone": "13900000002",
        "state": state,
        "state_at": now,
        "sent_at": now,
        "answered_at": now if is_answered else None,
        "answer_due_on": today + timedelta(days=7),
        "closes_on": today + timedelta(days=14),
        "forwarded_at": None if waits else now,
    } | over
    interest = Interest(**values)
    session.add(interest)
    session.flush()
    return interest


def work_of(session: Session, firm: Firm) -> Work:
    """Return a work of the firm's person, now."""
    return Work(session, firm.actor, clock.now())


def told(session: Session, firm: Firm) -> list[str]:
    """Return the messages of the firm's person, oldest first."""
    statement = select(Notification.message).where(Notification.person_id == firm.person.id).order_by(Notification.id)
    return list(session.scalars(statement))


def letters(session: Session) -> list[tuple[str, int]]:
    """Return the promised letters with the people they go to, oldest first."""
    tasks = session.scalars(select(OutboxTask).where(OutboxTask.task.startswith("mail.")).order_by(OutboxTask.id))
    return [(task.task, task.payload["person_id"]) for task in tasks if "person_id" in task.payload]
