"""Letters about certificates of a training: issued, replaced, taken back. They tell no identity numbers and no scores."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from services.core import links
from services.mail.letters import Letter
from services.mail.readers import to_contact, to_person
from services.training.models.outcomes import Certificate, CertificateState
from services.training.models.registrations import Registration


def issued(session: Session, *, registration_id: int, person_id: int | None, certificate_id: int) -> Letter | None:
    """Somebody learns that a certificate is there; None when it ended meanwhile."""
    certificate = session.get_one(Certificate, certificate_id)
    if certificate.state is not CertificateState.ISSUED:
        return None
    return _letter(session, registration_id, person_id, "training_certificate_issued", certificate)


def replaced(session: Session, *, registration_id: int, person_id: int | None, certificate_id: int) -> Letter | None:
    """Somebody learns which certificate has come in place of which, and why; None when the new one ended meanwhile."""
    certificate = session.get_one(Certificate, certificate_id)
    if certificate.state is not CertificateState.ISSUED:
        return None
    former = session.get_one(Certificate, certificate.replaces_id)
    facts = {"former_no": former.no, "reason": former.state_reason}
    return _letter(session, registration_id, person_id, "training_certificate_replaced", certificate, **facts)


def revoked(session: Session, *, registration_id: int, person_id: int | None, certificate_id: int) -> Letter | None:
    """Somebody learns that a certificate is not valid any more, and why."""
    certificate = session.get_one(Certificate, certificate_id)
    reason = certificate.state_reason
    return _letter(session, registration_id, person_id, "training_certificate_revoked", certificate, reason=reason)


def _letter(
    session: Session, registration_id: int, person_id: int | None, name: str, certificate: Certificate, **told: Any
) -> Letter | None:
    """Return the letter to a person; to the trainee's telephone, with the page that everybody can read, without one."""
    registration = session.get_one(Registration, registration_id)
    contents = certificate.contents
    facts: dict[str, Any] = {
        "no": certificate.no,
        "trainee": contents["name"],
        "course": contents["course"],
        "class_no": contents["class"],
        "centre": contents["issuer"],
        "valid_until": certificate.valid_until,
        "check_link": links.certificate_verification(certificate.token),
        "link": links.certificate(certificate.no),
        "former_no": "",
        "reason": "",
    } | told
    if person_id is not None:
        return to_person(session, person_id, f"training/{name}", **facts)
    mobile = registration.trainee.mobile
    return to_contact(mobile, f"training/{name}", **facts | {"link": facts["check_link"]}) if mobile else None
