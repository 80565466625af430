"""Lays what only a meeting decides before one: dues tables, the charter, the expulsion of whoever pays no dues.

What was declined, withdrawn or void is laid before a body again.
"""

from __future__ import annotations

from sqlalchemy import select

from services.association.errors import TableInForce
from services.association.models.dues import DuesWaiver, WaiverState
from services.association.models.judging import Sanction, SanctionState
from services.association.models.meetings import Motion, MotionSubject, Recusal
from services.association.models.register import CharterEdition, Member, MembershipApplication, Tier
from services.association.operations.meeting_steps import motion_of_secretariat
from services.association.operations.members import desk_member
from services.association.operations.motions import bring, step_aside
from services.association.operations.sanctioning import follow_new_motion
from services.association.operations.tables import draft_table
from services.association.queries.members import is_in_membership
from services.association.rules.joining import STEPS
from services.association.rules.motions import MOTION_NAMES, UNDECIDED
from services.core.errors import NotFound, WrongState
from services.core.money import yuan_text
from services.core.permissions import Permission
from services.core.work import Work

TABLE, CHARTER, EXPULSION = (
    "关于{year}年度起会费标准的议案",
    "关于修改章程的议案（第{edition}版）",
    "关于{firm}除名的议案",
)
"""Titles of motions are contents of the association's meetings, like their texts."""
LEVEL = "{tier}：每年{yuan}元"
TIERS = {
    Tier.PRESIDENT: "会长单位",
    Tier.VICE_PRESIDENT: "副会长单位",
    Tier.DIRECTOR: "理事单位",
    Tier.MEMBER: "会员单位",
}

WAITING = frozenset({MotionSubject.APPLICATION, MotionSubject.WAIVER, MotionSubject.SANCTION, MotionSubject.EXPULSION})
"""What cannot go on before a body has voted; drafts of tables, the charter and the pact are brought by their own pages."""


def bring_table(work: Work, table_id: int) -> Motion:
    """Lay a prepared dues table before an assembly, which reads its amounts and votes in secret."""
    table = draft_table(work, table_id)
    amounts = {level.tier: level.amount_fen for level in table.levels}
    return bring(
        work,
        table.association_id,
        MotionSubject.DUES_TABLE,
        table.id,
        title=TABLE.format(year=table.from_year),
        text="\n".join(LEVEL.format(tier=TIERS[one], yuan=yuan_text(amounts[one])) for one in TIERS if one in amounts),
    )


def bring_charter(work: Work, edition_id: int) -> Motion:
    """Lay a draft of the charter before an assembly."""
    work.require(Permission.MEMBER_MANAGE)
    edition = work.session.get(CharterEdition, edition_id, with_for_update={"of": CharterEdition})
    if edition is None:
        raise NotFound
    work.require(Permission.MEMBER_MANAGE, scope=edition.association_id)
    if edition.adopted_on is not None:
        raise TableInForce
    title = CHARTER.format(edition=edition.edition)
    return bring(work, edition.association_id, MotionSubject.CHARTER, edition.id, title=title, text=edition.text)


def bring_expulsion(work: Work, member_id: int, reason: str) -> Motion:
    """Lay the expulsion of a member before the council or an assembly; the member itself steps aside."""
    member = desk_member(work, member_id)
    if not is_in_membership(member):
        raise NotFound
    title = EXPULSION.format(firm=member.organisation.name[:60])
    return bring(
        work,
        member.association_id,
        MotionSubject.EXPULSION,
        member.id,
        title=title,
        text=reason,
        recused=[member.id],
    )


def bring_again(work: Work, motion_id: int) -> Motion:
    """Lay a matter before a body again on which none has decided; whoever stepped aside does so again.

    For matters that cannot go on without the vote: admissions, waivers, measures. Raises WrongState for any other motion,
    and once its matter does not wait any more; MatterIsDecided when another motion is about it already.
    """
    before = motion_of_secretariat(work, motion_id)
    if before.state not in UNDECIDED or before.about_id is None or not _waits(work, before.about, before.about_id):
        raise WrongState(state=MOTION_NAMES[before.state])
    motion = bring(work, before.association_id, before.about, before.about_id, title=before.title, text=before.text)
    aside = select(Recusal.member_id, Recusal.reason).where(Recusal.motion_id == before.id)
    for member_id, reason in work.session.execute(aside.order_by(Recusal.member_id)).all():
        step_aside(work, motion, member_id, reason)
    follow_new_motion(work, before.id, motion.id)
    return motion


def _waits(work: Work, about: MotionSubject, about_id: int) -> bool:
    """Tell whether a matter waits for the decision of a body."""
    if about is MotionSubject.APPLICATION:
        return work.session.get_one(MembershipApplication, about_id).state in STEPS["approve"][0]
    if about is MotionSubject.WAIVER:
        return work.session.get_one(DuesWaiver, about_id).state is WaiverState.PROPOSED
    if about is MotionSubject.SANCTION:
        return work.session.get_one(Sanction, about_id).state is SanctionState.TO_MEETING
    return about is MotionSubject.EXPULSION and is_in_membership(work.session.get_one(Member, about_id))
