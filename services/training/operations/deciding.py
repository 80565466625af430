"""A class below its minimum: staff are told three days before, and decide to cancel, to postpone, or to hold it anyway."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import CursorResult, select, update

from services.core.errors import WrongState
from services.core.links import class_decision
from services.core.messages import N_
from services.core.permissions import Permission
from services.core.settings import setting
from services.core.work import Work
from services.organisations.queries import holders_of
from services.training.errors import EnoughRegistered, ReasonMissing
from services.training.models.courses import ClassState, TrainingClass
from services.training.operations.steps import of_centre
from services.training.queries.counting import CERTAIN, Miscount, certain_in, miscounted
from services.training.rules.states import CLASS_NAMES

UNDECIDED = frozenset({ClassState.OPEN, ClassState.CLOSED})


def hold_anyway(work: Work, class_id: int, reason: str) -> None:
    """Decide that a class is held although too few are registered; it begins then without another question.

    Raises ReasonMissing, EnoughRegistered, and WrongState for a class that has begun or is not open yet.
    """
    found = of_centre(work, class_id, Permission.CLASS_RUN)
    if found.state not in UNDECIDED:
        raise WrongState(state=CLASS_NAMES[found.state])
    if not reason.strip():
        raise ReasonMissing
    certain = certain_in(work.session, class_id)
    if certain >= found.min_seats:
        raise EnoughRegistered
    found.holding_reason = reason.strip()
    found.version += 1
    work.session.flush()
    work.record("class.held_anyway", found, registered=certain, least=found.min_seats, reason=reason.strip())


def ask_decisions(work: Work) -> int:
    """Tell the staff of each class that begins soon with too few people that they have to decide; return how many.

    A class is told of once, and again after it has been postponed.
    """
    last = work.today + timedelta(days=setting(work.session, "training.decision_days"))
    statement = (
        select(TrainingClass, CERTAIN)
        .where(
            TrainingClass.state.in_(UNDECIDED),
            TrainingClass.starts_on.between(work.today, last),
            TrainingClass.decision_asked_at.is_(None),
            TrainingClass.holding_reason == "",
            TrainingClass.min_seats > CERTAIN,
        )
        .order_by(TrainingClass.starts_on, TrainingClass.id)
        .limit(200)
    )
    asked = 0
    for found, certain in work.session.execute(statement).all():
        if not _is_first(work, found.id):
            continue
        _tell_staff(
            work,
            found,
            N_("%(no)s begins on %(day)s with %(count)s of at least %(least)s people. Please decide."),
            link=class_decision(found.no),
            day=found.starts_on,
            count=certain,
            least=found.min_seats,
        )
        work.record("class.decision_asked", found, registered=certain, least=found.min_seats)
        asked += 1
    return asked


def recount(work: Work) -> int:
    """Compare the counters of all classes with their registrations; each difference is told to the staff and recorded.

    Return how many classes differ: none, unless somebody wrote past ``operations.seats``.
    """
    found = miscounted(work.session)
    for one in found:
        _alarm(work, one)
    return len(found)


def _alarm(work: Work, miscount: Miscount) -> None:
    found = work.session.get_one(TrainingClass, miscount.class_id)
    work.record("class.miscounted", found, seats=miscount.seats, waiting=miscount.waiting)
    message = N_("The seats of %(no)s are counted wrong: %(counter)s instead of %(rows)s. Please tell the platform.")
    _tell_staff(work, found, message, counter=miscount.seats[0], rows=miscount.seats[1])


def _is_first(work: Work, class_id: int) -> bool:
    """Of two workers at the same moment one asks."""
    statement = (
        update(TrainingClass)
        .where(TrainingClass.id == class_id, TrainingClass.decision_asked_at.is_(None))
        .values(decision_asked_at=work.now)
        .execution_options(synchronize_session=False)
    )
    result = work.session.execute(statement)
    assert isinstance(result, CursorResult)
    return result.rowcount == 1


def _tell_staff(work: Work, found: TrainingClass, message: str, *, link: str = "", **facts: object) -> None:
    for person_id in work.session.scalars(holders_of(Permission.CLASS_RUN, found.provider_id)).all():
        work.tell(person_id, message, link=link, no=found.no, **facts)
