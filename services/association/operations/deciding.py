"""Carries out what a meeting has decided, once: applications, dues tables, waivers, expulsions, sanctions, pact, charter."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from services.association.models.dues import DuesTable, DuesWaiver, TableState
from services.association.models.meetings import Motion, MotionState, MotionSubject
from services.association.models.register import CharterEdition, Ending, Member, MembershipApplication
from services.association.operations.admitting import annul, approve, refuse
from services.association.operations.charters import adopt_edition
from services.association.operations.members import expel
from services.association.operations.pacts import adopt_by_motion
from services.association.operations.sanctioning import carry_out_sanction, follow_motion, lift_void
from services.association.operations.tables import adopt_table
from services.association.operations.telling import tell_office
from services.association.operations.waivers import decide_waiver
from services.association.rules.dues import Adoption, adoption_faults
from services.association.rules.joining import STEPS
from services.core import clock, links
from services.core.messages import N_
from services.core.work import Work

DECIDED = frozenset({MotionState.PASSED, MotionState.REJECTED})


def carry_out(work: Work, *, motion_id: int) -> None:
    """Do what a counted motion says about its matter; what it says nothing about stays as it was.

    Carrying out a second time changes nothing. A motion that was found void after it had been carried out is undone where
    that is possible; where it is not, the secretariat is told that it has to see to it.
    """
    motion = work.session.get_one(Motion, motion_id)
    if motion.about_id is None:
        return
    if motion.state is MotionState.VOID:
        _undo(work, motion)
    elif motion.state in DECIDED and (carry := CARRIERS.get(motion.about)) is not None:
        carry(work, motion, motion.about_id, motion.state is MotionState.PASSED)


def decided_on(motion: Motion) -> date:
    """Return the day of a decision: that of its count."""
    assert motion.counted_at is not None
    return clock.local_day(motion.counted_at)


def _application(work: Work, motion: Motion, application_id: int, passed: bool) -> None:
    application = work.session.get_one(MembershipApplication, application_id)
    if application.state not in STEPS["approve"][0]:
        return  # carried out before, or withdrawn
    if passed:
        approve(work, application_id, motion_id=motion.id, decided_on=decided_on(motion))
        return
    reason = motion.state_reason or N_("The council did not agree.")
    refuse(work, application_id, motion_id=motion.id, decided_on=decided_on(motion), reason=reason)


def _dues_table(work: Work, motion: Motion, table_id: int, passed: bool) -> None:
    if work.session.get_one(DuesTable, table_id).state is not TableState.DRAFT:
        return  # carried out before
    adoption = adoption_by(motion)
    if passed and not adoption_faults(adoption):
        adopt_table(work, table_id, adoption, motion_id=motion.id)
    elif passed:
        message = N_("The dues table that “%(title)s” adopts lacks the figures it needs; it is not in force.")
        tell_office(work, motion.association_id, message, links.dues_tables(), title=motion.title)


def adoption_by(motion: Motion) -> Adoption:
    """Return the record of a counted motion as that of an adoption."""
    meeting = motion.meeting
    return Adoption(
        meeting_on=meeting.held_on if meeting else None,
        meeting_name=meeting.title if meeting else "",
        entitled=motion.entitled or 0,
        present=motion.present or 0,
        in_favour=motion.votes_for or 0,
        against=motion.votes_against or 0,
        abstained=motion.abstentions or 0,
        is_secret=motion.is_secret,
    )


def _waiver(work: Work, motion: Motion, waiver_id: int, passed: bool) -> None:
    decide_waiver(work, waiver_id, motion_id=motion.id, granted=passed, decided_on=decided_on(motion))


def _expulsion(work: Work, motion: Motion, member_id: int, passed: bool) -> None:
    if passed:
        expel(work, member_id, reason=motion.title, motion_id=motion.id)
    follow_motion(work, motion.id, passed)


def _sanction(work: Work, motion: Motion, sanction_id: int, passed: bool) -> None:
    carry_out_sanction(work, sanction_id, motion.id, passed)


def _pact(work: Work, motion: Motion, pact_id: int, passed: bool) -> None:
    adopt_by_motion(work, pact_id, motion.id, passed, decided_on(motion))


def _charter(work: Work, motion: Motion, edition_id: int, passed: bool) -> None:
    if passed:
        meeting = motion.meeting.title if motion.meeting else motion.title
        adopt_edition(work, edition_id, adopted_on=decided_on(motion), meeting=meeting, motion_id=motion.id)


CARRIERS: dict[MotionSubject, Callable[[Work, Motion, int, bool], None]] = {
    MotionSubject.APPLICATION: _application,
    MotionSubject.DUES_TABLE: _dues_table,
    MotionSubject.WAIVER: _waiver,
    MotionSubject.EXPULSION: _expulsion,
    MotionSubject.SANCTION: _sanction,
    MotionSubject.PACT: _pact,
    MotionSubject.CHARTER: _charter,
}
"""What passing or rejecting a motion does to its matter."""


def _undo(work: Work, motion: Motion) -> None:
    """Without the quorum nothing was carried out, and the matter waits on; what was found void afterwards may have been."""
    assert motion.about_id is not None
    if motion.about is MotionSubject.SANCTION:
        lift_void(work, motion.id)
    elif motion.about is MotionSubject.PACT:
        _pact(work, motion, motion.about_id, passed=False)
    elif _stays_carried_out(work, motion, motion.about_id):
        message = N_("The decision “%(title)s” was found void after it had been carried out. Please see to it.")
        tell_office(work, motion.association_id, message, links.association_desk(), title=motion.title)
        work.record("motion.void_after_effect", motion, about=motion.about, about_id=motion.about_id)


def _stays_carried_out(work: Work, motion: Motion, about_id: int) -> bool:
    """Undo what can be undone; tell whether something was carried out that a person has to see to."""
    if motion.about is MotionSubject.APPLICATION:
        application = work.session.get_one(MembershipApplication, about_id)
        return application.motion_id == motion.id and not annul(work, about_id)
    if motion.about is MotionSubject.EXPULSION:
        lift_void(work, motion.id)
        return work.session.get_one(Member, about_id).ended_as is Ending.EXPELLED
    return _carried_out_by(work, motion.about, about_id) == motion.id


def _carried_out_by(work: Work, about: MotionSubject, about_id: int) -> int | None:
    """Return the motion that a matter says it was carried out by."""
    if about is MotionSubject.WAIVER:
        return work.session.get_one(DuesWaiver, about_id).motion_id
    if about is MotionSubject.DUES_TABLE:
        return work.session.get_one(DuesTable, about_id).motion_id
    return work.session.get_one(CharterEdition, about_id).motion_id if about is MotionSubject.CHARTER else None
