"""What a meeting decides is carried out, once, and only by the right body with its quorum and majority."""

from datetime import date

import pytest
from sqlalchemy import select

from services.association.meeting_errors import DraftBeforeMeeting, MatterIsDecided
from services.association.models.ballots import Choice
from services.association.models.dues import DuesInvoice, InvoiceState, TableState
from services.association.models.meetings import Body, Motion, MotionState, MotionSubject, Recusal
from services.association.models.register import ApplicationState, Office, Standing, Tier
from services.association.operations import admitting, counting, motions
from services.association.operations.bringing import bring_again, bring_charter, bring_expulsion, bring_table
from services.association.operations.charters import draft_edition
from services.association.operations.deciding import carry_out
from services.association.operations.tables import adopt_table, change_table, drop_table, prepare_table
from services.association.operations.waivers import propose_waiver
from services.association.queries.members import charter_text
from services.association.rules.dues import Adoption
from services.core import clock
from services.core.actor import Actor
from services.core.audit import AuditEntry
from services.core.errors import WrongState
from services.core.outbox import OutboxTask
from services.core.work import Work
from tests.factories.board import make_firm
from tests.factories.meetings import make_assembly
from tests.factories.register import enrol, make_application, make_dues_table, make_invoice

VOTED = Adoption(
    date(2026, 1, 10), "会员大会", entitled=9, present=8, in_favour=7, against=1, abstained=0, is_secret=True
)
YES, NO = Choice.FOR, Choice.AGAINST


@pytest.fixture
def assembly(session):
    made = make_assembly(session, members=0)
    for _ in range(5):
        made.member(Office.DIRECTOR)
    make_dues_table(session, made.id)
    session.commit()
    return made


def decide(assembly, motion, *choices, body=Body.COUNCIL, present=None):
    """Put a motion before a body, let the first so many be present and vote, count, and do what was promised."""
    meeting = assembly.plan(body=body)
    motions.put_on_agenda(assembly.work(), motion.id, motions.Listing(meeting.id, is_secret=motion.is_secret))
    assembly.hold(meeting)
    assembly.attend(meeting, assembly.voters[:present])
    assembly.open(motion)
    assembly.session.commit()
    assembly.decided(motion, *choices)
    promised = [one for one in assembly.session.scalars(select(OutboxTask)) if one.task == "motion.decided"]
    for one in promised:
        carry_out(worker(assembly), **one.payload)
    return motion


def worker(assembly):
    return Work(assembly.session, Actor.system("worker"), assembly.now)


def application_before_council(assembly):
    firm = make_firm(assembly.session)
    application = make_application(
        assembly.session,
        assembly.id,
        firm,
        state=ApplicationState.PUBLIC_NOTICE,
        notice_from_on=date(2026, 1, 5),
        notice_until_on=date(2026, 1, 12),
    )
    admitting.sweep_applications(worker(assembly))
    assert application.state is ApplicationState.COUNCIL
    return application, assembly.session.scalars(select(Motion).where(Motion.about_id == application.id)).one()


def test_the_council_admits_with_two_thirds(assembly):
    application, motion = application_before_council(assembly)
    decide(assembly, motion, YES, YES, YES, YES, NO)
    assert (application.state, application.motion_id) == (ApplicationState.AWAITING_DUES, motion.id)
    carry_out(worker(assembly), motion_id=motion.id)  # a second time changes nothing
    invoices = select(DuesInvoice).where(DuesInvoice.member_id == application.member_id)
    assert len(assembly.session.scalars(invoices).all()) == 1


def test_below_two_thirds_the_applicant_is_refused_with_the_day_to_come_back(assembly):
    application, motion = application_before_council(assembly)
    decide(assembly, motion, YES, YES, YES, NO, NO)
    assert motion.state is MotionState.REJECTED
    assert (application.state, application.reapply_on is not None) == (ApplicationState.REFUSED, True)


