"""Attachments: what people upload, examined by content and kept under random names (domain.md 4.4 rule 6).

A file is written beside its place, forced to disk and renamed before the transaction commits: a row never points to
nothing. A file whose transaction was rolled back is swept away later.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import ForeignKey, String, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from services.core.base import Base, Instant
from services.core.errors import RuleBroken, ServiceError
from services.core.locks import hold
from services.core.messages import N_
from services.core.uploads import Upload
from services.core.work import Work

QUOTA_BYTES = 200 * 1024 * 1024
PERSONAL_QUOTA_BYTES = 50 * 1024 * 1024
ORPHAN_AGE = timedelta(days=1)
MADE_HERE = frozenset({"certificate", "report"})
"""The purposes of files that the portal makes itself; they take no room from anybody."""


class Attachment(Base):
    """One stored file. ``name`` is what people called it, ``key`` where it lies below the uploads folder."""

    __tablename__ = "attachment"

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(200))
    key: Mapped[str] = mapped_column(String(80), unique=True)
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    stored_at: Mapped[datetime] = mapped_column(Instant)
    stored_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class QuotaUsed(RuleBroken):
    """The organisation's room for files is used up."""

    message = N_("There is no room left for files: %(quota)s MB are used up. Please ask the platform.")
    field = "file"


class FileLost(ServiceError):
    """The stored file is missing or is not what was stored; it is not served."""

    message = N_("This file is damaged in the store and is not handed out. The platform has been told.")


def store(work: Work, folder: Path, upload: Upload, *, organisation_id: int | None, purpose: str) -> Attachment:
    """Keep ``upload`` for an organisation, or for the actor when there is none; it is on disk before its row is.

    Raises QuotaUsed.
    """
    _refuse_beyond_quota(work, organisation_id, len(upload.content))
    return keep(work, folder, upload, organisation_id=organisation_id, purpose=purpose)


def keep(work: Work, folder: Path, upload: Upload, *, organisation_id: int | None, purpose: str) -> Attachment:
    """Keep ``upload``, whatever room is left: for what the portal makes itself (``MADE_HERE``)."""
    token = secrets.token_hex(20)
    key = f"{token[:2]}/{token}.{upload.extension}"
    _write(folder / key, upload.content)
    attachment = Attachment(
        organisation_id=organisation_id,
        purpose=purpose,
        name=upload.name,
        key=key,
        media_type=upload.media_type,
        size=len(upload.content),
        sha256=hashlib.sha256(upload.content).hexdigest(),
        stored_at=work.now,
        stored_by_id=work.actor.person_id,
    )
    work.session.add(attachment)
    work.session.flush()  # whoever stores a file points to it
    return attachment


def content_of(folder: Path, attachment: Attachment) -> bytes:
    """Return the stored bytes. Raises FileLost when they are not the ones that were stored."""
    try:
        content = (folder / attachment.key).read_bytes()
    except OSError as fault:
        raise FileLost from fault
    if hashlib.sha256(content).hexdigest() != attachment.sha256:
        raise FileLost
    return content


def sweep_orphans(session: Session, folder: Path, now: datetime) -> list[str]:
    """Remove files older than a day that no row points to, and return their keys."""
    eldest = (now - ORPHAN_AGE).timestamp()
    found = {
        path.relative_to(folder).as_posix(): path
        for path in folder.glob("*/*")
        if path.is_file() and path.stat().st_mtime < eldest
    }
    known = set(session.scalars(select(Attachment.key).order_by(Attachment.id)))
    orphans = sorted(set(found) - known)
    for key in orphans:
        found[key].unlink(missing_ok=True)
    return orphans


def _refuse_beyond_quota(work: Work, organisation_id: int | None, size: int) -> None:
    """Count what is there while nobody else can add to it."""
    if organisation_id is not None:
        owner, quota = Attachment.organisation_id == organisation_id, QUOTA_BYTES
        hold(work.session, f"files of organisation {organisation_id}")
    else:
        owner = (Attachment.organisation_id.is_(None)) & (Attachment.stored_by_id == work.actor.person_id)
        quota = PERSONAL_QUOTA_BYTES
        hold(work.session, f"files of person {work.actor.person_id}")
    uploaded = owner & Attachment.purpose.not_in(sorted(MADE_HERE))
    used = work.session.scalar(select(func.coalesce(func.sum(Attachment.size), 0)).where(uploaded)) or 0
    if used + size > quota:
        raise QuotaUsed(quota=quota // 1024 // 1024)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".part")
    with beside.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
