"""The charter: its figures, its editions, and the meeting that adopted one."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import func, select

from services.association.models.meetings import MotionSubject
from services.association.models.register import Charter, CharterEdition
from services.association.operations.motions import add_draft, refuse_before_body
from services.association.operations.standings import charter_changed
from services.association.queries.members import association, charter_draft
from services.core.errors import ChangedMeanwhile, NotFound
from services.core.permissions import Permission
from services.core.work import Work


@dataclass(frozen=True)
class Figures:
    """What a charter lays down, with the association's bank account."""

    business_scope: str
    term_ends_on: date | None
    bank_holder: str
    bank_name: str
    bank_account: str
    notice_days: int
    public_notice_days: int
    dues_days: int
    grace_days: int
    lapse_days: int
    reapply_months: int
    proxy_limit: int
    challenge_days: int


def set_figures(work: Work, association_id: int, figures: Figures, version: int) -> Charter:
    """Keep the figures of the charter as they are written in it; all members stand by the new ones afterwards.

    Raises ChangedMeanwhile when somebody else has changed them since.
    """
    work.require(Permission.MEMBER_MANAGE, scope=association_id)
    association(work.session, association_id)
    charter = work.session.get(Charter, association_id, with_for_update={"of": Charter}, populate_existing=True)
    if charter is None:
        charter = Charter(association_id=association_id, version=0)
        work.session.add(charter)
    elif charter.version != version:
        raise ChangedMeanwhile
    before = {name: getattr(charter, name) for name in asdict(figures)}
    changed = {name: value for name, value in asdict(figures).items() if before[name] != value}
    for name, value in asdict(figures).items():
        setattr(charter, name, value)
    charter.version += 1
    work.session.flush()
    work.record("charter.figures", charter, association_id=association_id, changed=changed)
    if changed.keys() & {"dues_days", "grace_days", "lapse_days"}:
        charter_changed(work, charter)
    return charter


def draft_edition(work: Work, association_id: int, text: str) -> CharterEdition:
    """Keep the text that is to be laid before a meeting; there is one draft at a time.

    Raises DraftBeforeMeeting while a meeting is to vote on it, DraftBegun when somebody else begins it at the same moment.
    """
    work.require(Permission.MEMBER_MANAGE, scope=association_id)
    last = work.session.scalar(
        select(func.max(CharterEdition.edition)).where(CharterEdition.association_id == association_id)
    )
    draft = charter_draft(work.session, association_id)  # read last: whoever began one since has taken the next number
    if draft is not None:
        work.session.refresh(draft, with_for_update={"of": CharterEdition})
        refuse_before_body(work, MotionSubject.CHARTER, draft.id)
    draft = draft or CharterEdition(association_id=association_id, edition=(last or 0) + 1)
    draft.text, draft.drafted_at, draft.drafted_by_id = text, work.now, work.actor.person_id
    add_draft(work, draft)
    work.record("charter.drafted", draft, edition=draft.edition)
    return draft


def adopt_edition(work: Work, edition_id: int, *, adopted_on: date, meeting: str, motion_id: int | None = None) -> bool:
    """Put an edition into force from the day on which a meeting adopted it; tell whether it was a draft still."""
    edition = work.session.get(CharterEdition, edition_id, with_for_update={"of": CharterEdition})
    if edition is None:
        raise NotFound
    work.require(Permission.MEMBER_MANAGE, scope=edition.association_id)
    if edition.adopted_on is not None:
        return False
    edition.adopted_on, edition.adopted_at_meeting, edition.motion_id = adopted_on, meeting, motion_id
    work.record("charter.adopted", edition, edition=edition.edition, meeting=meeting, adopted_on=adopted_on)
    return True
