"""The secretariat plans, convenes and holds meetings, opens, closes and counts votes, and prints the minutes."""

from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.association.models.ballots import Choice, NamedVote
from services.association.models.meetings import (
    Body,
    Challenge,
    Meeting,
    MeetingAttendance,
    MeetingState,
    Mode,
    Motion,
    MotionState,
    MotionSubject,
    Proxy,
    Recusal,
)
from services.association.models.register import Charter
from services.association.operations import bringing, counting, meetings, motions, proxies
from services.core import clock
from services.core.uploads import examine
from tests.factories.meetings import Assembly, make_assembly

DESK = "/associations/desk"


@pytest.fixture
def assembly(session: Session) -> Assembly:
    return make_assembly(session)


@pytest.fixture
def desk(assembly, client, as_person):
    """Return the browser of the secretariat."""
    as_person(client, assembly.association.person)
    return client


def read(session: Session, column) -> list:
    """Return a column as the database has it now."""
    session.rollback()
    return list(session.scalars(select(column)))


def begun(assembly: Assembly, monkeypatch, **listing) -> Meeting:
    """Return a meeting with one motion that is in session, at the portal's clock."""
    assembly.session.get_one(Charter, assembly.id).notice_days = 0
    start = assembly.now + timedelta(hours=1)
    meeting = assembly.plan(starts_at=start, ends_at=start + timedelta(hours=3))
    assembly.listed(meeting, **listing)
    assembly.hold(meeting)
    monkeypatch.setattr(clock, "now", lambda: start + timedelta(minutes=1))
    return meeting


def test_a_meeting_is_planned_with_all_mistakes_at_once(desk, post_form, page_of, session):
    url = f"{DESK}/meetings/new"
    wrong = post_form(
        desk,
        url,
        title="会员大会",
        body="general",
        mode="on_site",
        starts_at="2020-01-02 09:00",
        ends_at="2020-01-01 09:00",
        place="",
    )
    assert wrong.status_code == 409
    page = page_of(wrong)
    assert len(page.select(".field__error")) == 3
    assert page.select_one("#title")["value"] == "会员大会"
    day = (clock.now() + timedelta(days=30)).strftime("%Y-%m-%d")
    right = {
        "title": "会员大会",
        "body": "general",
        "mode": "on_site",
        "starts_at": f"{day} 09:00",
        "ends_at": f"{day} 11:00",
        "place": "三楼",
        "agenda": "工作报告",
    }
    assert post_form(desk, url, **right).status_code == 303
    (meeting,) = read(session, Meeting)
    assert page_of(desk.get(f"{DESK}/meetings")).select_one("td a").text == "会员大会"

    stale = {**right, "title": "换届大会", "version": "0"}
    assert post_form(desk, f"{DESK}/meetings/{meeting.id}/edit", **stale).status_code == 409
    changed = {**right, "title": "换届大会"}
    assert post_form(desk, f"{DESK}/meetings/{meeting.id}/edit", **changed).status_code == 303
    assert read(session, Meeting.title) == ["换届大会"]


def test_a_motion_is_brought_listed_and_its_meeting_convened(assembly, desk, post_form, page_of, session):
    meeting = assembly.plan(Body.GENERAL)
    session.commit()
    made = post_form(desk, f"{DESK}/motions/new", about="election", title="选举理事", text="候选人名单")
    assert made.status_code == 303
    url = made.location
    wrong = post_form(desk, url, action=f"{url}/list", meeting_id=meeting.id, is_secret=None)
    assert wrong.status_code == 409, "an election is secret"
    assert post_form(desk, url, action=f"{url}/list", meeting_id=meeting.id, is_secret="y").status_code == 303
    assert post_form(desk, url, action=f"{url}/take-off").status_code == 303
    assert post_form(desk, url, action=f"{url}/list", meeting_id=meeting.id, is_secret="y").status_code == 303
    there = f"{DESK}/meetings/{meeting.id}"
    assert post_form(desk, there, action=f"{there}/convene").status_code == 303
    session.rollback()
    assert (meeting.state, read(session, Motion.state)) == (MeetingState.CONVENED, [MotionState.NOTIFIED])
    assert len(page_of(desk.get(f"{there}/notices")).select("tbody tr")) == 3


