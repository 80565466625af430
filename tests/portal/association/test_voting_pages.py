"""Members read of meetings, answer notices, sign in, give proxies and vote on the phone."""

from io import BytesIO

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.association.meetings import wall_key
from services.association.models.ballots import Ballot, Choice, NamedVote, RollEntry, Slip
from services.association.models.meetings import (
    Answer,
    Body,
    Challenge,
    MeetingAttendance,
    MeetingNotice,
    Mode,
    Motion,
    MotionState,
    Proxy,
    Recusal,
)
from services.association.models.register import Office
from services.association.operations import counting, meetings
from services.association.operations.attending import wall_subject
from services.core import clock
from services.core.moving_code import code_at
from services.core.receipts import FormReceipt
from tests.factories.board import make_firm
from tests.factories.meetings import Assembly, Voter, make_assembly
from tests.plumbing.reviewing import page_of as parsed

PAPER = b"%PDF-1.4\n%%EOF\n"


@pytest.fixture
def assembly(session: Session) -> Assembly:
    return make_assembly(session)


@pytest.fixture
def at(monkeypatch):
    """Return a function that sets the portal's clock."""
    return lambda moment: monkeypatch.setattr(clock, "now", lambda: moment)


@pytest.fixture
def enter(client, as_person, at):
    """Return a function that signs a member's representative in at the moment of the assembly."""

    def come(assembly: Assembly, voter: Voter):
        assembly.session.commit()
        as_person(client, voter.person)
        return client

    return come


def read(session: Session, column) -> list:
    """Return a column as the database has it now."""
    session.rollback()
    return list(session.scalars(select(column)))


def convened(assembly: Assembly, **over):
    meeting = assembly.plan(**over)
    assembly.listed(meeting)
    meetings.convene(assembly.work(), meeting.id)
    assembly.session.commit()
    return meeting


def correspondence(assembly: Assembly, **listing) -> Motion:
    """Return a motion whose vote is open by the real clock."""
    motion = assembly.opened(mode=Mode.CORRESPONDENCE, **listing)
    assembly.session.commit()
    return motion


def test_a_representative_answers_the_notice(assembly, enter, page_of, post_form, session):
    meeting = convened(assembly)
    voter = assembly.voters[0]
    client = enter(assembly, voter)
    page = page_of(client.get("/meetings"))
    assert meeting.title in page.select_one("table").text

    answer = post_form(client, f"/meetings/{meeting.id}", answer="coming")
    assert answer.status_code == 303

    session.rollback()
    assert session.get_one(MeetingNotice, (meeting.id, voter.member.id, voter.person.id)).answer is Answer.COMING


def test_meetings_of_others_do_not_exist(assembly, client, as_person, session):
    meeting = convened(assembly)
    motion = meeting.motions[0]
    stranger = make_firm(session)
    session.commit()
    as_person(client, stranger.person)
    for path in ("", "/proxy", "/sign-in", "/minutes"):
        assert client.get(f"/meetings/{meeting.id}{path}").status_code == 404
    for path in ("", "/votes", "/recuse", "/challenge"):
        assert client.get(f"/motions/{motion.id}{path}").status_code == 404
    assert client.get("/motions/new").status_code == 404
    assert client.get("/meetings").status_code == 200


def test_a_council_concerns_its_own_people_until_the_minutes_are_out(assembly, enter, session):

    seated = assembly.member(Office.PRESIDENT)
    meeting = assembly.plan(Body.COUNCIL)
    meetings.convene(assembly.work(), meeting.id)
    assert enter(assembly, assembly.voters[0]).get(f"/meetings/{meeting.id}").status_code == 404
    assert enter(assembly, seated).get(f"/meetings/{meeting.id}").status_code == 200


def test_a_vote_is_cast_once_and_sending_it_again_does_nothing(assembly, enter, page_of, post_form, session):
    motion = correspondence(assembly)
    voter = assembly.voters[0]
    client = enter(assembly, voter)
    page_of(client.get(f"/motions/{motion.id}"))
    data = {"member": str(voter.member.id), "choice": "for"}
    form = dict(post_data(client, f"/motions/{motion.id}"), **data)

    for _ in range(2):
        assert client.post(f"/motions/{motion.id}", data=form).status_code == 303

    assert read(session, NamedVote.choice) == [Choice.FOR]
    assert not page_of(client.get(f"/motions/{motion.id}")).select("input[name=choice]")


def post_data(client, url: str) -> dict[str, str]:
    """Return the hidden fields of the voting form on a page."""

    form = parsed(client.get(url)).select_one("form:has(input[name=choice])")
    return {one["name"]: one.get("value", "") for one in form.select("input[type=hidden]")}


def test_a_secret_vote_leaves_no_digest_of_what_was_sent(assembly, enter, session):
    motion = correspondence(assembly, is_secret=True)
    voter = assembly.voters[0]
    client = enter(assembly, voter)
    form = post_data(client, f"/motions/{motion.id}") | {"choice": "against"}

    assert client.post(f"/motions/{motion.id}", data=form).status_code == 303

    assert read(session, FormReceipt) == []
    assert read(session, Slip.choice) == [Choice.AGAINST]
    assert session.get_one(RollEntry, (motion.id, voter.member.id)).has_voted


def test_without_a_choice_the_page_asks_for_one(assembly, enter, page_of, session):
    motion = correspondence(assembly)
    client = enter(assembly, assembly.voters[0])
    answer = client.post(f"/motions/{motion.id}", data=post_data(client, f"/motions/{motion.id}"))
    assert answer.status_code == 400
    assert page_of(answer).select_one(".error-summary")
    assert read(session, NamedVote) == []


