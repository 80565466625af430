"""Verification of certificates by everybody: by the link of the code, by number and name, or by the file itself."""

from __future__ import annotations

import re
from hashlib import sha256

from sqlalchemy import select

from services.core.characters import narrow
from services.core.files import Attachment
from services.core.verifying import LONGEST_ASKED, refuse_beyond_limit
from services.core.work import Work
from services.training.models.outcomes import Certificate, CertificateCheck, CertificateFile, CheckOutcome
from services.training.queries.certificates import Verification, certificate_behind, outcome_of, told_of

_LINK = re.compile(rb"/v/([A-Za-z0-9_-]{43})(?![A-Za-z0-9_-])")


def verify_token(work: Work, token: str) -> Verification:
    """Tell what the certificate with this link, taken from its QR code, is worth now."""
    _refuse(work)
    return _answer(work, certificate_behind(work.session, token), asked=token[:4])


def verify_number(work: Work, no: str, name: str) -> Verification:
    """Tell what a certificate is worth; an unknown number and a wrong name get the same answer."""
    _refuse(work)
    number = narrow(no).upper()
    found = work.session.scalars(select(Certificate).where(Certificate.no == number)).one_or_none()
    is_named = found is not None and found.contents["name"] == name.strip()
    return _answer(work, found if is_named else None, asked=number)


def verify_file(work: Work, content: bytes) -> Verification:
    """Tell what the certificate is worth whose PDF has exactly these bytes.

    A file that carries the link of a certificate and has other bytes was altered: it is told so, with what the certificate
    really says.
    """
    _refuse(work)
    digest = sha256(content).hexdigest()
    statement = (
        select(Certificate)
        .join(CertificateFile, CertificateFile.certificate_id == Certificate.id)
        .join(Attachment, Attachment.id == CertificateFile.file_id)
        .where(Attachment.sha256 == digest)
    )
    found = work.session.scalars(statement).one_or_none()
    if found is not None:
        return _answer(work, found, asked=digest)
    link = _LINK.search(content)
    named = certificate_behind(work.session, link.group(1).decode()) if link else None
    return _answer(work, named, asked=digest, outcome=CheckOutcome.ALTERED)


def _refuse(work: Work) -> None:
    refuse_beyond_limit(work, CertificateCheck.address, CertificateCheck.at)


def _answer(work: Work, found: Certificate | None, *, asked: str, outcome: CheckOutcome | None = None) -> Verification:
    """Note that somebody asked, and tell what is told."""
    worth = CheckOutcome.NOT_FOUND if found is None else outcome or outcome_of(found, work.today)
    work.session.add(
        CertificateCheck(
            certificate_id=found.id if found else None,
            at=work.now,
            outcome=worth,
            asked=asked[:LONGEST_ASKED],
            address=work.actor.address,
            person_id=work.actor.person_id,
        )
    )
    return told_of(work.session, worth, found)
