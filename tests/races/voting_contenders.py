"""What representatives do who vote at the same moment; each runs in a process of its own, so it takes plain values."""

import secrets
from collections.abc import Callable

from sqlalchemy import insert, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from services.association.meeting_errors import VotedAlready, VoteIsOver
from services.association.models.ballots import Choice, RollEntry, Slip
from services.association.operations.counting import close_vote
from services.association.operations.voting import vote
from services.core.actor import Actor
from services.core.engine import is_transient
from services.core.permissions import Role
from services.core.work import working

TRIES = 500


def votes(session: Session, task: dict) -> str:
    """Cast the vote of a member; say how it went."""

    def attempt() -> str:
        actor = Actor(task["person"], "会员代表")
        try:
            with working(session, actor, now=task["now"]) as work:
                vote(work, task["motion"], task["member"], Choice(task["choice"]))
        except VotedAlready:
            return "voted already"
        except VoteIsOver:
            return "over"
        return "voted"

    return _until_done(attempt)


def votes_or_closes(session: Session, task: dict) -> str:
    """Vote, or as the secretariat close the vote in the middle of it."""
    if "secretariat" not in task:
        return votes(session, task)

    def attempt() -> str:
        actor = Actor(task["secretariat"], "秘书", task["association"], frozenset({Role.ASSOC_STAFF}))
        with working(session, actor, now=task["now"]) as work:
            close_vote(work, task["motion"])
        return "closed"

    return _until_done(attempt)


def looks_then_votes(session: Session, task: dict) -> str:
    """Do what unguarded systems do: look in one transaction whether the member has voted, and vote in the next."""
    if session.get_one(RollEntry, (task["motion"], task["member"])).has_voted:
        return "voted already"
    with working(session, Actor(task["person"], "会员代表"), now=task["now"]) as work:
        slip = {"key": secrets.token_hex(16), "motion_id": task["motion"], "choice": task["choice"], "receipt": ""}
        work.session.execute(insert(Slip.__table__), slip)
        marked = update(RollEntry).where(
            RollEntry.motion_id == task["motion"],
            RollEntry.member_id == task["member"],
            RollEntry.has_voted.is_(False),  # the table refuses a second turn, so that this one is not even tried
        )
        work.session.execute(marked.values(has_voted=True, is_present=True))
    return "voted"


def _until_done(attempt: Callable[[], str]) -> str:
    """Try again after a deadlock or a failed serialisation, as the portal does."""
    for _ in range(TRIES):
        try:
            return attempt()
        except DBAPIError as error:
            if not is_transient(error):
                raise
    return "gave up"
