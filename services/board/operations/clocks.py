"""What time does to interests: a reminder after the days for an answer, the end after those for closing (F07)."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from services.board.models.interests import Interest
from services.board.operations.parties import tell_receiver, tell_secretariat, tell_sender
from services.board.operations.steps import note_interest, step_interest
from services.board.rules.states import UNANSWERED_INTERESTS
from services.core.messages import N_
from services.core.work import Work

MOST_AT_ONCE = 200


def remind_of_interests(work: Work) -> int:
    """Remind whoever has not answered in time, and the association, once for each interest; return how many."""
    statement = (
        select(Interest)
        .options(joinedload(Interest.post, innerjoin=True))
        .where(
            Interest.state.in_(UNANSWERED_INTERESTS),
            Interest.answer_due_on < work.today,
            Interest.closes_on >= work.today,
            Interest.reminded_at.is_(None),
        )
        .order_by(Interest.id)
        .limit(MOST_AT_ONCE)
        .with_for_update(of=Interest, skip_locked=True)
    )
    late = work.session.scalars(statement).all()
    for interest in late:
        interest.reminded_at = work.now
        note_interest(work, interest, "remind")
        if interest.forwarded_at is not None:
            message = N_("An interest in your post “%(title)s” waits for your answer.")
            tell_receiver(work, interest, "interest_waits", message)
        message = N_("An interest in the post “%(title)s” has not been answered in time.")
        tell_secretariat(work, interest, "interest_late", message)
    return len(late)


def close_unanswered(work: Work) -> int:
    """End the interests that nobody answered in the days for it; both sides are told. Return how many."""
    statement = (
        select(Interest)
        .options(joinedload(Interest.post, innerjoin=True))
        .where(Interest.state.in_(UNANSWERED_INTERESTS), Interest.closes_on < work.today)
        .order_by(Interest.id)
        .limit(MOST_AT_ONCE)
        .with_for_update(of=Interest, skip_locked=True)
    )
    over = work.session.scalars(statement).all()
    for interest in over:
        step_interest(work, interest, "lapse")
        tell_sender(work, interest, "interest_unanswered", N_("Your interest in “%(title)s” was not answered."))
        if interest.forwarded_at is not None:
            message = N_("An interest in your post “%(title)s” has ended because nobody answered.")
            tell_receiver(work, interest, "interest_lapsed", message)
    return len(over)
