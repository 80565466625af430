"""Members propose motions, follow what becomes of them, and take them back; every state of a motion has its pages."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.association.models.meetings import MeetingState, Mode, Motion, MotionState
from services.association.operations import meetings, motions
from services.core import clock
from services.core.notices import Notification
from tests.factories.board import make_firm
from tests.factories.meetings import Assembly, make_assembly, reach
from tests.plumbing.reviewing import page_of, post_form

OWN = "/motions"


@pytest.fixture
def assembly(session: Session) -> Assembly:
    return make_assembly(session)


@pytest.fixture
def enter(app, as_person, session, monkeypatch):
    """Return a function that gives the browser of somebody, at the moment of the assembly."""

    def come(assembly: Assembly, person):
        session.commit()
        monkeypatch.setattr(clock, "now", lambda: assembly.now)
        return as_person(app.test_client(), person)

    return come


def proposed(assembly: Assembly, title: str = "共享打样设备") -> Motion:
    voter = assembly.voters[0]
    return motions.propose(assembly.work(voter.actor), voter.member.id, title=title, text="由协会统一登记。")


def test_a_member_follows_its_motion_and_takes_it_back(assembly, enter, again):
    motion = proposed(assembly)
    client = enter(assembly, assembly.voters[0].person)
    back = f"{OWN}/{motion.id}/take-back"
    assert motion.title in page_of(client.get(OWN)).select_one("main").text

    wrong = post_form(client, OWN, action=back, reason="")
    assert wrong.status_code == 400
    assert page_of(wrong).select_one("details[open] .field__error")

    assert post_form(client, OWN, action=back, reason="另行提出").status_code == 303
    assert again(motion).state is MotionState.WITHDRAWN
    shown = page_of(client.get(OWN)).select_one("main")
    assert "另行提出" in shown.text
    assert not shown.select_one(f"form[action='{back}']")


def test_whoever_proposed_reads_why_a_motion_is_not_put_on_an_agenda(assembly, enter, found):
    motion = proposed(assembly)
    motions.decline(assembly.work(), motion.id, "不属本会职权")
    voter = assembly.voters[0]
    client = enter(assembly, voter.person)
    assert "不属本会职权" in page_of(client.get(OWN)).select_one("main").text
    told = found(select(Notification).where(Notification.person_id == voter.person.id)).all()
    assert [(one.link, one.facts["reason"]) for one in told] == [(OWN, "不属本会职权")]


def test_what_the_secretariat_withdraws_is_told_and_what_the_member_withdraws_is_not(assembly, session, found):
    voter, ways = assembly.voters[0], (assembly.work(), assembly.work(assembly.voters[0].actor))
    for work in ways:
        motions.withdraw(work, proposed(assembly).id, "条件不成熟")
        session.commit()
    told = select(Notification).where(Notification.person_id == voter.person.id)
    assert len(found(told).all()) == 1


def test_motions_of_others_are_neither_listed_nor_taken_back(assembly, enter, session, again):
    motion = proposed(assembly)
    stranger = make_firm(session)
    for person in (assembly.voters[1].person, stranger.person):
        client = enter(assembly, person)
        page = page_of(client.get(OWN))
        assert motion.title not in page.select_one("main").text
        token = page.select_one("input[name=csrf_token]")["value"]
        answer = client.post(f"{OWN}/{motion.id}/take-back", data={"csrf_token": token, "reason": "x"})
        assert answer.status_code in (403, 404)
    assert again(motion).state is MotionState.PROPOSED


def test_the_list_takes_the_same_queries_whatever_its_length(assembly, enter, counted_queries):
    def queries() -> int:
        client = enter(assembly, assembly.voters[0].person)
        with counted_queries() as statements:
            client.get(OWN)
        return len(statements)

    for number in range(2):
        proposed(assembly, f"议案{number}")
    few = queries()
    for number in range(10):
        proposed(assembly, f"又一议案{number}")
    assert queries() == few


@pytest.mark.parametrize("state", list(MotionState))
def test_every_state_of_a_motion_is_shown_to_its_people(assembly, enter, state):
    meeting, motion = reach(assembly, state)
    shown = {S.PROPOSED: 404, S.DECLINED: 404, S.WITHDRAWN: 404, S.LISTED: 404}.get(state, 200)
    for voter in assembly.voters:
        client = enter(assembly, voter.person)
        assert client.get(f"/motions/{motion.id}").status_code == shown
        assert client.get(f"/meetings/{meeting.id}").status_code == (200 if shown == 200 else 404)
        assert client.get(OWN).status_code == 200
    desk = enter(assembly, assembly.association.person)
    for address in (f"motions/{motion.id}", f"meetings/{meeting.id}"):
        assert desk.get(f"/associations/desk/{address}").status_code == 200


S = MotionState


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize("state", list(MeetingState))
def test_every_state_of_a_meeting_is_shown_to_its_people(assembly, enter, state, mode):
    meeting = assembly.plan(mode=mode)
    assembly.listed(meeting)
    if state is MeetingState.CANCELLED:
        meetings.call_off(assembly.work(), meeting.id, "台风")
    elif state is MeetingState.CONVENED:
        meetings.convene(assembly.work(), meeting.id)
    elif state is not MeetingState.PLANNED:
        assembly.hold(meeting)
    if state is MeetingState.CLOSED:
        meetings.close_meeting(assembly.work(), meeting.id)
    assert meeting.state is state
    client = enter(assembly, assembly.voters[0].person)
    answer = client.get(f"/meetings/{meeting.id}")
    assert answer.status_code == (404 if state is MeetingState.PLANNED else 200)
    answers = bool(page_of(answer).select("button[name=answer]"))
    assert answers is (state is MeetingState.CONVENED and mode is not Mode.CORRESPONDENCE)
    desk = enter(assembly, assembly.association.person)
    assert desk.get(f"/associations/desk/meetings/{meeting.id}").status_code == 200
    assert desk.get(f"/associations/desk/meetings/{meeting.id}/print").status_code == 200
