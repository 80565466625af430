"""Meetings are planned, convened in time, answered, held and written down."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from services.association.meeting_errors import (
    CodeExpired,
    NobodyToCall,
    NotARepresentative,
    NothingOnTheAgenda,
    NoticeTooShort,
    NotYetTime,
    PlaceMissing,
    SignInClosed,
    StartsInThePast,
    TimesReversed,
    VotedAlready,
    VotesAreOpen,
)
from services.association.models.meetings import (
    Answer,
    Body,
    MeetingAttendance,
    MeetingNotice,
    MeetingState,
    Mode,
    MotionState,
)
from services.association.models.register import MemberRepresentative, Office, Representation
from services.association.operations import attending, meetings, motions
from services.core.errors import ChangedMeanwhile, NotFound, RulesBroken, WrongState
from services.core.moving_code import code_at
from services.core.notices import Notification
from services.core.outbox import OutboxTask
from tests.factories.meetings import Assembly, make_assembly

KEY = b"a key of the tests"


@pytest.fixture
def assembly(session: Session) -> Assembly:
    return make_assembly(session)


def faults(refusal: pytest.ExceptionInfo[RulesBroken]) -> list[type]:
    return [type(one) for one in refusal.value.errors]


def test_a_meeting_is_planned_with_the_figures_of_the_charter(session: Session) -> None:
    meeting = make_assembly(session, 1, notice_days=10, proxy_limit=3).plan()
    assert (meeting.state, meeting.notice_days, meeting.proxy_limit) == (MeetingState.PLANNED, 10, 3)


def test_everything_that_is_wrong_is_said_at_once(assembly: Assembly) -> None:
    with pytest.raises(RulesBroken) as refusal:
        assembly.plan(place="", starts_at=assembly.now, ends_at=assembly.now - timedelta(hours=1))
    assert faults(refusal) == [StartsInThePast, TimesReversed, PlaceMissing]


def test_convening_calls_every_representative_and_fixes_the_agenda(assembly: Assembly, session: Session) -> None:
    meeting = assembly.plan()
    motion = assembly.listed(meeting)

    assert meetings.convene(assembly.work(), meeting.id) == 3

    assert (meeting.state, motion.state) == (MeetingState.CONVENED, MotionState.NOTIFIED)
    called = select(MeetingNotice.person_id).order_by(MeetingNotice.person_id)
    assert session.scalars(called).all() == [voter.person.id for voter in assembly.voters]
    told = select(Notification.person_id).where(Notification.link == f"/meetings/{meeting.id}")
    assert set(session.scalars(told)) == {voter.person.id for voter in assembly.voters}
    assert "mail.meeting_convened" in session.scalars(select(OutboxTask.task)).all()
    with pytest.raises(WrongState):
        motions.take_off_agenda(assembly.work(), motion.id)


@pytest.mark.parametrize(("days", "enough"), [(14, False), (15, True)])
def test_the_notice_is_as_long_as_the_charter_says(assembly: Assembly, days: int, enough: bool) -> None:
    start = assembly.now + timedelta(days=days)
    meeting = assembly.plan(starts_at=start, ends_at=start + timedelta(hours=1))
    if enough:
        meetings.convene(assembly.work(), meeting.id)
        return
    with pytest.raises(RulesBroken) as refusal:
        meetings.convene(assembly.work(), meeting.id)
    assert faults(refusal) == [NoticeTooShort]


def test_the_table_itself_refuses_a_meeting_without_its_notice(assembly: Assembly, session: Session) -> None:
    meeting = assembly.plan()
    session.commit()
    with pytest.raises(IntegrityError):
        session.execute(text(f"UPDATE meeting SET state = 'running' WHERE id = {meeting.id}"))


def test_nobody_is_called_to_an_empty_body_or_for_nothing(assembly: Assembly) -> None:
    meeting = assembly.plan(Body.COUNCIL, agenda="")
    with pytest.raises(RulesBroken) as refusal:
        meetings.convene(assembly.work(), meeting.id)
    assert faults(refusal) == [NobodyToCall, NothingOnTheAgenda]


def test_only_the_seats_of_the_body_are_called(assembly: Assembly, session: Session) -> None:
    president, director, supervisor = (
        assembly.member(office) for office in (Office.PRESIDENT, Office.DIRECTOR, Office.SUPERVISOR)
    )
    expected = {
        Body.COUNCIL: {president.member.id, director.member.id},
        Body.STANDING: {president.member.id},
        Body.SUPERVISORS: {supervisor.member.id},
    }
    for body, members in expected.items():
        meeting = assembly.plan(body)
        meetings.convene(assembly.work(), meeting.id)
        called = select(MeetingNotice.member_id).where(MeetingNotice.meeting_id == meeting.id)
        assert set(session.scalars(called)) == members


def test_a_convened_meeting_is_no_longer_changed(assembly: Assembly) -> None:
    meeting = assembly.plan()
    wish = meetings.MeetingWish(
        Body.GENERAL, Mode.ON_SITE, "改期", meeting.starts_at, meeting.ends_at, place="二楼", agenda="工作报告"
    )
    with pytest.raises(ChangedMeanwhile):
        meetings.change_meeting(assembly.work(), meeting.id, wish, meeting.version - 1)
    assert meetings.change_meeting(assembly.work(), meeting.id, wish, meeting.version).title == "改期"
    meetings.convene(assembly.work(), meeting.id)
    with pytest.raises(WrongState):
        meetings.change_meeting(assembly.work(), meeting.id, wish, meeting.version)


def test_a_representative_answers_its_own_notice_only(assembly: Assembly, session: Session) -> None:
    meeting = assembly.plan()
    meetings.convene(assembly.work(), meeting.id)
    one, other = assembly.voters[:2]

    meetings.answer_notice(assembly.work(one.actor), meeting.id, one.member.id, Answer.COMING)
    meetings.answer_notice(assembly.work(one.actor), meeting.id, one.member.id, Answer.PROXY)

    assert session.get_one(MeetingNotice, (meeting.id, one.member.id, one.person.id)).answer is Answer.PROXY
    with pytest.raises(NotFound):
        meetings.answer_notice(assembly.work(one.actor), meeting.id, other.member.id, Answer.COMING)


def test_a_meeting_begins_at_its_time_and_closes_after_its_votes(assembly: Assembly) -> None:
    meeting = assembly.plan()
    left = assembly.listed(meeting)
    meetings.convene(assembly.work(), meeting.id)
    with pytest.raises(NotYetTime):
        meetings.begin_meeting(assembly.work(), meeting.id)

    assembly.now = meeting.starts_at
    meetings.begin_meeting(assembly.work(), meeting.id)
    meetings.close_meeting(assembly.work(), meeting.id)

    assert (meeting.state, left.state, left.meeting_id) == (MeetingState.CLOSED, MotionState.PROPOSED, None)


def test_a_meeting_does_not_close_over_an_open_vote(assembly: Assembly) -> None:
    motion = assembly.opened()
    with pytest.raises(VotesAreOpen):
        meetings.close_meeting(assembly.work(), motion.meeting_id)
    assembly.decided(motion)
    meetings.close_meeting(assembly.work(), motion.meeting_id)


def test_a_meeting_is_called_off_with_a_reason_and_everybody_is_told(assembly: Assembly, session: Session) -> None:
    meeting = assembly.plan()
    motion = assembly.listed(meeting)
    meetings.convene(assembly.work(), meeting.id)
    with pytest.raises(RulesBroken):
        meetings.call_off(assembly.work(), meeting.id, " ")

    meetings.call_off(assembly.work(), meeting.id, "台风")

    assert (meeting.state, motion.state) == (MeetingState.CANCELLED, MotionState.PROPOSED)
    assert "mail.meeting_called_off" in session.scalars(select(OutboxTask.task)).all()


def test_whoever_is_in_the_room_signs_in_with_the_code_on_the_wall(assembly: Assembly, session: Session) -> None:
    meeting = assembly.plan()
    assembly.hold(meeting)
    voter = assembly.voters[0]
    code = code_at(KEY, attending.wall_subject(meeting.id), assembly.now)

    for _ in range(2):
        assert attending.sign_in(assembly.work(voter.actor), KEY, meeting.id, code) == [voter.member.id]

    assert session.scalars(select(MeetingAttendance.member_id)).all() == [voter.member.id]
    with pytest.raises(NotARepresentative):
        attending.sign_in(assembly.work(), KEY, meeting.id, code)
    assembly.now += timedelta(minutes=2)
    with pytest.raises(CodeExpired):
        attending.sign_in(assembly.work(assembly.voters[1].actor), KEY, meeting.id, code)


def test_one_person_signs_in_all_members_that_it_represents(assembly: Assembly, session: Session) -> None:
    one, other = assembly.voters[:2]
    found = session.scalars(select(MemberRepresentative).where(MemberRepresentative.member_id == other.member.id)).one()
    found.person_id = one.person.id
    assert found.role is Representation.VOTING
    meeting = assembly.plan(mode=Mode.REMOTE)
    assembly.hold(meeting)
    assert attending.sign_in_from_afar(assembly.work(one.actor), meeting.id) == [one.member.id, other.member.id]


def test_nobody_signs_in_a_day_before_or_after_the_end(assembly: Assembly) -> None:
    meeting = assembly.plan(mode=Mode.REMOTE)
    meetings.convene(assembly.work(), meeting.id)
    voter = assembly.voters[0]
    with pytest.raises(SignInClosed):
        attending.sign_in_from_afar(assembly.work(voter.actor), meeting.id)
    assembly.now = meeting.starts_at
    meetings.begin_meeting(assembly.work(), meeting.id)
    meetings.close_meeting(assembly.work(), meeting.id)
    with pytest.raises(SignInClosed):
        attending.sign_in_from_afar(assembly.work(voter.actor), meeting.id)


def test_a_mark_by_mistake_is_struck_until_the_member_has_voted(assembly: Assembly) -> None:
    motion = assembly.opened()
    voted, marked = assembly.voters[:2]
    assembly.vote(motion, voted)
    attending.strike_present(assembly.work(), motion.meeting_id, marked.member.id)
    with pytest.raises(VotedAlready):
        attending.strike_present(assembly.work(), motion.meeting_id, voted.member.id)
    with pytest.raises(NotFound):
        attending.strike_present(assembly.work(), motion.meeting_id, marked.member.id)


def test_minutes_are_written_published_and_then_stay(assembly: Assembly, session: Session) -> None:
    motion = assembly.decided(assembly.opened())
    meeting = motion.meeting
    meetings.close_meeting(assembly.work(), meeting.id)
    with pytest.raises(RulesBroken):
        meetings.publish_minutes(assembly.work(), meeting.id)
    with pytest.raises(ChangedMeanwhile):
        meetings.write_minutes(assembly.work(), meeting.id, "纪要", "李秘书", meeting.version - 1)

    meetings.write_minutes(assembly.work(), meeting.id, "纪要", "李秘书", meeting.version)
    meetings.publish_minutes(assembly.work(), meeting.id)

    assert meeting.minutes_at == assembly.now
    with pytest.raises(WrongState):
        meetings.write_minutes(assembly.work(), meeting.id, "改", "李秘书", meeting.version)
    with pytest.raises(WrongState):
        meetings.publish_minutes(assembly.work(), meeting.id)
