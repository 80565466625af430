"""An interest in words: its history, its clock, and what is to be done next."""

from __future__ import annotations

from collections.abc import Sequence

from portal.i18n import gettext, local_time, translate
from portal.times import day_text
from services.board.models.interests import InterestEvent, InterestState
from services.board.queries.interests import InterestView
from services.board.rules.answering import PartyRole
from services.board.rules.states import UNANSWERED_INTERESTS
from services.core.messages import N_

EVENT_WORDS: dict[str, tuple[str, str]] = {
    "send": (N_("Interest sent"), "info"),
    "forward": (N_("Passed on by the association"), "info"),
    "see": (N_("Seen by the poster"), "neutral"),
    "accept": (N_("Accepted: contacts exchanged"), "success"),
    "decline": (N_("Declined"), "danger"),
    "withdraw": (N_("Taken back"), "neutral"),
    "remind": (N_("Reminder: the answer is late"), "warning"),
    "lapse": (N_("Ended without an answer"), "neutral"),
    "negotiate": (N_("In talks"), "info"),
    "deal": (N_("Deal made"), "success"),
    "fail": (N_("No deal came of it"), "neutral"),
    "rate": (N_("Rated"), "neutral"),
}
I, R = InterestState, PartyRole  # noqa: E741 - I is for interest

_NEXT: dict[tuple[PartyRole, InterestState], str] = {
    (R.POSTER, I.SUBMITTED): N_("Please read the answers, then accept or decline. Contacts stay hidden until then."),
    (R.POSTER, I.SEEN): N_("Please accept or decline. Contacts stay hidden until then."),
    (R.SENDER, I.SUBMITTED): N_("The other side has been told. You hear from us as soon as it answers."),
    (R.SENDER, I.SEEN): N_("The other side has read your interest and has not answered yet."),
    (R.ASSOCIATION, I.SUBMITTED): N_("The firm behind this post is told when you pass the interest on."),
}
_OF_BOTH: dict[InterestState, str] = {
    I.EXCHANGED: N_("Contacts are exchanged. Get in touch, and note here how it goes on."),
    I.NEGOTIATING: N_("You are in talks. Note here whether a deal came of it."),
    I.DEALT: N_("A deal came of it. Please rate each other."),
    I.FAILED: N_("Nothing came of it this time."),
    I.DECLINED: N_("This interest was declined."),
    I.UNANSWERED: N_("Nobody answered in the days for it."),
    I.WITHDRAWN: N_("This interest was taken back."),
}


def history(events: Sequence[InterestEvent]) -> list[dict[str, str]]:
    """Return what happened, newest first."""
    return [
        {
            "when_text": local_time(event.at),
            "title": translate(EVENT_WORDS[event.kind][0]),
            "text": event.note,
            "tone": EVENT_WORDS[event.kind][1],
        }
        for event in reversed(events)
    ]


def next_text(view: InterestView) -> str:
    """Say what is to be done now."""
    interest = view.interest
    if view.role is R.ASSOCIATION and interest.forwarded_at is not None and interest.state in UNANSWERED_INTERESTS:
        return gettext("The firm has this interest and has not answered yet.")
    if view.is_held:
        return gettext("Your interest is with the association, which passes it on to the firm behind the post.")
    own = _NEXT.get((view.role, interest.state))
    return translate(own or _OF_BOTH.get(interest.state, ""))


def clock_text(view: InterestView) -> str:
    """Say until when an answer is expected; nothing once it came."""
    interest = view.interest
    if interest.state not in UNANSWERED_INTERESTS:
        return ""
    if view.is_held:
        return gettext("The days for the answer begin when it has been passed on.")
    return gettext(
        "Answer by %(due)s. Without an answer it ends after %(last)s.",
        due=day_text(interest.answer_due_on),
        last=day_text(interest.closes_on),
    )
