"""Notices and documents: written and published by the secretariat, read and confirmed by members."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from services.association.models.notices import (
    Audience,
    Notice,
    NoticeFile,
    NoticeKind,
    NoticeReceipt,
    NoticeState,
)
from services.association.notice_errors import (
    NoReceiptWanted,
    NoticeEmpty,
    NoticeFilesMany,
    NoticeFixed,
    PublicReceipt,
    ReasonNeededToWithdraw,
    RemindedToday,
)
from services.association.queries.notices import readable_notice, receipts_of
from services.association.queries.readers import MOST_MEMBERS, members_addressed, person_ids_for
from services.core import clock, files, links
from services.core.errors import NotAllowed, NotFound, RuleBroken, RulesBroken
from services.core.insertion import insert_unless_taken
from services.core.messages import N_
from services.core.permissions import Permission
from services.core.uploads import Upload
from services.core.work import Work

PURPOSE = "association-notice"
MOST_FILES = 10
_PUBLISHED = N_("The association has published “%(title)s”.")
_TO_CONFIRM = N_("The association asks you to read “%(title)s” and to confirm it.")


@dataclass(frozen=True)
class WishNotice:
    """What a notice says, and to whom."""

    kind: NoticeKind
    audience: Audience
    title: str
    text: str = ""
    wants_receipt: bool = False


def write_notice(work: Work, association_id: int, wish: WishNotice) -> Notice:
    """Write a draft of a notice."""
    work.require(Permission.MEMBER_MANAGE, scope=association_id)
    _refuse(wish)
    notice = Notice(
        association_id=association_id,
        kind=wish.kind,
        audience=wish.audience,
        title=wish.title.strip(),
        text=wish.text.strip(),
        wants_receipt=wish.wants_receipt,
        written_by_id=work.actor.person_id,
        written_at=work.now,
    )
    work.session.add(notice)
    work.record("notice.write", notice)
    return notice


def change_notice(work: Work, notice_id: int, wish: WishNotice, *, version: int | None = None) -> Notice:
    """Change a draft. Raises StaleDataError through its version when somebody else has changed it meanwhile."""
    notice = _draft(work, notice_id, version)
    _refuse(wish)
    notice.kind, notice.audience, notice.wants_receipt = wish.kind, wish.audience, wish.wants_receipt
    notice.title, notice.text = wish.title.strip(), wish.text.strip()
    work.record("notice.change", notice)
    return notice


def add_file(work: Work, notice_id: int, folder: Path, upload: Upload) -> NoticeFile:
    """Add a file to a draft."""
    notice = _draft(work, notice_id)
    if len(notice.files) >= MOST_FILES:
        raise NoticeFilesMany(most=MOST_FILES)
    kept = files.store(work, folder, upload, organisation_id=notice.association_id, purpose=PURPOSE)
    carried = NoticeFile(attachment_id=kept.id)
    notice.files.append(carried)
    work.record("notice.add_file", notice, sha256=kept.sha256)
    return carried


def remove_file(work: Work, notice_id: int, file_id: int) -> None:
    """Take a file off a draft."""
    notice = _draft(work, notice_id)
    carried = next((one for one in notice.files if one.id == file_id), None)
    if carried is None:
        raise NotFound
    work.session.delete(carried)
    work.record("notice.remove_file", notice, file_id=file_id)


def publish(work: Work, notice_id: int) -> Notice:
    """Publish a draft: its readers are told, and its words stay as they are."""
    notice = _draft(work, notice_id)
    if not notice.text and not notice.files:
        raise NoticeEmpty
    notice.state, notice.published_at = NoticeState.PUBLISHED, work.now
    work.record("notice.publish", notice, audience=notice.audience)
    work.later("association.notice_published", notice_id=notice.id)
    return notice


def discard(work: Work, notice_id: int) -> None:
    """Give up a draft."""
    notice = _draft(work, notice_id)
    work.record("notice.discard", notice)
    for carried in list(notice.files):
        work.session.delete(carried)
    work.session.flush()  # the files point to the notice
    work.session.delete(notice)


def withdraw(work: Work, notice_id: int, *, reason: str) -> None:
    """Withdraw a published notice, with a reason; it is shown to the secretariat only."""
    notice = _own(work, notice_id)
    if notice.state is not NoticeState.PUBLISHED:
        raise NoticeFixed
    if not reason.strip():
        raise ReasonNeededToWithdraw
    notice.state, notice.withdrawn_reason = NoticeState.WITHDRAWN, reason.strip()
    work.record("notice.withdraw", notice, reason=notice.withdrawn_reason)


def confirm(work: Work, notice_id: int) -> None:
    """Confirm for one's firm to have read a notice; a second time changes nothing."""
    work.require(Permission.MEMBERSHIP_ACT)
    notice = readable_notice(work.session, work.actor, notice_id, work.today)
    if notice.association_id == work.actor.organisation_id:
        raise NotAllowed
    if not notice.wants_receipt:
        raise NoReceiptWanted
    new = insert_unless_taken(
        work.session,
        NoticeReceipt,
        notice_id=notice.id,
        person_id=work.actor.person_id,
        organisation_id=work.actor.organisation_id,
        at=work.now,
    )
    if new:
        work.record("notice.confirm", notice)


