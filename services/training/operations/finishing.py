"""The examination, and the end of a class."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import func, select

from services.core.errors import NotFound, RuleBroken, RulesBroken, WrongState
from services.core.insertion import insert_unless_taken
from services.core.messages import N_
from services.core.permissions import Permission
from services.core.work import Work
from services.training.errors import AttendanceTooLow, NotExamined, NotInClass, PassedAlready
from services.training.models.courses import ClassState, TrainingClass
from services.training.models.outcomes import Assessment, AssessmentVoid, Part
from services.training.models.registrations import RegistrationState
from services.training.operations.classes import step_class
from services.training.operations.steps import of_centre, of_staff, step
from services.training.queries.results import Result, results_of
from services.training.rules.results import parts_of
from services.training.rules.states import CLASS_NAMES
from services.training.teaching_errors import DayToCome, NothingEntered, NotLastDay, ScoreOutside


def enter_scores(work: Work, class_id: int, part: Part, examined_on: date, scores: Mapping[int, int]) -> int:
    """Enter the scores of an attempt at a part of the examination, by registration: all of them, or none.

    A failed part can be tried again. Raises NotExamined for a part the course has not, and RulesBroken with everything that
    is wrong: the day, each score outside 0 to 100, each person who has not attended enough or has passed already
    (``score_<registration>``). The rate of attendance is computed, never typed.
    """
    found = _in_examination(work, class_id, part)
    results = {one.registration.id: one for one in results_of(work.session, found)}
    if not set(scores) <= set(results):
        raise NotInClass
    broken: list[RuleBroken] = [] if scores else [NothingEntered()]
    if examined_on > work.today:
        broken.append(DayToCome())
    for one in sorted(scores):
        broken += _hindrances(found, results[one], part, scores[one])
    if broken:
        raise RulesBroken(broken)
    for one in sorted(scores):
        _enter(work, one, part, scores[one], examined_on)
    return len(scores)


def void_score(work: Work, assessment_id: int, reason: str) -> None:
    """Let a score that was entered wrongly not count; it stays to be read, with the reason.

    Raises NotFound for one of another centre, WrongState once the class is finished or when it does not count already.
    """
    found = work.session.get(Assessment, assessment_id)
    if found is None:
        raise NotFound
    registration = of_staff(work, found.registration_id)
    if registration.training_class.state is not ClassState.RUNNING:
        raise WrongState(state=CLASS_NAMES[registration.training_class.state])
    if not reason.strip():
        raise RulesBroken([RuleBroken(field="reason")])
    voided = insert_unless_taken(
        work.session,
        AssessmentVoid,
        assessment_id=found.id,
        at=work.now,
        person_id=work.actor.person_id,
        reason=reason.strip(),
    )
    if not voided:
        raise WrongState(state=N_("Score does not count"))
    work.session.expire(found, ["void"])  # it was read as counting
    work.record("assessment.voided", found, part=found.part, score=found.score, reason=reason.strip())


def finish_class(work: Work, class_id: int) -> dict[RegistrationState, int]:
    """End a class from its last day on: each on the roll has completed it, has not, or never came; return how many.

    Completed is who attended enough and passed every part of the examination.
    """
    found = of_centre(work, class_id, Permission.CLASS_RUN)
    if found.ends_on > work.today:
        raise NotLastDay(day=found.ends_on.isoformat())
    results = results_of(work.session, found)
    step_class(work, found, "finish")
    counts: dict[RegistrationState, int] = {}
    for one in results:
        if one.registration.state is RegistrationState.CONFIRMED:
            step(work, one.registration, one.step)
            counts[one.registration.state] = counts.get(one.registration.state, 0) + 1
    return counts


def _in_examination(work: Work, class_id: int, part: Part) -> TrainingClass:
    """Return a class of the actor's centre that is running and whose course examines in ``part``."""
    found = of_centre(work, class_id, Permission.CLASS_RUN)
    if found.state is not ClassState.RUNNING:
        raise WrongState(state=CLASS_NAMES[found.state])
    if part not in parts_of(found.course):
        raise NotExamined
    return found


def _hindrances(found: TrainingClass, result: Result, part: Part, score: int) -> list[RuleBroken]:
    """Say why this score cannot be entered."""
    field, course = f"score_{result.registration.id}", found.course
    broken: list[RuleBroken] = []
    if not 0 <= score <= 100:
        broken.append(ScoreOutside(field=field))
    if not result.may_be_examined:
        broken.append(AttendanceTooLow(field=field, rate=result.percent, least=course.attendance_percent))
    if result.best.get(part, -1) >= course.pass_score:
        broken.append(PassedAlready(field=field))
    return broken


def _enter(work: Work, registration_id: int, part: Part, score: int, examined_on: date) -> None:
    attempts = select(func.count()).where(Assessment.registration_id == registration_id, Assessment.part == part)
    entered = Assessment(
        registration_id=registration_id,
        part=part,
        attempt=(work.session.scalar(attempts) or 0) + 1,
        score=score,
        examined_on=examined_on,
        examiner_id=work.actor.person_id,
        entered_at=work.now,
    )
    work.session.add(entered)
    work.record("assessment.entered", entered, part=part, score=score, attempt=entered.attempt)
