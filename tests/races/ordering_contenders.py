"""What firms do that order tests at the same moment; each runs in a process of its own, so it takes plain values."""

from sqlalchemy.orm import Session

from services.core.actor import Actor
from services.core.permissions import Role
from services.core.work import working
from services.laboratory.models.commissions import Commission
from services.laboratory.operations.ordering import confirm, survey
from services.laboratory.operations.planning import reserve
from services.laboratory.ordering_errors import PromiseMoved


def actor_of(task: dict) -> Actor:
    """Return the firm's agent."""
    return Actor(task["person"], "经办人", task["firm"], frozenset({Role.ENT_USER}))


def confirms(session: Session, task: dict) -> str:
    """Confirm a draft for the price and the date that were shown; whoever is refused has been offered another date."""
    shown = {"shown_due_fen": task["due_fen"], "shown_promised_on": task["promised_on"]}
    try:
        with working(session, actor_of(task), now=task["now"]) as work:
            confirm(work, task["commission"], **shown)
    except PromiseMoved as moved:
        return f"offered {moved.promised_on}"
    return "won"


def plans_then_takes(session: Session, task: dict) -> str:
    """Do what unguarded systems do: look for a free time in one transaction, and take it in the next."""
    found = survey(session, session.get_one(Commission, task["commission"]), task["now"])
    with working(session, actor_of(task), now=task["now"]) as work:
        taken = reserve(work, work.session.get_one(Commission, task["commission"]), found.plan)
    return "won" if taken else "lost"
