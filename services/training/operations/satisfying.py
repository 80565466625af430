"""What people who were in a class say of it afterwards."""

from __future__ import annotations

from dataclasses import dataclass

from services.core.errors import NotFound, RuleBroken, RulesBroken
from services.core.insertion import insert_unless_taken
from services.core.work import Work
from services.training.errors import NotFinished, SaidAlready
from services.training.models.outcomes import Satisfaction
from services.training.operations.steps import locked
from services.training.rules.states import ASKED

LONGEST_TEXT = 500


@dataclass(frozen=True)
class Opinion:
    """One (bad) to five (very good) for each, and what else there is to say."""

    contents: int
    teaching: int
    organisation: int
    text: str = ""


def say(work: Work, registration_id: int, opinion: Opinion) -> None:
    """Keep what the trainee says of the class, once; staff read it without the name.

    Raises NotFound for the registration of somebody else, NotFinished before the end of the class, SaidAlready.
    """
    registration = locked(work, registration_id)
    if work.actor.person_id is None or registration.trainee.person_id != work.actor.person_id:
        raise NotFound
    if registration.state not in ASKED:
        raise NotFinished
    points = {"contents": opinion.contents, "teaching": opinion.teaching, "organisation": opinion.organisation}
    if wrong := [name for name, value in points.items() if not 1 <= value <= 5]:
        raise RulesBroken([RuleBroken(field=name) for name in wrong])
    is_new = insert_unless_taken(
        work.session, Satisfaction, registration_id=registration_id, text=opinion.text.strip(), at=work.now, **points
    )
    if not is_new:
        raise SaidAlready
    work.record("class.opinion", registration)
