"""What of meetings, votes and notices waits for a person and for a secretariat."""

from services.association.models.ballots import Choice
from services.association.models.meetings import Answer, MotionSubject
from services.association.models.notices import Audience, NoticeKind
from services.association.operations import counting, meetings, motions, notices
from services.association.operations.notices import WishNotice
from services.association.queries import duties
from services.core import clock
from tests.factories.discipline import make_circle, work_of
from tests.factories.meetings import make_assembly


def test_a_vote_waits_until_it_is_cast_or_over(session):
    assembly = make_assembly(session)
    motion = assembly.opened()
    first, second = assembly.voters[:2]

    assert duties.open_votes(session, first.person.id, assembly.now) == duties.Waits(1, motion.opened_at)
    assembly.vote(motion, first, Choice.FOR)
    assert duties.open_votes(session, first.person.id, assembly.now).count == 0
    assert duties.open_votes(session, second.person.id, assembly.now).count == 1
    counting.close_vote(assembly.work(), motion.id)
    assert duties.open_votes(session, second.person.id, assembly.now).count == 0
    assert duties.open_votes(session, None, assembly.now) == duties.Waits(0)


def test_a_call_to_a_meeting_waits_for_an_answer(session):
    assembly = make_assembly(session)
    meeting = assembly.plan()
    assembly.listed(meeting)
    voter = assembly.voters[0]
    assert duties.unanswered_calls(session, voter.person.id).count == 0
    meetings.convene(assembly.work(), meeting.id)
    session.flush()
    assert duties.unanswered_calls(session, voter.person.id) == duties.Waits(1, assembly.now)
    meetings.answer_notice(assembly.work(voter.actor), meeting.id, voter.member.id, Answer.COMING)
    session.flush()
    assert duties.unanswered_calls(session, voter.person.id).count == 0
    assert duties.unanswered_calls(session, assembly.voters[1].person.id).count == 1


def test_a_notice_waits_for_the_confirmation_of_the_firm(session):
    circle = make_circle(session)
    desk, firm = work_of(session, circle.association), circle.claimant
    today = clock.local_day(clock.now())
    for wants_receipt in (True, False):
        wish = WishNotice(
            audience=Audience.MEMBERS,
            kind=NoticeKind.NOTICE,
            title="关于年会的通知",
            text="年会定于十二月召开。",
            wants_receipt=wants_receipt,
        )
        notice = notices.write_notice(desk, circle.association_id, wish)
        session.flush()
        notices.publish(desk, notice.id)
        session.flush()
        if wants_receipt:
            asked = notice

    assert duties.unconfirmed_notices(session, firm.actor, today) == duties.Waits(1, asked.published_at)
    assert duties.unconfirmed_notices(session, circle.association.actor, today).count == 0
    notices.confirm(work_of(session, firm), asked.id)
    session.flush()
    assert duties.unconfirmed_notices(session, firm.actor, today).count == 0


def test_a_secretariat_sees_motions_elections_and_votes(session):
    assembly = make_assembly(session)
    assembly.opened()
    for about in (MotionSubject.GENERAL, MotionSubject.ELECTION):
        motions.bring(assembly.work(), assembly.id, about, None, title="换届选举方案", text="按章程换届。")
    session.flush()

    assert duties.meeting_desk(session, assembly.id) == duties.MeetingDesk(
        motions=2, elections=1, votes=1, challenges=0
    )
    assert duties.meeting_desk(session, assembly.id + 1) == duties.MeetingDesk(0, 0, 0, 0)
