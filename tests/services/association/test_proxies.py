"""A written authority lets one member vote for another, within the charter's limit."""

from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from services.association.meeting_errors import (
    NoSuchProxy,
    NotPresent,
    ProxiesUsedUp,
    ProxyChain,
    ProxyGiven,
    ProxyNotForCorrespondence,
)
from services.association.models.ballots import Choice, RollEntry
from services.association.models.meetings import Meeting, Mode, Proxy, ProxyState
from services.association.operations import attending, counting, meetings, motions, proxies, voting
from services.core.errors import NotFound, RulesBroken, WrongState
from services.core.uploads import Upload, examine
from tests.factories.meetings import Assembly, Voter, make_assembly


def paper() -> Upload:
    """Return the signed document."""
    return examine(BytesIO(b"%PDF-1.4\n%%EOF\n"), "委托书.pdf")


@pytest.fixture
def assembly(session: Session) -> Assembly:
    return make_assembly(session, 4)


@pytest.fixture
def meeting(assembly: Assembly) -> Meeting:
    planned = assembly.plan()
    assembly.listed(planned)
    meetings.convene(assembly.work(), planned.id)
    return planned


@pytest.fixture
def authorise(assembly: Assembly, meeting: Meeting, tmp_path: Path):
    """Return a function that files the authority of one member for another."""

    def file(principal: Voter, agent: Voter) -> Proxy:
        return proxies.file_proxy(
            assembly.work(principal.actor),
            tmp_path,
            meeting.id,
            principal_id=principal.member.id,
            agent_id=agent.member.id,
            document=paper(),
        )

    return file


def begin(assembly: Assembly, meeting: Meeting):
    """Begin the meeting and return its motion."""
    assembly.now = meeting.starts_at
    meetings.begin_meeting(assembly.work(), meeting.id)
    return meeting.motions[0]


def test_the_agent_casts_both_votes_and_both_are_present(assembly: Assembly, meeting: Meeting, authorise) -> None:
    principal, agent = assembly.voters[:2]
    proxies.accept_proxy(assembly.work(), authorise(principal, agent).id)
    motion = begin(assembly, meeting)
    assembly.attend(meeting, [agent, *assembly.voters[2:]])
    assembly.open(motion)

    voting.vote(assembly.work(agent.actor), motion.id, agent.member.id, Choice.FOR)
    voting.vote(assembly.work(agent.actor), motion.id, principal.member.id, Choice.AGAINST)
    with pytest.raises(NotFound):
        voting.vote(assembly.work(principal.actor), motion.id, principal.member.id, Choice.FOR)

    counting.close_vote(assembly.work(), motion.id)
    counting.count_votes(assembly.work(), motion.id)
    assert (motion.entitled, motion.present, motion.votes_for, motion.votes_against) == (4, 4, 1, 1)


def test_an_absent_agent_makes_nobody_present(assembly: Assembly, meeting: Meeting, authorise) -> None:
    principal, agent = assembly.voters[:2]
    proxies.accept_proxy(assembly.work(), authorise(principal, agent).id)
    motion = begin(assembly, meeting)
    assembly.attend(meeting, assembly.voters[2:])
    assembly.open(motion)
    with pytest.raises(NotPresent):
        voting.vote(assembly.work(agent.actor), motion.id, principal.member.id, Choice.FOR)
    counting.close_vote(assembly.work(), motion.id)
    counting.count_votes(assembly.work(), motion.id)
    assert motion.present == 2


def test_only_an_accepted_paper_counts(assembly: Assembly, meeting: Meeting, authorise, session: Session) -> None:
    principal, agent = assembly.voters[:2]
    filed = authorise(principal, agent)
    with pytest.raises(RulesBroken):
        proxies.refuse_proxy(assembly.work(), filed.id, "")
    proxies.refuse_proxy(assembly.work(), filed.id, "缺公章")
    authorise(principal, agent)  # a better one may follow
    motion = begin(assembly, meeting)
    assembly.open(motion)
    assert session.get_one(RollEntry, (motion.id, principal.member.id)).agent_id is None


def test_an_agent_that_steps_aside_does_not_vote_for_others(
    assembly: Assembly, meeting: Meeting, authorise, session
) -> None:
    principal, agent = assembly.voters[:2]
    proxies.accept_proxy(assembly.work(), authorise(principal, agent).id)
    motions.recuse(assembly.work(), meeting.motions[0].id, agent.member.id, "关联企业")
    motion = begin(assembly, meeting)
    assembly.open(motion)
    roll = session.scalars(select(RollEntry).where(RollEntry.motion_id == motion.id)).all()
    assert {one.member_id for one in roll} == {one.member.id for one in assembly.voters} - {agent.member.id}
    assert session.get_one(RollEntry, (motion.id, principal.member.id)).person_id == principal.person.id


def test_the_charter_limits_what_one_agent_holds(assembly: Assembly, meeting: Meeting, authorise) -> None:
    first, second, agent, other = assembly.voters
    authorise(first, agent)
    for principal, chosen, fault in (
        (second, agent, ProxiesUsedUp),
        (first, other, ProxyGiven),
        (agent, other, ProxyChain),
        (other, first, ProxyChain),
        (second, second, NoSuchProxy),
    ):
        with pytest.raises(RulesBroken) as refusal:
            authorise(principal, chosen)
        assert [type(one) for one in refusal.value.errors] == [fault]


def test_the_table_itself_holds_the_limit(assembly: Assembly, meeting: Meeting, authorise, session: Session) -> None:
    first, second, agent, _ = assembly.voters
    filed = authorise(first, agent)
    copied = {
        "meeting_id": meeting.id,
        "principal_id": second.member.id,
        "agent_id": agent.member.id,
        "document_id": filed.document_id,
        "filed_at": assembly.now,
        "filed_by_id": second.person.id,
        "state": ProxyState.FILED,
        "reason": "",
        "most": filed.most,
    }
    for slot in (1, 2):
        with session.begin_nested() as attempt:
            with pytest.raises(IntegrityError):
                session.execute(insert(Proxy).values(copied | {"slot": slot}))
            attempt.rollback()


def test_a_member_takes_its_paper_back_and_votes_itself(assembly: Assembly, meeting: Meeting, authorise) -> None:
    principal, agent = assembly.voters[:2]
    filed = authorise(principal, agent)
    proxies.accept_proxy(assembly.work(), filed.id)
    with pytest.raises(NotFound):
        proxies.withdraw_proxy(assembly.work(agent.actor), filed.id)
    proxies.withdraw_proxy(assembly.work(principal.actor), filed.id)
    assert filed.state is ProxyState.WITHDRAWN
    motion = begin(assembly, meeting)
    attending.mark_present(assembly.work(), meeting.id, principal.member.id)
    assembly.open(motion)
    assembly.vote(motion, principal)


def test_nothing_is_filed_once_the_meeting_has_begun_or_by_correspondence(
    assembly, meeting, authorise, tmp_path
) -> None:
    begin(assembly, meeting)
    with pytest.raises(WrongState):
        authorise(*assembly.voters[:2])
    by_post = assembly.plan(mode=Mode.CORRESPONDENCE)
    meetings.convene(assembly.work(), by_post.id)
    one, other = assembly.voters[:2]
    with pytest.raises(ProxyNotForCorrespondence):
        proxies.file_proxy(
            assembly.work(one.actor),
            tmp_path,
            by_post.id,
            principal_id=one.member.id,
            agent_id=other.member.id,
            document=paper(),
        )
