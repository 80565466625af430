"""Examination, the end of a class, and the certificates of those who completed it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any

from sqlalchemy import func, select

from services.core import clock
from services.core.errors import NotFound, RuleBroken, RulesBroken, WrongState
from services.core.messages import N_
from services.core.numbering import next_in
from services.core.permissions import Permission
from services.core.work import Work
from services.training.errors import AttendanceTooLow, NotExamined, NothingToIssue, PassedAlready
from services.training.models.courses import CertificateKind, ClassState, Course, TrainingClass
from services.training.models.outcomes import Assessment, Certificate, CertificateState, Part
from services.training.models.registrations import Registration, RegistrationState
from services.training.operations.classes import step_class
from services.training.operations.steps import of_centre, of_staff, step, tell
from services.training.queries.results import attendance_rate, best_scores
from services.training.rules.attendance import is_enough
from services.training.rules.results import has_passed, parts_of
from services.training.rules.states import CLASS_NAMES, REGISTRATION_NAMES

S = RegistrationState


def enter_score(
    work: Work, registration_id: int, part: Part, score: int, examined_on: date, note: str = ""
) -> Assessment:
    """Enter the score of an attempt at a part of the examination; a failed part can be tried again.

    Raises NotExamined for a part the course has not, AttendanceTooLow before the rate is reached, PassedAlready, and
    RulesBroken for a score outside 0 to 100 or a day to come. The rate is computed, never typed.
    """
    registration = of_staff(work, registration_id)
    training_class = registration.training_class
    course = training_class.course
    if registration.state is not S.CONFIRMED:
        raise WrongState(state=REGISTRATION_NAMES[registration.state])
    if training_class.state is not ClassState.RUNNING:
        raise WrongState(state=CLASS_NAMES[training_class.state])
    if part not in parts_of(course):
        raise NotExamined
    wrong = {"score": not 0 <= score <= 100, "examined_on": examined_on > work.today}
    if any(wrong.values()):
        raise RulesBroken([RuleBroken(field=name) for name, is_wrong in wrong.items() if is_wrong])
    _require_attendance(work, registration, course)
    if best_scores(work.session, registration.id).get(part, -1) >= course.pass_score:
        raise PassedAlready
    attempts = select(func.count()).where(Assessment.registration_id == registration.id, Assessment.part == part)
    entered = Assessment(
        registration_id=registration.id,
        part=part,
        attempt=(work.session.scalar(attempts) or 0) + 1,
        score=score,
        examined_on=examined_on,
        examiner_id=work.actor.person_id,
        entered_at=work.now,
        note=note,
    )
    work.session.add(entered)
    work.session.flush()
    work.record("assessment.entered", entered, part=part, score=score, attempt=entered.attempt)
    return entered


def finish_class(work: Work, class_id: int) -> dict[RegistrationState, int]:
    """End a class after its last day: each on the roll has completed it, has not, or never came; return how many.

    Completed is who attended enough and passed every part of the examination.
    """
    found = of_centre(work, class_id, Permission.CLASS_RUN)
    if found.ends_on > work.today:
        raise WrongState(state=CLASS_NAMES[found.state])
    step_class(work, found, "finish")
    statement = select(Registration).where(Registration.class_id == class_id, Registration.state == S.CONFIRMED)
    counts: dict[RegistrationState, int] = {}
    for registration in work.session.scalars(statement.order_by(Registration.id)).all():
        name = _result(work, registration, found.course)
        step(work, registration, name)
        counts[registration.state] = counts.get(registration.state, 0) + 1
    return counts


def _result(work: Work, registration: Registration, course: Course) -> str:
    share = attendance_rate(work.session, registration)
    if not share:
        return "miss"
    passed = has_passed(course, best_scores(work.session, registration.id))
    return "complete" if is_enough(share, course.attendance_percent) and passed else "fail"


def _require_attendance(work: Work, registration: Registration, course: Course) -> None:
    share = attendance_rate(work.session, registration)
    if not is_enough(share, course.attendance_percent):
        raise AttendanceTooLow(rate=int(share * 100), least=course.attendance_percent)


# Certificates -------------------------------------------------------------------------------------------------------


def issue_certificate(work: Work, registration_id: int) -> Certificate:
    """Issue the certificate of a completed course; its contents never change afterwards.

    Raises NothingToIssue when the course is not completed or the state authority issues the certificate, WrongState when one
    stands already.
    """
    registration = of_staff(work, registration_id)
    course = registration.training_class.course
    if registration.state is not S.COMPLETED or course.certificate not in {
        CertificateKind.COMPLETION,
        CertificateKind.SKILL_LEVEL,
    }:
        raise NothingToIssue
    standing = select(Certificate.id).where(
        Certificate.registration_id == registration.id, Certificate.state == CertificateState.ISSUED
    )
    if work.session.scalar(standing) is not None:
        raise WrongState(state=N_("Certificate issued"))
    return _issue(work, registration, None)


def replace_certificate(work: Work, certificate_id: int, reason: str) -> Certificate:
    """Issue a corrected certificate in place of one; the old address says that, and which replaces it."""
    old = _standing(work, certificate_id, reason)
    old.state, old.state_reason, old.state_at = CertificateState.REPLACED, reason.strip(), work.now
    work.session.flush()
    work.record("certificate.replaced", old, no=old.no, reason=reason.strip())
    return _issue(work, old.registration, old.id)


def revoke_certificate(work: Work, certificate_id: int, reason: str) -> None:
    """Take a certificate back; its address says so from now on, and why."""
    old = _standing(work, certificate_id, reason)
    old.state, old.state_reason, old.state_at = CertificateState.REVOKED, reason.strip(), work.now
    work.record("certificate.revoked", old, no=old.no, reason=reason.strip())
    tell(
        work, old.registration, N_("The certificate of your registration %(no)s was revoked: %(reason)s"), reason=reason
    )


def digest_of(contents: Mapping[str, Any]) -> str:
    """Return the hash of the contents of a certificate, the same for the same contents."""
    return sha256(json.dumps(contents, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _issue(work: Work, registration: Registration, replaces_id: int | None) -> Certificate:
    training_class = registration.training_class
    course = training_class.course
    year = work.today.year
    number = f"PXZS-{year}-{next_in(work.session, f'PXZS-{year}'):05d}"
    contents = _contents(work, registration, training_class, course, number)
    months = course.certificate_months
    issued = Certificate(
        no=number,
        token=token_urlsafe(32),
        registration_id=registration.id,
        replaces_id=replaces_id,
        contents=contents,
        sha256=digest_of(contents),
        issued_at=work.now,
        issued_by_id=work.actor.person_id,
        valid_until=clock.months_after(work.today, months) if months else None,
        state_at=work.now,
    )
    work.session.add(issued)
    work.session.flush()
    work.record("certificate.issued", issued, no=number)
    tell(work, registration, N_("The certificate of your registration %(no)s has been issued."))
    return issued


def _contents(
    work: Work, registration: Registration, training_class: TrainingClass, course: Course, number: str
) -> dict[str, Any]:
    return {
        "no": number,
        "name": registration.trainee.name,
        "identity": registration.trainee.identity_masked,
        "course": course.title,
        "occupation": course.occupation,
        "level": course.level.value,
        "hours": course.hours,
        "class": training_class.no,
        "starts_on": training_class.starts_on.isoformat(),
        "ends_on": training_class.ends_on.isoformat(),
        "scores": {part.value: score for part, score in best_scores(work.session, registration.id).items()},
        "issuer": training_class.provider.organisation.name,
        "issued_on": work.today.isoformat(),
    }


def _standing(work: Work, certificate_id: int, reason: str) -> Certificate:
    found = work.session.get(Certificate, certificate_id, with_for_update={"of": Certificate})
    if found is None:
        raise NotFound
    work.require(Permission.CLASS_RUN, scope=found.registration.training_class.provider_id)
    if found.state is not CertificateState.ISSUED:
        raise WrongState(
            state=N_("Certificate replaced") if found.state is CertificateState.REPLACED else N_("Certificate revoked")
        )
    if not reason.strip():
        raise RulesBroken([RuleBroken(field="reason")])
    return found