def test_what_was_declined_is_laid_before_a_body_again(assembly, desk, post_form, page_of, session):
    member = assembly.voters[0].member
    motion = bringing.bring_expulsion(assembly.work(), member.id, "两年未缴会费")
    general = motions.bring(assembly.work(), assembly.id, MotionSubject.GENERAL, None, title="展位")
    for one in (motion, general):
        motions.decline(assembly.work(), one.id, "下次再议")
    session.commit()
    url = f"{DESK}/motions/{motion.id}"
    again = f"form[action$='{motion.id}/again'], form[action$='{general.id}/again']"
    assert page_of(desk.get(url)).select(again)
    assert not page_of(desk.get(f"{DESK}/motions/{general.id}")).select(again)
    assert post_form(desk, url, action=f"{url}/again").status_code == 303
    session.rollback()
    states = session.execute(select(Motion.state, Motion.about_id).order_by(Motion.id)).all()
    assert states[-1] == (MotionState.PROPOSED, member.id)
    assert post_form(desk, url, action=f"{url}/again").status_code == 409, "one motion at a time"


def test_what_is_missing_before_the_notices_is_said_at_once(assembly, desk, post_form, page_of, session):
    start = assembly.now + timedelta(days=2)
    meeting = assembly.plan(agenda="", starts_at=start, ends_at=start + timedelta(hours=1))
    session.commit()
    url = f"{DESK}/meetings/{meeting.id}"
    answer = post_form(desk, url, action=f"{url}/convene")
    assert answer.status_code == 409
    assert len(page_of(answer).select(".error-summary li")) == 2


def test_a_vote_from_its_opening_to_the_minutes(assembly, desk, post_form, page_of, session, monkeypatch):
    meeting = begun(assembly, monkeypatch)
    motion = meeting.motions[0]
    there, url = f"{DESK}/meetings/{meeting.id}", f"{DESK}/motions/{motion.id}"
    for voter in assembly.voters[:2]:
        form = {"action": f"{there}/attendance/mark", "member": voter.member.id}
        assert post_form(desk, f"{there}/attendance", **form).status_code == 303
    marked = read(session, MeetingAttendance.member_id)
    assert marked == [voter.member.id for voter in assembly.voters[:2]]
    assert post_form(desk, url, action=f"{url}/open", closes_at="").status_code == 303
    for voter in assembly.voters[:2]:
        hand = post_form(desk, url, action=f"{url}/hands", member=voter.member.id, choice="for")
        assert hand.status_code == 303
    assert read(session, NamedVote.choice) == [Choice.FOR, Choice.FOR]
    assert post_form(desk, there, action=f"{there}/close").status_code == 409, "a vote is open"
    for step in ("close", "count", "publish"):
        assert post_form(desk, url, action=f"{url}/{step}").status_code == 303
    session.rollback()
    assert (motion.state, motion.present, motion.entitled) == (MotionState.PASSED, 2, 3)

    assert post_form(desk, there, action=f"{there}/close").status_code == 303
    assert post_form(desk, f"{there}/minutes", minutes="", keeper="李秘书").status_code == 400
    assert post_form(desk, f"{there}/minutes", minutes="通过展位方案。", keeper="李秘书").status_code == 303
    assert "通过展位方案。" in page_of(desk.get(f"{DESK}/meetings/{meeting.id}/print")).text
    assert post_form(desk, there, action=f"{there}/publish-minutes").status_code == 303
    printed = page_of(desk.get(f"{DESK}/meetings/{meeting.id}/print"))
    assert [cell.text for cell in printed.select("tbody td.number")] == ["3", "2", "2", "0", "0"]