def remind(work: Work, notice_id: int) -> int:
    """Remind the members that have not confirmed a notice, at most once a day; return how many people are told."""
    notice = _own(work, notice_id)
    if notice.state is not NoticeState.PUBLISHED or not notice.wants_receipt:
        raise NoReceiptWanted
    if notice.reminded_at is not None and work.now - notice.reminded_at < timedelta(days=1):
        raise RemindedToday
    missing = [row.member for row in receipts_of(work.session, notice, work.today) if row.receipt is None]
    people = person_ids_for(work.session, missing, work.today)
    notice.reminded_at = work.now
    _tell(work, notice, people)
    work.record("notice.remind", notice, people=len(people))
    return len(people)


def tell_readers(work: Work, *, notice_id: int) -> int:
    """Tell whom a published notice is for; return how many people are told. Withdrawn meanwhile, nobody is."""
    notice = work.session.get_one(Notice, notice_id)
    if notice.state is not NoticeState.PUBLISHED:
        return 0
    members = work.session.scalars(members_addressed(notice, clock.local_day(work.now)).limit(MOST_MEMBERS)).all()
    people = person_ids_for(work.session, members, work.today)
    _tell(work, notice, people)
    return len(people)


def _tell(work: Work, notice: Notice, people: list[int]) -> None:
    message = _TO_CONFIRM if notice.wants_receipt else _PUBLISHED
    for person_id in people:
        work.tell(person_id, message, link=links.notice(notice.id), title=notice.title)
        if notice.wants_receipt:
            work.later("mail.notice_to_confirm", notice_id=notice.id, person_id=person_id)


def _own(work: Work, notice_id: int) -> Notice:
    notice = work.session.get(Notice, notice_id, with_for_update={"of": Notice})
    if notice is None:
        work.require(Permission.MEMBER_MANAGE)
        raise NotFound
    work.require(Permission.MEMBER_MANAGE, scope=notice.association_id)
    return notice


def _draft(work: Work, notice_id: int, version: int | None = None) -> Notice:
    notice = _own(work, notice_id)
    if notice.state is not NoticeState.DRAFT or (version is not None and version != notice.version):
        raise NoticeFixed
    return notice


def _refuse(wish: WishNotice) -> None:
    errors: list[RuleBroken] = []
    if wish.wants_receipt and wish.audience is Audience.PUBLIC:
        errors.append(PublicReceipt())
    if not wish.title.strip():
        errors.append(NoticeEmpty(field="title"))
    if errors:
        raise RulesBroken(errors)