def test_without_the_quorum_nothing_is_decided(assembly):
    application, motion = application_before_council(assembly)
    decide(assembly, motion, YES, YES, YES, present=3)
    assert (motion.state, application.state) == (MotionState.VOID, ApplicationState.COUNCIL)


def test_what_nobody_has_decided_comes_before_the_council_again(assembly):
    application, motion = application_before_council(assembly)
    decide(assembly, motion, YES, YES, YES, present=3)
    second = bring_again(assembly.work(), motion.id)
    assert (second.about_id, second.title, second.state) == (application.id, motion.title, MotionState.PROPOSED)
    with pytest.raises(MatterIsDecided):
        bring_again(assembly.work(), motion.id)
    motions.decline(assembly.work(), second.id, "材料待补")
    third = bring_again(assembly.work(), second.id)
    decide(assembly, third, YES, YES, YES, YES, NO)
    assert (application.state, application.motion_id) == (ApplicationState.AWAITING_DUES, third.id)
    for decided in (second, third):
        with pytest.raises(WrongState):
            bring_again(assembly.work(), decided.id)


def test_a_waiver_comes_again_without_its_member(assembly):
    session = assembly.session
    member = enrol(session, assembly.id, make_firm(session).organisation.id)
    propose_waiver(assembly.work(), make_invoice(session, member, 2031).id, 200_000, "火灾停产")
    motion = session.scalars(select(Motion)).one()
    motions.decline(assembly.work(), motion.id, "材料待补")
    second = bring_again(assembly.work(), motion.id)
    assert session.scalars(select(Recusal.member_id).where(Recusal.motion_id == second.id)).all() == [member.id]


def test_a_count_that_was_challenged_before_it_was_carried_out_is_carried_out_when_it_stands(assembly):
    application, motion = application_before_council(assembly)
    meeting = assembly.plan(body=Body.COUNCIL)
    motions.put_on_agenda(assembly.work(), motion.id, motions.Listing(meeting.id))
    assembly.hold(meeting)
    assembly.attend(meeting)
    assembly.open(motion)
    assembly.session.commit()
    assembly.decided(motion, YES, YES, YES, YES, NO)
    filed = challenged(assembly, motion)
    carry_out(worker(assembly), motion_id=motion.id)
    assert application.state is ApplicationState.COUNCIL
    counting.dismiss_challenge(assembly.work(), filed.id, "名单无误")
    promised = assembly.session.scalars(select(OutboxTask.payload).where(OutboxTask.task == "motion.decided")).all()
    assert promised == [{"motion_id": motion.id}] * 2
    carry_out(worker(assembly), motion_id=motion.id)
    assert application.state is ApplicationState.AWAITING_DUES


def test_a_withdrawn_application_is_not_carried_out(assembly):
    application, motion = application_before_council(assembly)
    application.state = ApplicationState.WITHDRAWN
    decide(assembly, motion, YES, YES, YES, YES, YES)
    assert application.state is ApplicationState.WITHDRAWN


def test_an_admission_found_void_goes_back_to_the_council(assembly):
    application, motion = application_before_council(assembly)
    decide(assembly, motion, YES, YES, YES, YES, NO)
    found_void(assembly, motion)
    assert application.state is ApplicationState.COUNCIL
    waiting = select(Motion).where(Motion.about_id == application.id, Motion.state == MotionState.PROPOSED)
    assert assembly.session.scalars(waiting).one().about is MotionSubject.APPLICATION


def found_void(assembly, motion):
    """Let a member challenge the count of a motion, and the secretariat uphold that."""
    counting.uphold_challenge(assembly.work(), challenged(assembly, motion).id, "名单确有误，重新表决")
    carry_out(worker(assembly), motion_id=motion.id)


def challenged(assembly, motion):
    """Publish a count, let a member challenge it, and count again."""
    first = assembly.voters[0]
    counting.publish_count(assembly.work(), motion.id)
    filed = counting.challenge(assembly.work(first.actor), motion.id, first.member.id, "名单有误")
    counting.recount(assembly.work(), filed.id)
    return filed