def test_a_secret_vote_has_an_end_and_is_not_closed_by_hand_before_it(
    assembly, desk, post_form, page_of, session, monkeypatch
):
    meeting = begun(assembly, monkeypatch, is_secret=True)
    motion, url = meeting.motions[0], f"{DESK}/motions/{meeting.motions[0].id}"
    assembly.now = clock.now()
    assembly.attend(meeting)
    session.commit()
    endless = post_form(desk, url, action=f"{url}/open", closes_at="")
    assert (endless.status_code, len(page_of(endless).select(".field__error"))) == (409, 1)
    assert post_form(desk, url, action=f"{url}/open").status_code == 303, "half an hour is filled in"
    session.rollback()
    assert timedelta(minutes=29) < motion.closes_at - clock.now() <= timedelta(minutes=30)

    assembly.vote(motion, assembly.voters[0])
    session.commit()
    early = post_form(desk, url, action=f"{url}/close")
    assert (early.status_code, read(session, Motion.state)) == (409, [MotionState.OPEN])
    for voter in assembly.voters[1:]:
        assembly.vote(motion, voter)
    session.commit()
    assert post_form(desk, url, action=f"{url}/close").status_code == 303
    assert read(session, Motion.state) == [MotionState.CLOSED]


def test_the_code_on_the_wall_renews_itself_while_people_come(assembly, desk, page_of, monkeypatch):
    meeting = assembly.plan()
    assembly.session.commit()
    before = desk.get(f"{DESK}/meetings/{meeting.id}/code")
    assert "Refresh" not in before.headers
    meeting = begun(assembly, monkeypatch)
    answer = desk.get(f"{DESK}/meetings/{meeting.id}/code")
    assert answer.headers["Refresh"]
    assert page_of(answer).select_one("img.wall__picture")


def test_a_meeting_is_called_off_and_a_motion_declined_with_a_reason(assembly, desk, post_form, page_of, session):
    meeting = assembly.plan()
    motion = motions.bring(assembly.work(), assembly.id, "general", None, title="议案")
    session.commit()
    url = f"{DESK}/motions/{motion.id}"
    for reason in ("", "长" * 301):
        answer = post_form(desk, url, action=f"{url}/decline", reason=reason)
        form = page_of(answer).select_one(f'form[action="{url}/decline"]')
        assert (answer.status_code, bool(form.select_one(".field__error"))) == (400, True)
        assert form.select_one("[name=reason]")["value"] == reason
    assert post_form(desk, url, action=f"{url}/decline", reason="不属本会职权").status_code == 303
    there = f"{DESK}/meetings/{meeting.id}"
    assert post_form(desk, there, action=f"{there}/call-off", reason="").status_code == 400
    assert post_form(desk, there, action=f"{there}/call-off", reason="台风").status_code == 303
    session.rollback()
    assert (meeting.state, motion.state) == (MeetingState.CANCELLED, MotionState.DECLINED)


def test_a_member_steps_aside_on_the_secretariats_word(assembly, desk, post_form, session):
    meeting = assembly.plan()
    motion = assembly.listed(meeting)
    session.commit()
    url = f"{DESK}/motions/{motion.id}"
    member = assembly.voters[0].member.id
    assert post_form(desk, url, action=f"{url}/step-aside", member=member, reason="参展服务商").status_code == 303
    assert read(session, Recusal.member_id) == [member]
    assert post_form(desk, url, action=f"{url}/withdraw", reason="条件不成熟").status_code == 303