def test_nobody_votes_for_another_member(assembly, enter, session):
    motion = correspondence(assembly)
    client = enter(assembly, assembly.voters[0])
    form = post_data(client, f"/motions/{motion.id}") | {"choice": "for", "member": str(assembly.voters[1].member.id)}
    assert client.post(f"/motions/{motion.id}", data=form).status_code == 404
    assert read(session, NamedVote) == []


def test_a_receipt_is_shown_once_and_found_in_the_list(assembly, enter, page_of, session):
    motion = correspondence(assembly, is_secret=True, gives_receipts=True)
    client = enter(assembly, assembly.voters[0])
    form = post_data(client, f"/motions/{motion.id}") | {"choice": "for"}
    client.post(f"/motions/{motion.id}", data=form)
    receipt = read(session, Slip.receipt)[0]
    assert receipt in page_of(client.get(f"/motions/{motion.id}")).text
    assert receipt not in page_of(client.get(f"/motions/{motion.id}")).text
    assert client.get(f"/motions/{motion.id}/votes").status_code == 404, "not before the publication"

    assembly.now = motion.closes_at
    counting.close_vote(assembly.work(), motion.id)
    counting.count_votes(assembly.work(), motion.id)
    counting.publish_count(assembly.work(), motion.id)
    session.commit()

    assert receipt in page_of(client.get(f"/motions/{motion.id}/votes")).text
    assert read(session, Ballot.receipt) == [receipt]


def test_results_are_read_after_the_publication_only(assembly, enter, page_of, session):
    motion = assembly.decided(correspondence(assembly), Choice.FOR, Choice.FOR, Choice.AGAINST)
    client = enter(assembly, assembly.voters[0])
    before = page_of(client.get(f"/motions/{motion.id}")).text
    agenda = page_of(client.get(f"/meetings/{motion.meeting_id}")).select_one("section[aria-labelledby=motions]").text
    assert "2" not in agenda
    counting.publish_count(assembly.work(), motion.id)
    session.commit()
    page = page_of(client.get(f"/motions/{motion.id}"))
    assert motion.ballots_sha256 not in before
    assert motion.ballots_sha256 in page.text
    assert len(page_of(client.get(f"/motions/{motion.id}/votes")).select("tbody tr")) == 3


def test_a_member_challenges_a_published_count(assembly, enter, post_form, session):
    motion = assembly.decided(correspondence(assembly), Choice.FOR, Choice.FOR, Choice.AGAINST)
    counting.publish_count(assembly.work(), motion.id)
    voter = assembly.voters[2]
    client = enter(assembly, voter)
    url = f"/motions/{motion.id}/challenge"
    assert post_form(client, url, member=voter.member.id, grounds="").status_code == 400
    with_clock = post_form(client, url, member=voter.member.id, grounds="人数不符")
    assert with_clock.status_code == 303
    session.rollback()
    assert motion.state is MotionState.CHALLENGED
    assert read(session, Challenge.grounds) == ["人数不符"]


def test_a_member_steps_aside(assembly, enter, post_form, session):
    meeting = convened(assembly)
    voter = assembly.voters[1]
    client = enter(assembly, voter)
    answer = post_form(client, f"/motions/{meeting.motions[0].id}/recuse", member=voter.member.id, reason="参展服务商")
    assert answer.status_code == 303
    assert read(session, Recusal.member_id) == [voter.member.id]


def test_a_proxy_is_filed_with_its_document_and_taken_back(assembly, enter, page_of, post_form, session):
    meeting = convened(assembly)
    principal, agent = assembly.voters[:2]
    client = enter(assembly, principal)
    url = f"/meetings/{meeting.id}/proxy"
    missing = post_form(client, url, principal=principal.member.id, agent_id=0)
    assert missing.status_code == 400
    assert len(page_of(missing).select(".field__error")) == 2
    filed = post_form(
        client,
        url,
        principal=principal.member.id,
        agent_id=agent.member.id,
        document=(BytesIO(PAPER), "委托书.pdf"),
    )
    assert filed.status_code == 303
    proxy = read(session, Proxy)[0]
    assert (proxy.principal_id, proxy.agent_id) == (principal.member.id, agent.member.id)

    post_form(client, f"/meetings/{meeting.id}", action=f"/proxies/{proxy.id}/withdraw")
    session.rollback()
    assert proxy.state == "withdrawn"


def test_a_member_proposes_a_motion(assembly, enter, post_form, session):
    voter = assembly.voters[0]
    client = enter(assembly, voter)
    assert post_form(client, "/motions/new", member=voter.member.id, title="", text="").status_code == 400
    answer = post_form(client, "/motions/new", member=voter.member.id, title="联合参展", text="明年春季")
    assert answer.status_code == 303
    assert read(session, Motion.proposer_id) == [voter.member.id]


def test_whoever_scans_the_code_is_present(assembly, client, as_person, post_form, at, session):

    start = assembly.now
    meeting = assembly.plan(starts_at=start + (assembly.plan().starts_at - start))
    assembly.hold(meeting)
    at(assembly.now)
    voter = assembly.voters[0]
    as_person(client, voter.person)
    with client.application.app_context():
        code = code_at(wall_key(), wall_subject(meeting.id), assembly.now)
    url = f"/meetings/{meeting.id}/sign-in"
    assert post_form(client, url, code="00000000").status_code == 409
    assert post_form(client, f"{url}?code={code}", code=code).status_code == 303
    assert read(session, MeetingAttendance.member_id) == [voter.member.id]
