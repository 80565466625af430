"""Reads of notices and documents, and of who has confirmed having read them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from services.association.models.notices import Notice, NoticeFile, NoticeKind, NoticeReceipt, NoticeState
from services.association.models.register import Member
from services.association.queries.readers import (
    MOST_MEMBERS,
    NoticeReader,
    addressed_to,
    members_addressed,
    notice_reader,
)
from services.core.actor import Actor
from services.core.errors import NotFound
from services.core.permissions import Permission


def shown_notices(
    reader: NoticeReader, *, association_id: int | None = None, kind: NoticeKind | None = None
) -> Select[Notice]:
    """Select the published notices that the reader may read, the newest first."""
    statement = (
        select(Notice)
        .options(joinedload(Notice.association))
        .where(Notice.state == NoticeState.PUBLISHED, addressed_to(reader))
        .order_by(Notice.published_at.desc(), Notice.id.desc())
    )
    if association_id is not None:
        statement = statement.where(Notice.association_id == association_id)
    if kind is not None:
        statement = statement.where(Notice.kind == kind)
    return statement


def public_notices(session: Session, association_id: int, most: int = 5) -> list[Notice]:
    """Return the newest notices that everybody may read."""
    return list(session.scalars(shown_notices(NoticeReader(), association_id=association_id).limit(most)))


def readable_notice(session: Session, actor: Actor, notice_id: int, today: date) -> Notice:
    """Return a notice to its readers; its secretariat reads drafts and withdrawn ones, too. Raises NotFound."""
    reader = notice_reader(session, actor, today)
    statement = (
        select(Notice)
        .options(joinedload(Notice.association), selectinload(Notice.files).joinedload(NoticeFile.attachment))
        .where(Notice.id == notice_id, addressed_to(reader))
    )
    notice = session.scalars(statement).one_or_none()
    if notice is None:
        raise NotFound
    if notice.state is not NoticeState.PUBLISHED and notice.association_id != reader.own_association_id:
        raise NotFound
    return notice


def desk_notices(association_id: int, *, state: NoticeState | None = None) -> Select[Notice]:
    """Select the notices of an association as its secretariat lists them, the newest first."""
    statement = select(Notice).where(Notice.association_id == association_id).order_by(Notice.id.desc())
    return statement if state is None else statement.where(Notice.state == state)


def has_confirmed(session: Session, notice_id: int, organisation_id: int | None) -> NoticeReceipt | None:
    """Return the first confirmation of a firm."""
    statement = (
        select(NoticeReceipt)
        .options(joinedload(NoticeReceipt.person))
        .where(NoticeReceipt.notice_id == notice_id, NoticeReceipt.organisation_id == organisation_id)
        .order_by(NoticeReceipt.at)
        .limit(1)
    )
    return session.scalars(statement).one_or_none()


def unconfirmed(session: Session, actor: Actor, notices: Iterable[Notice]) -> frozenset[int]:
    """Return which of the notices the actor's firm has still to confirm."""
    wanted = {one.id for one in notices if one.wants_receipt}
    if not wanted or not actor.may(Permission.MEMBERSHIP_ACT):
        return frozenset()
    confirmed = select(NoticeReceipt.notice_id).where(
        NoticeReceipt.notice_id.in_(wanted), NoticeReceipt.organisation_id == actor.organisation_id
    )
    return frozenset(wanted - set(session.scalars(confirmed.order_by(NoticeReceipt.notice_id))))


@dataclass(frozen=True)
class ReceiptRow:
    """One member whom a notice is for, and its first confirmation."""

    member: Member
    receipt: NoticeReceipt | None


def receipts_of(session: Session, notice: Notice, today: date) -> list[ReceiptRow]:
    """Return for each member whom a notice is for whether it has confirmed; those that have not come first."""
    confirmed: dict[int, NoticeReceipt] = {}
    statement = (
        select(NoticeReceipt)
        .options(joinedload(NoticeReceipt.person))
        .where(NoticeReceipt.notice_id == notice.id)
        .order_by(NoticeReceipt.at, NoticeReceipt.person_id)
    )
    for receipt in session.scalars(statement):
        confirmed.setdefault(receipt.organisation_id, receipt)
    members = session.scalars(members_addressed(notice, today).limit(MOST_MEMBERS))
    rows = [ReceiptRow(member, confirmed.get(member.organisation_id)) for member in members]
    return sorted(rows, key=lambda row: row.receipt is not None)


def receipt_counts(session: Session, notice_ids: Iterable[int]) -> dict[int, int]:
    """Return how many firms have confirmed each of the notices."""
    statement = (
        select(NoticeReceipt.notice_id, func.count(func.distinct(NoticeReceipt.organisation_id)))
        .where(NoticeReceipt.notice_id.in_(list(notice_ids)))
        .group_by(NoticeReceipt.notice_id)
        .order_by(NoticeReceipt.notice_id)
    )
    return dict(session.execute(statement).all())
