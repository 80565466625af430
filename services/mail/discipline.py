"""Letters of the association about cases, notices and mailings. Of a case they tell its number and nothing more."""

from __future__ import annotations

from sqlalchemy.orm import Session

from services.association.models.cases import Case
from services.association.models.notices import Mailing, MailingReader, Notice, NoticeState
from services.association.operations.casework import NEWS
from services.association.rules.letters import filled
from services.core import links
from services.mail.letters import Letter
from services.mail.readers import to_person

DATED = frozenset({"submitted", "answer_wanted", "mediation", "decided", "failed", "breached", "appealed", "late"})
"""News after which somebody has to act by a day: that of the clock that runs."""


def case_news(session: Session, *, case_id: int, person_id: int, news: str) -> Letter | None:
    """Somebody of a case learns what happened; what the case is about is read on its page."""
    case = session.get_one(Case, case_id)
    clock = case.clock
    return to_person(
        session,
        person_id,
        "association/case_news",
        no=case.no,
        sentence=NEWS[news],
        due_on=clock.due_on if clock is not None and news in DATED else None,
        link=links.case(case.id),
    )


def notice_to_confirm(session: Session, *, notice_id: int, person_id: int) -> Letter | None:
    """Somebody of a member is asked to read a notice; None when it has been withdrawn meanwhile."""
    notice = session.get_one(Notice, notice_id)
    if notice.state is not NoticeState.PUBLISHED:
        return None
    return to_person(
        session,
        person_id,
        "association/notice_to_confirm",
        association=notice.association.name,
        title=notice.title,
        link=links.notice(notice.id),
    )


def mailing(session: Session, *, reader_id: int) -> Letter | None:
    """One reader of a mailing gets it, with its places filled."""
    reader = session.get_one(MailingReader, reader_id)
    sent = session.get_one(Mailing, reader.mailing_id)
    return to_person(
        session,
        reader.person_id,
        "association/mailing",
        association=sent.association.name,
        subject=filled(sent.subject, reader.values),
        text=filled(sent.text, reader.values),
    )
