"""From the application to the membership: review, public notice, objections, the council, dues; and every other end."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from services.association.errors import (
    ApplicationOpen,
    NoticeOver,
    NoticeRuns,
    ObjectedAlready,
    ObjectionsWait,
    ReasonMissing,
)
from services.association.models.dues import DuesInvoice, DuesMethod, InvoiceState
from services.association.models.meetings import Motion, MotionState, MotionSubject
from services.association.models.register import (
    ApplicationEvent,
    ApplicationState,
    MemberRepresentative,
    MembershipApplication,
    Representation,
    Standing,
)
from services.association.operations import admitting, joining
from services.association.operations.joining import JoinWish
from services.association.operations.motions import decline
from services.association.operations.payments import Money, record_payment
from services.association.standing import is_member
from services.core.errors import NotAllowed, NotFound, RulesBroken, WrongState
from services.core.outbox import OutboxTask
from tests.factories.board import make_association, make_firm
from tests.factories.catalogue import make_cluster
from tests.factories.register import at

S = ApplicationState
day = date.fromisoformat


@pytest.fixture
def wish(guild):
    return JoinWish("高硼硅玻璃制品，年产800吨", "王示例", "13800000001", guild.firm.person.id, accepts_charter=True)


@pytest.fixture
def handed_in(guild, wish):
    return joining.apply(guild.own("2026-03-02"), guild.id, wish)


def to_council(guild, application):
    admitting.publish(guild.desk("2026-03-03"), application.id)
    admitting.sweep_applications(guild.clock("2026-03-11"))


def dues_of(session, application):
    return session.scalars(select(DuesInvoice).where(DuesInvoice.member_id == application.member_id)).one()


def pay(guild, on, application, amount_fen=200_000):
    money = Money(amount_fen, day(on), "王示例", DuesMethod.CASH)
    return record_payment(guild.desk(on), dues_of(guild.session, application).id, money)


def test_an_application_becomes_a_membership_by_way_of_the_council(guild, session, handed_in):
    firm = guild.firm.organisation.id
    assert handed_in.no == "HY-20260302-0001"

    admitting.publish(guild.desk("2026-03-03"), handed_in.id)
    assert str(handed_in.notice_until_on) == "2026-03-10"  # five working days
    assert admitting.sweep_applications(guild.clock("2026-03-10")) == 0
    assert admitting.sweep_applications(guild.clock("2026-03-11")) == 1

    motion = session.scalars(select(Motion)).one()
    assert (motion.about, motion.about_id) == (MotionSubject.APPLICATION, handed_in.id)
    admitting.approve(guild.clock("2026-03-20"), handed_in.id, motion_id=motion.id, decided_on=day("2026-03-19"))
    assert handed_in.state is S.AWAITING_DUES
    assert not is_member(session, firm, day("2026-03-20"))
    assert dues_of(session, handed_in).amount_fen == 200_000

    pay(guild, "2026-03-25", handed_in)

    member = guild.member()
    assert handed_in.state is S.ADMITTED
    assert (member.no, member.standing, str(member.rights_from)) == (handed_in.no, Standing.ACTIVE, "2026-03-25")
    assert is_member(session, firm, day("2026-12-31"))
    roles = session.scalars(select(MemberRepresentative).where(MemberRepresentative.member_id == member.id)).all()
    assert {one.role for one in roles} == {Representation.VOTING, Representation.CONTACT}
    kinds = session.scalars(select(ApplicationEvent.kind).order_by(ApplicationEvent.id)).all()
    assert kinds == ["submit", "publish", "end_notice", "approve", "admit"]
    assert "mail.application_moved" in set(session.scalars(select(OutboxTask.task)))


def test_a_firm_of_no_cluster_yet_joins_and_belongs_to_the_cluster_from_then_on(guild, session, wish):
    firm = make_firm(session, None)
    application = joining.apply(
        guild.own("2026-03-02", firm), guild.id, replace(wish, representative_id=firm.person.id)
    )
    admitting.publish(guild.desk("2026-03-03"), application.id)
    admitting.sweep_applications(guild.clock("2026-03-11"))
    admitting.approve(guild.clock("2026-03-20"), application.id, motion_id=None, decided_on=day("2026-03-19"))
    assert not firm.organisation.clusters
    pay(guild, "2026-03-25", application)
    session.flush()
    session.refresh(firm.organisation)
    assert firm.organisation.clusters == [guild.board.cluster]
    assert is_member(session, firm.organisation.id, day("2026-03-25"))


def test_everything_that_stands_against_an_application_is_told_at_once(guild, session, wish):
    def faults(firm, **over):
        own = replace(wish, representative_id=firm.person.id, **over)
        with pytest.raises(RulesBroken) as broken:
            joining.apply(guild.own("2026-03-02", firm), guild.id, own)
        return [type(one).__name__ for one in broken.value.errors]

    assert faults(guild.board.unverified, accepts_charter=False) == ["FirmNotVerified", "CharterNotAccepted"]
    assert faults(guild.board.outsider) == ["NotOfCluster"]
    assert faults(guild.board.member) == ["MemberAlready"]
    rival = make_association(session, guild.board.cluster)
    with pytest.raises(RulesBroken) as broken:
        joining.apply(guild.own("2026-03-02"), rival.organisation.id, wish)
    assert [type(one).__name__ for one in broken.value.errors] == ["NoDuesTable"]
    with pytest.raises(RulesBroken):
        joining.apply(guild.own("2026-03-02"), guild.id, replace(wish, representative_id=guild.board.member.person.id))
    with pytest.raises(NotFound):
        joining.apply(guild.own("2026-03-02"), guild.firm.organisation.id, wish)
    with pytest.raises(NotAllowed):
        joining.apply(at(session, guild.board.visitor, "2026-03-02"), guild.id, wish)


def test_a_second_application_is_refused_while_one_is_open(guild, session, wish, handed_in):
    with pytest.raises(RulesBroken) as broken:
        joining.apply(guild.own("2026-03-02"), guild.id, wish)
    assert isinstance(broken.value.errors[0], ApplicationOpen)

    twin = {
        name: getattr(handed_in, name) for name in map(str, MembershipApplication.__table__.c.keys()) if name != "id"
    }
    session.add(MembershipApplication(**twin | {"no": "HY-1"}))
    with pytest.raises(IntegrityError):
        session.flush()


def test_what_was_returned_is_completed_and_reviewed_again(guild, session, wish, handed_in):
    with pytest.raises(ReasonMissing):
        admitting.return_application(guild.desk("2026-03-03"), handed_in.id, " ")
    admitting.return_application(guild.desk("2026-03-03"), handed_in.id, "请补充营业执照")
    assert (handed_in.state, handed_in.state_reason) == (S.RETURNED, "请补充营业执照")

    with pytest.raises(RulesBroken):
        joining.resubmit(guild.own("2026-03-04"), handed_in.id, replace(wish, accepts_charter=False))
    joining.resubmit(guild.own("2026-03-04"), handed_in.id, replace(wish, introduction="已补充"))
    assert (handed_in.state, handed_in.introduction, handed_in.state_reason) == (S.SUBMITTED, "已补充", "")
    with pytest.raises(WrongState):
        joining.resubmit(guild.own("2026-03-04"), handed_in.id, wish)


def test_an_objection_is_answered_before_the_council_reads_both(guild, session, handed_in):
    objector = guild.board.member
    with pytest.raises(NotFound):
        joining.object_to(guild.own("2026-03-03", objector), handed_in.id, "产品抄袭")
    admitting.publish(guild.desk("2026-03-03"), handed_in.id)
    with pytest.raises(NoticeRuns):
        admitting.end_notice(guild.desk("2026-03-10"), handed_in.id)

    objection = joining.object_to(guild.own("2026-03-10", objector), handed_in.id, "产品抄袭")

    assert objection.answered_at is None
    with pytest.raises(ObjectedAlready):
        joining.object_to(guild.own("2026-03-10", objector), handed_in.id, "再说一次")


def test_the_notice_waits_for_the_answers_and_ends_for_objections(guild, session, handed_in):
    objector = guild.board.member
    admitting.publish(guild.desk("2026-03-03"), handed_in.id)
    objection = joining.object_to(guild.own("2026-03-10", objector), handed_in.id, "产品抄袭")
    assert admitting.sweep_applications(guild.clock("2026-03-11")) == 0
    with pytest.raises(ObjectionsWait):
        admitting.end_notice(guild.desk("2026-03-11"), handed_in.id)
    with pytest.raises(NoticeOver):
        joining.object_to(guild.own("2026-03-11", guild.board.other_member), handed_in.id, "晚了")

    admitting.answer_objection(guild.desk("2026-03-11"), objection.id, "经核实不属实")
    with pytest.raises(WrongState):
        admitting.answer_objection(guild.desk("2026-03-11"), objection.id, "再答")
    admitting.end_notice(guild.desk("2026-03-11"), handed_in.id)
    assert handed_in.state is S.COUNCIL


def test_nobody_objects_to_itself_nor_from_outside(guild, handed_in):
    admitting.publish(guild.desk("2026-03-03"), handed_in.id)
    with pytest.raises(NotFound):
        joining.object_to(guild.own("2026-03-04"), handed_in.id, "自己")
    for stranger, name in ((guild.board.outsider, "NotOfCluster"), (guild.board.unverified, "FirmNotVerified")):
        with pytest.raises(Exception) as refused:
            joining.object_to(guild.own("2026-03-04", stranger), handed_in.id, "不同意")
        assert type(refused.value).__name__ == name


def test_a_refusal_is_told_with_the_day_from_which_one_may_apply_again(guild, session, wish, handed_in):
    to_council(guild, handed_in)
    admitting.refuse(
        guild.clock("2026-03-20"), handed_in.id, motion_id=1, decided_on=day("2026-03-20"), reason="未达三分之二"
    )
    assert (handed_in.state, str(handed_in.reapply_on)) == (S.REFUSED, "2026-09-20")

    with pytest.raises(RulesBroken) as broken:
        joining.apply(guild.own("2026-09-19"), guild.id, wish)
    assert [type(one).__name__ for one in broken.value.errors] == ["TooEarlyToReapply"]
    assert joining.apply(guild.own("2026-09-20"), guild.id, wish).state is S.SUBMITTED


def test_dues_not_paid_in_time_end_the_application_and_are_asked_for_no_more(guild, session, wish, handed_in):
    to_council(guild, handed_in)
    admitting.approve(guild.clock("2026-03-20"), handed_in.id, motion_id=1, decided_on=day("2026-03-20"))
    assert str(handed_in.dues_until_on) == "2026-04-19"
    assert admitting.sweep_applications(guild.clock("2026-04-19")) == 0

    assert admitting.sweep_applications(guild.clock("2026-04-20")) == 1

    assert (handed_in.state, dues_of(session, handed_in).state) == (S.LAPSED, InvoiceState.CANCELLED)
    with pytest.raises(Exception, match="not open"):
        pay(guild, "2026-04-21", handed_in)
    again = joining.apply(guild.own("2026-05-04"), guild.id, wish)
    admitting.publish(guild.desk("2026-05-06"), again.id)
    admitting.sweep_applications(guild.clock("2026-06-01"))
    admitting.approve(guild.clock("2026-06-10"), again.id, motion_id=2, decided_on=day("2026-06-10"))
    pay(guild, "2026-06-11", again)  # the same year is asked for once
    assert (again.state, str(guild.member().since_on)) == (S.ADMITTED, "2026-06-11")


def test_an_applicant_withdraws_at_any_time_before_the_end(guild, session, handed_in):
    to_council(guild, handed_in)
    admitting.approve(guild.clock("2026-03-20"), handed_in.id, motion_id=1, decided_on=day("2026-03-20"))
    joining.withdraw(guild.own("2026-03-21"), handed_in.id, "暂不加入")
    assert (handed_in.state, dues_of(session, handed_in).state) == (S.WITHDRAWN, InvoiceState.CANCELLED)
    with pytest.raises(WrongState):
        joining.withdraw(guild.own("2026-03-21"), handed_in.id)


def test_applications_of_others_do_not_exist(guild, session, wish, handed_in):
    rival = make_association(session, make_cluster(session))
    for work in (guild.own("2026-03-03", guild.board.member), guild.own("2026-03-03", rival)):
        with pytest.raises((NotFound, NotAllowed)):
            admitting.publish(work, handed_in.id)
        with pytest.raises(NotFound):
            joining.withdraw(work, handed_in.id)
    with pytest.raises(NotFound):
        admitting.publish(guild.own("2026-03-03", rival), handed_in.id)
    with pytest.raises(NotFound):
        joining.resubmit(guild.own("2026-03-03", make_firm(session, guild.board.cluster)), handed_in.id, wish)
    with pytest.raises(NotFound):
        admitting.publish(guild.desk("2026-03-03"), 10**6)


def test_a_withdrawn_application_is_not_voted_on(guild, session, handed_in):
    to_council(guild, handed_in)
    motion = session.scalars(select(Motion).where(Motion.about == MotionSubject.APPLICATION)).one()
    joining.withdraw(guild.own("2026-03-12"), handed_in.id, "暂不入会")
    session.refresh(motion)
    assert (handed_in.state, motion.state) == (S.WITHDRAWN, MotionState.WITHDRAWN)
    assert motion.state_reason == "The application was withdrawn."


def test_an_application_that_no_motion_waits_for_is_withdrawn_as_well(guild, session, handed_in):
    to_council(guild, handed_in)
    motion = session.scalars(select(Motion).where(Motion.about == MotionSubject.APPLICATION)).one()
    decline(at(session, guild.clerk, "2026-03-11"), motion.id, "材料不全")
    joining.withdraw(guild.own("2026-03-12"), handed_in.id, "暂不入会")
    assert (handed_in.state, motion.state) == (S.WITHDRAWN, MotionState.DECLINED)
