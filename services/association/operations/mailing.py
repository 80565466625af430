"""Mail merge: a letter to a part of the members, previewed and counted, to each of its readers exactly once."""

from __future__ import annotations

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from services.association.models.notices import Mailing, MailingReader, MailingState, MailTemplate
from services.association.notice_errors import (
    CountChanged,
    MailingGone,
    NobodyInSegment,
    PlaceUnknown,
    TemplateNameTaken,
)
from services.association.queries.mailing import values_for
from services.association.queries.readers import Segment, addressees
from services.association.rules.letters import PLACES, unknown_places
from services.core.errors import NotFound, RulesBroken
from services.core.permissions import Permission
from services.core.work import Work

BATCH = 50


def save_template(
    work: Work, association_id: int, *, name: str, subject: str, text: str, template_id: int | None = None
) -> MailTemplate:
    """Keep a letter to be used again; with ``template_id`` it takes the place of that one."""
    work.require(Permission.MEMBER_MANAGE, scope=association_id)
    _refuse_unknown(subject, text)
    if template_id is None:
        template = MailTemplate(association_id=association_id, name="", subject="", text="")
        work.session.add(template)
    else:
        template = _template(work, template_id)
    template.name, template.subject, template.text = name.strip(), subject.strip(), text.strip()
    try:
        work.session.flush()  # a name leads to one template: the database decides
    except IntegrityError as clash:
        raise TemplateNameTaken from clash
    work.record("mail_template.save", template, name=template.name)
    return template


def delete_template(work: Work, template_id: int) -> None:
    """Remove a template; mailings that were made of it keep their words."""
    template = _template(work, template_id)
    work.record("mail_template.delete", template, name=template.name)
    work.session.delete(template)


def prepare(
    work: Work, association_id: int, *, subject: str, text: str, segment: Segment, mailing_id: int | None = None
) -> Mailing:
    """Prepare a mailing, or change it while nothing has gone out; nobody gets anything yet."""
    work.require(Permission.MEMBER_MANAGE, scope=association_id)
    _refuse_unknown(subject, text)
    if mailing_id is None:
        mailing = Mailing(association_id=association_id, written_at=work.now)
        work.session.add(mailing)
    else:
        mailing = _open(work, mailing_id)
    mailing.subject, mailing.text, mailing.segment = subject.strip(), text.strip(), segment.plain()
    mailing.written_by_id, mailing.written_at = work.actor.person_id, work.now
    work.record("mailing.prepare", mailing)
    return mailing


def send(work: Work, mailing_id: int, *, counted: int) -> Mailing:
    """Send a mailing once: its readers are fixed now, and each gets one letter.

    ``counted`` is how many readers its preview showed; CountChanged when there are more or fewer now.
    """
    mailing = _open(work, mailing_id)
    found = addressees(work.session, mailing.association_id, Segment.of(mailing.segment), work.today)
    if not found:
        raise NobodyInSegment
    if len(found) != counted:
        raise CountChanged(now=len(found))
    mailing.state, mailing.started_at = MailingState.SENDING, work.now
    rows = [
        {
            "mailing_id": mailing.id,
            "person_id": one.person.id,
            "organisation_id": one.member.organisation_id,
            "values": values_for(one, mailing.association),
        }
        for one in found
    ]
    work.session.execute(insert(MailingReader), rows)
    work.record("mailing.send", mailing, readers=len(rows))
    work.later("association.mail_batch", mailing_id=mailing.id)
    return mailing


def give_up(work: Work, mailing_id: int) -> None:
    """Give up a mailing of which nothing has gone out."""
    mailing = _open(work, mailing_id)
    mailing.state = MailingState.GIVEN_UP
    work.record("mailing.give_up", mailing)


def mail_batch(work: Work, *, mailing_id: int) -> int:
    """Promise the next letters of a mailing to the postman, each once; return how many."""
    mailing = work.session.get_one(Mailing, mailing_id, with_for_update={"of": Mailing})
    if mailing.state is not MailingState.SENDING:
        return 0
    waiting = (
        select(MailingReader)
        .where(MailingReader.mailing_id == mailing_id, MailingReader.at.is_(None))
        .order_by(MailingReader.id)
        .limit(BATCH)
        .with_for_update(of=MailingReader)
    )
    readers = work.session.scalars(waiting).all()
    for reader in readers:
        reader.at = work.now
        work.later("mail.mailing", reader_id=reader.id)
    if len(readers) < BATCH:
        mailing.state, mailing.finished_at = MailingState.SENT, work.now
    else:
        work.later("association.mail_batch", mailing_id=mailing_id)
    return len(readers)


def _open(work: Work, mailing_id: int) -> Mailing:
    mailing = work.session.get(Mailing, mailing_id, with_for_update={"of": Mailing})
    if mailing is None:
        work.require(Permission.MEMBER_MANAGE)
        raise NotFound
    work.require(Permission.MEMBER_MANAGE, scope=mailing.association_id)
    if mailing.state is not MailingState.DRAFT:
        raise MailingGone
    return mailing


def _template(work: Work, template_id: int) -> MailTemplate:
    template = work.session.get(MailTemplate, template_id)
    if template is None:
        work.require(Permission.MEMBER_MANAGE)
        raise NotFound
    work.require(Permission.MEMBER_MANAGE, scope=template.association_id)
    return template


def _refuse_unknown(subject: str, text: str) -> None:
    """Raise RulesBroken with the unknown places of the subject and of the text."""
    faults = [
        PlaceUnknown(shown="、".join(unknown), known="、".join(PLACES), field=field)
        for field, words in (("subject", subject), ("text", text))
        if (unknown := unknown_places(words))
    ]
    if faults:
        raise RulesBroken(faults)