def test_a_waiver_is_granted_by_the_council_without_the_member(assembly):
    session = assembly.session
    member = enrol(session, assembly.id, make_firm(session).organisation.id)
    invoice = make_invoice(session, member, clock.local_day(assembly.now).year + 2)
    propose_waiver(assembly.work(), invoice.id, 200_000, "火灾停产")
    motion = session.scalars(select(Motion)).one()
    decide(assembly, motion, YES, YES, YES, YES, YES)
    assert invoice.state is InvoiceState.SETTLED
    found_void(assembly, motion)
    assert "motion.void_after_effect" in set(session.scalars(select(AuditEntry.kind)))


def test_a_dues_table_comes_into_force_by_the_secret_vote_of_the_assembly(assembly):
    table = prepare_table(assembly.work(), assembly.id, 2031, {Tier.MEMBER: 260_000})
    motion = bring_table(assembly.work(), table.id)
    assert motion.is_secret
    assert motion.text == "会员单位：每年2600.00元"
    decide(assembly, motion, YES, YES, YES, NO, NO, body=Body.GENERAL)
    assert (table.state, table.motion_id) == (TableState.ACTIVE, motion.id)
    assert (table.entitled, table.present, table.in_favour, table.is_secret) == (5, 5, 3, True)
    carry_out(worker(assembly), motion_id=motion.id)  # a second time changes nothing


def test_what_an_assembly_is_to_vote_on_stays_as_it_is(assembly):
    table = prepare_table(assembly.work(), assembly.id, 2031, {Tier.MEMBER: 260_000})
    motion = bring_table(assembly.work(), table.id)
    text = bring_charter(assembly.work(), draft_edition(assembly.work(), assembly.id, "第一条").id)
    assert text.text == "第一条"
    for act in (
        lambda: change_table(assembly.work(), table.id, 2031, {Tier.MEMBER: 990_000}),
        lambda: drop_table(assembly.work(), table.id),
        lambda: adopt_table(assembly.work(), table.id, VOTED),
        lambda: draft_edition(assembly.work(), assembly.id, "第二条"),
    ):
        with pytest.raises(DraftBeforeMeeting):
            act()
    for one in (motion, text):
        motions.decline(assembly.work(), one.id, "重新起草")
    change_table(assembly.work(), table.id, 2031, {Tier.MEMBER: 240_000})
    assert draft_edition(assembly.work(), assembly.id, "第二条").text == "第二条"


def test_a_rejected_dues_table_stays_a_draft(assembly):
    table = prepare_table(assembly.work(), assembly.id, 2031, {Tier.MEMBER: 260_000})
    decide(assembly, bring_table(assembly.work(), table.id), YES, YES, NO, NO, NO, body=Body.GENERAL)
    assert table.state is TableState.DRAFT


def test_the_assembly_adopts_the_charter(assembly):
    draft = draft_edition(assembly.work(), assembly.id, "第一条")
    decide(assembly, bring_charter(assembly.work(), draft.id), YES, YES, YES, YES, NO, body=Body.GENERAL)
    assert charter_text(assembly.session, assembly.id, clock.local_day(assembly.now)) is draft


def test_a_member_is_expelled_by_a_passed_motion_alone(assembly):
    session = assembly.session
    member = enrol(session, assembly.id, make_firm(session).organisation.id)
    motion = bring_expulsion(assembly.work(), member.id, "两年未缴会费")
    decide(assembly, motion, YES, YES, YES, YES, NO)
    assert member.standing is Standing.EXPELLED
    found_void(assembly, motion)
    assert "motion.void_after_effect" in set(session.scalars(select(AuditEntry.kind)))


def test_a_rejected_expulsion_leaves_the_member(assembly):
    session = assembly.session
    member = enrol(session, assembly.id, make_firm(session).organisation.id)
    decide(assembly, bring_expulsion(assembly.work(), member.id, "欠费"), YES, NO, NO, NO, NO)
    assert member.standing is Standing.ACTIVE
