"""Certificates as their holders, their centres and everybody read them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from services.core import clock
from services.core.actor import Actor
from services.core.errors import NotFound
from services.core.files import Attachment
from services.core.permissions import Permission
from services.core.verifying import masked_name
from services.training.models.courses import TrainingClass
from services.training.models.outcomes import Certificate, CertificateFile, CertificateState, CheckOutcome
from services.training.models.registrations import Registration, Trainee


def readable_certificate(session: Session, actor: Actor, no: str) -> Certificate:
    """Return a certificate to its holder, whoever registered, the company that paid, or its centre. Raises NotFound."""
    mine = [Trainee.person_id == actor.person_id, Registration.registered_by_id == actor.person_id]
    if actor.may(Permission.TRAINEE_REGISTER):
        mine.append(Registration.organisation_id == actor.organisation_id)
    if actor.may(Permission.CLASS_RUN):
        mine.append(TrainingClass.provider_id == actor.organisation_id)
    statement = (
        select(Certificate)
        .join(Registration, Registration.id == Certificate.registration_id)
        .join(Trainee, Trainee.id == Registration.trainee_id)
        .join(TrainingClass, TrainingClass.id == Registration.class_id)
        .where(Certificate.no == no, or_(*mine))
    )
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound
    return found


def certificates_of_class(session: Session, class_id: int) -> dict[int, list[Certificate]]:
    """Return every certificate of a class, by registration, the latest first."""
    statement = (
        select(Certificate)
        .join(Registration, Registration.id == Certificate.registration_id)
        .where(Registration.class_id == class_id)
        .order_by(Certificate.id.desc())
    )
    found: dict[int, list[Certificate]] = {}
    for one in session.scalars(statement):
        found.setdefault(one.registration_id, []).append(one)
    return found


def certificates_of_registrations(session: Session, ids: Collection[int]) -> dict[int, Certificate]:
    """Return the certificate that stands of each registration that has one."""
    statement = (
        select(Certificate)
        .where(Certificate.registration_id.in_(ids), Certificate.state == CertificateState.ISSUED)
        .order_by(Certificate.id)
    )
    return {one.registration_id: one for one in session.scalars(statement)}


def certificate_behind(session: Session, token: str) -> Certificate | None:
    """Return the certificate whose link carries ``token``, whatever became of it."""
    return session.scalars(select(Certificate).where(Certificate.token == token)).one_or_none()


def file_of(session: Session, certificate_id: int) -> Attachment | None:
    """Return the signed PDF of a certificate, None as long as nobody has asked for it."""
    statement = select(CertificateFile).options(joinedload(CertificateFile.file))
    found = session.scalars(statement.where(CertificateFile.certificate_id == certificate_id)).one_or_none()
    return found.file if found else None


def successor_of(session: Session, certificate_id: int) -> str:
    """Return the number of the certificate that replaces this one."""
    return session.scalar(select(Certificate.no).where(Certificate.replaces_id == certificate_id)) or ""


@dataclass(frozen=True)
class Verification:
    """What a verification is told. Of a certificate that was not found there is nothing but that."""

    outcome: CheckOutcome
    contents: dict[str, Any] | None = None
    """What the certificate says, as it was frozen; the name is masked."""
    ended_on: date | None = None
    replaced_by: str = ""
    sha256: str = ""
    file_sha256: str = ""

    @property
    def data(self) -> dict[str, Any]:
        """The same for programs."""
        return {
            "outcome": self.outcome.value,
            "certificate": self.contents,
            "contents_sha256": self.sha256,
            "file_sha256": self.file_sha256,
            "ended_on": self.ended_on.isoformat() if self.ended_on else None,
            "replaced_by": self.replaced_by or None,
        }


_ENDED = {CertificateState.REPLACED: CheckOutcome.REPLACED, CertificateState.REVOKED: CheckOutcome.REVOKED}


def outcome_of(certificate: Certificate, today: date) -> CheckOutcome:
    """Return what a certificate is worth today."""
    if certificate.state in _ENDED:
        return _ENDED[certificate.state]
    is_over = certificate.valid_until is not None and certificate.valid_until < today
    return CheckOutcome.EXPIRED if is_over else CheckOutcome.VALID


def told_of(session: Session, outcome: CheckOutcome, certificate: Certificate | None) -> Verification:
    """Return what everybody is told of a certificate; the reason for which it ended is none of it."""
    if certificate is None:
        return Verification(outcome)
    file = file_of(session, certificate.id)
    ended = clock.local_day(certificate.state_at) if certificate.state in _ENDED else None
    return Verification(
        outcome=outcome,
        contents=certificate.contents | {"name": masked_name(certificate.contents["name"])},
        ended_on=certificate.valid_until if outcome is CheckOutcome.EXPIRED else ended,
        replaced_by=successor_of(session, certificate.id),
        sha256=certificate.sha256,
        file_sha256=file.sha256 if file else "",
    )
