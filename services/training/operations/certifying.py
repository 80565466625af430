"""Certificates of those who completed a course: issued, replaced, taken back, and their signed files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from secrets import token_urlsafe
from typing import Any

from sqlalchemy import select

from services.core import clock, links
from services.core.errors import NotFound, RuleBroken, RulesBroken, WrongState
from services.core.files import Attachment, keep
from services.core.messages import N_
from services.core.numbering import next_in
from services.core.permissions import Permission
from services.core.uploads import Upload
from services.core.work import Work
from services.training.errors import NothingToIssue
from services.training.models.courses import CertificateKind, Course, TrainingClass
from services.training.models.outcomes import Certificate, CertificateFile, CertificateState
from services.training.models.registrations import Registration, RegistrationState
from services.training.operations.steps import of_centre, of_staff, promise_letter, readers_of, tell
from services.training.queries.certificates import readable_certificate
from services.training.queries.results import best_scores
from services.training.rules.states import CERTIFICATE_NAMES

OURS = frozenset({CertificateKind.COMPLETION, CertificateKind.SKILL_LEVEL})
"""What a centre issues itself."""


def issue_certificate(work: Work, registration_id: int) -> Certificate:
    """Issue the certificate of a completed course; its contents never change afterwards.

    Raises NothingToIssue when the course is not completed or the state authority issues the certificate, WrongState when one
    stands already.
    """
    registration = of_staff(work, registration_id)
    if registration.state is not RegistrationState.COMPLETED or not _is_ours(registration.training_class):
        raise NothingToIssue
    standing = select(Certificate.id).where(
        Certificate.registration_id == registration.id, Certificate.state == CertificateState.ISSUED
    )
    if work.session.scalar(standing) is not None:
        raise WrongState(state=CERTIFICATE_NAMES[CertificateState.ISSUED])
    return _issue(work, registration, None)


def issue_all(work: Work, class_id: int) -> int:
    """Issue the certificates of everybody who completed the class and never had one; return how many.

    Whose certificate was revoked gets another one only by ``issue_certificate``. Raises NothingToIssue when there is none.
    """
    found = of_centre(work, class_id, Permission.CLASS_RUN)
    had = select(Certificate.registration_id)
    statement = (
        select(Registration)
        .where(
            Registration.class_id == class_id,
            Registration.state == RegistrationState.COMPLETED,
            Registration.id.not_in(had),
        )
        .order_by(Registration.id)
    )
    due = work.session.scalars(statement).all() if _is_ours(found) else ()
    if not due:
        raise NothingToIssue
    for registration in due:
        _issue(work, registration, None)
    return len(due)


def replace_certificate(work: Work, certificate_id: int, reason: str, *, name: str = "") -> Certificate:
    """Issue a corrected certificate in place of one; the old address says that, and which replaces it.

    ``name`` is how the trainee is really called, where that was wrong.
    """
    old = _standing(work, certificate_id, reason)
    old.state, old.state_reason, old.state_at = CertificateState.REPLACED, reason.strip(), work.now
    trainee = old.registration.trainee
    if name.strip() and name.strip() != trainee.name:
        work.record("trainee.renamed", trainee, before=trainee.name, after=name.strip())
        trainee.name = name.strip()
    work.session.flush()  # the old one must not stand any more when the new one comes
    work.record("certificate.replaced", old, no=old.no, reason=reason.strip())
    return _issue(work, old.registration, old.id)


def revoke_certificate(work: Work, certificate_id: int, reason: str) -> None:
    """Take a certificate back; its address says so from now on, and when."""
    old = _standing(work, certificate_id, reason)
    old.state, old.state_reason, old.state_at = CertificateState.REVOKED, reason.strip(), work.now
    work.record("certificate.revoked", old, no=old.no, reason=reason.strip())
    message = N_("The certificate of your registration %(no)s was revoked: %(reason)s")
    tell(work, old.registration, message, reason=reason.strip())
    promise_letter(work, old.registration, "training_certificate_revoked", certificate_id=old.id)


def keep_file(work: Work, no: str, pdf: bytes, folder: Path) -> Attachment:
    """Keep the signed PDF of a certificate that stands, once: whoever was first has made the one that counts.

    Raises NotFound for somebody who may not read the certificate, WrongState when it does not stand any more.
    """
    found = readable_certificate(work.session, work.actor, no)
    locked = work.session.get_one(Certificate, found.id, with_for_update={"of": Certificate})
    known = work.session.get(CertificateFile, locked.id)
    if known is not None:
        return known.file
    if locked.state is not CertificateState.ISSUED:
        raise WrongState(state=CERTIFICATE_NAMES[locked.state])
    upload = Upload(f"{no}.pdf", "pdf", "application/pdf", pdf)
    centre = locked.registration.training_class.provider_id
    file = keep(work, folder, upload, organisation_id=centre, purpose="certificate")
    work.session.add(CertificateFile(certificate_id=locked.id, file_id=file.id))
    work.record("certificate.file_made", locked, no=no)
    return file


def digest_of(contents: Mapping[str, Any]) -> str:
    """Return the hash of the contents of a certificate, the same for the same contents."""
    return sha256(json.dumps(contents, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _is_ours(training_class: TrainingClass) -> bool:
    return training_class.course.certificate in OURS


def _issue(work: Work, registration: Registration, replaces_id: int | None) -> Certificate:
    training_class = registration.training_class
    year, months = work.today.year, training_class.course.certificate_months
    number = f"PXZS-{year}-{next_in(work.session, f'PXZS-{year}'):05d}"
    until = clock.months_after(work.today, months) if months else None
    contents = _contents(work, registration, training_class, training_class.course, number) | {
        "valid_until": until.isoformat() if until else ""
    }
    issued = Certificate(
        no=number,
        token=token_urlsafe(32),
        registration_id=registration.id,
        replaces_id=replaces_id,
        contents=contents,
        sha256=digest_of(contents),
        issued_at=work.now,
        issued_by_id=work.actor.person_id,
        valid_until=until,
        state_at=work.now,
    )
    work.session.add(issued)
    work.session.flush()
    work.record("certificate.issued", issued, no=number)
    if replaces_id is None:
        promise_letter(work, registration, "training_certificate_issued", certificate_id=issued.id)
    else:
        promise_letter(work, registration, "training_certificate_replaced", certificate_id=issued.id)
    message = N_("The certificate of your registration %(no)s has been issued.")
    for person_id in readers_of(registration):
        work.tell(person_id, message, link=links.certificate(number), no=registration.no)
    return issued


def _contents(
    work: Work, registration: Registration, training_class: TrainingClass, course: Course, number: str
) -> dict[str, Any]:
    scores = best_scores(work.session, [registration.id]).get(registration.id, {})
    return {
        "no": number,
        "kind": course.certificate.value,
        "name": registration.trainee.name,
        "identity": registration.trainee.identity_masked,
        "course": course.title,
        "occupation": course.occupation,
        "level": course.level.value,
        "hours": course.hours,
        "class": training_class.no,
        "starts_on": training_class.starts_on.isoformat(),
        "ends_on": training_class.ends_on.isoformat(),
        "scores": {part.value: score for part, score in scores.items()},
        "issuer": training_class.provider.organisation.name,
        "issued_by": work.actor.name,
        "issued_on": work.today.isoformat(),
    }


def _standing(work: Work, certificate_id: int, reason: str) -> Certificate:
    found = work.session.get(Certificate, certificate_id, with_for_update={"of": Certificate})
    if found is None:
        raise NotFound
    work.require(Permission.CLASS_RUN, scope=found.registration.training_class.provider_id)
    if found.state is not CertificateState.ISSUED:
        raise WrongState(state=CERTIFICATE_NAMES[found.state])
    if not reason.strip():
        raise RulesBroken([RuleBroken(field="reason")])
    return found