def test_a_proxy_is_read_and_decided(assembly, desk, post_form, page_of, session, app):
    meeting = assembly.plan()
    meetings.convene(assembly.work(), meeting.id)
    principal, agent = assembly.voters[:2]
    proxies.file_proxy(
        assembly.work(principal.actor),
        app.config["PORTAL"].uploads,
        meeting.id,
        principal_id=principal.member.id,
        agent_id=agent.member.id,
        document=examine(BytesIO(b"%PDF-1.4\n%%EOF\n"), "委托书.pdf"),
    )
    session.commit()
    (proxy,) = read(session, Proxy)
    url = f"{DESK}/meetings/{meeting.id}"
    document = desk.get(f"{DESK}/proxies/{proxy.id}/document")
    assert document.data.startswith(b"%PDF")
    refused = f"{DESK}/proxies/{proxy.id}/refuse"
    for reason in ("", "长" * 201):
        answer = post_form(desk, url, action=refused, reason=reason)
        form = page_of(answer).select_one(f'form[action="{refused}"]')
        assert (answer.status_code, bool(form.select_one(".field__error"))) == (400, True)
        assert form.select_one("[name=reason]")["value"] == reason
    assert read(session, Proxy.state) == ["filed"]
    post_form(desk, url, action=f"{DESK}/proxies/{proxy.id}/accept")
    assert read(session, Proxy.state) == ["accepted"]


def test_a_challenge_is_recounted_and_answered(assembly, desk, post_form, page_of, session):
    motion = assembly.decided(assembly.opened(mode=Mode.CORRESPONDENCE), Choice.FOR, Choice.FOR, Choice.FOR)
    counting.publish_count(assembly.work(), motion.id)
    voter = assembly.voters[0]
    found = counting.challenge(assembly.work(voter.actor), motion.id, voter.member.id, "人数不符")
    session.commit()
    url = f"{DESK}/motions/{motion.id}"
    rule = f"{DESK}/challenges/{found.id}/rule"
    assert not page_of(desk.get(url)).select(f'form[action="{rule}"]'), "only after the recount"
    assert post_form(desk, url, action=f"{DESK}/challenges/{found.id}/recount").status_code == 303
    assert post_form(desk, url, action=rule, ruling="dismiss", answer="").status_code == 400
    assert post_form(desk, url, action=rule, ruling="dismiss", answer="票数相符").status_code == 303
    assert read(session, Challenge.answer) == ["票数相符"]
    session.rollback()
    assert motion.state is MotionState.PASSED


def test_the_desk_of_another_association_does_not_exist(assembly, desk, page_of, session):
    elsewhere = make_assembly(session, 1)
    meeting = elsewhere.plan()
    motion = elsewhere.listed(meeting)
    session.commit()
    for path in ("", "/edit", "/notices", "/attendance", "/code", "/minutes"):
        assert desk.get(f"{DESK}/meetings/{meeting.id}{path}").status_code == 404
    assert desk.get(f"{DESK}/motions/{motion.id}").status_code == 404
    assert desk.get(f"{DESK}/meetings/{meeting.id}/print").status_code == 404
    own = assembly.plan()
    session.commit()
    there = f"{DESK}/meetings/{own.id}"
    for path in (f"/meetings/{meeting.id}/convene", f"/motions/{motion.id}/close"):
        page = page_of(desk.get(there))
        form = {one["name"]: one["value"] for one in page.select("form[action$=convene] input[type=hidden]")}
        assert desk.post(f"{DESK}{path}", data=form).status_code == 404


def test_lists_ask_as_many_questions_with_few_as_with_many(assembly, desk, counted_queries, session):
    def asked(url: str) -> int:
        session.commit()
        with counted_queries() as statements:
            assert desk.get(url).status_code == 200
        return len(statements)

    assembly.listed(assembly.plan())
    motions.bring(assembly.work(), assembly.id, "general", None, title="议案")
    urls = (f"{DESK}/meetings", f"{DESK}/motions", f"{DESK}/meetings/1")
    few = [asked(url) for url in urls]
    for _ in range(12):
        motions.bring(
            assembly.work(), assembly.id, "general", None, title="议案", proposer_id=assembly.voters[0].member.id
        )
        assembly.listed(session.get_one(Meeting, 1))
    assert [asked(url) for url in urls] == few
