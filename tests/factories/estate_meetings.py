"""What an association has met and voted on in the estate; firm A is its member, and its administrator votes for it."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.accounts.models import Person
from services.association.models.ballots import Choice
from services.association.models.meetings import Mode
from services.association.models.register import Charter, Member, MemberRepresentative, Representation
from services.association.operations import attending, counting, meetings, motions, proxies, voting
from services.core import clock
from services.core.actor import Actor
from services.core.permissions import Role
from services.core.uploads import examine
from services.organisations.models import Organisation
from tests.factories.board import Firm
from tests.factories.meetings import Assembly, Voter
from tests.factories.register import enrol, make_charter

EARLY = timedelta(days=90)
PAGES = ("proxy", "withdraw_proxy", "accept_proxy", "refuse_proxy", "proxy_document", "desk_meeting", "answer_notice")


def met(session: Session, firm: Firm, staff: tuple[int, int], picture: Path, uploads: Path) -> dict[str, list[Any]]:
    """Let A's association hold a meeting and call another; return what stands in addresses."""
    assembly = _assembly(session, staff)
    own = _voter(assembly, firm)
    agent = assembly.member()
    _turn_back(session, assembly)
    assembly.now = clock.now() - timedelta(days=30)
    held = assembly.plan()
    motion = assembly.listed(held)
    meetings.convene(assembly.work(), held.id)
    assembly.now = clock.now() - timedelta(days=10)
    meetings.begin_meeting(assembly.work(), held.id)
    for voter in (own, agent):
        attending.mark_present(assembly.work(), held.id, voter.member.id)
    voting.open_vote(assembly.work(), motion.id)
    for voter in (own, agent):
        assembly.vote(motion, voter, Choice.FOR)
    counting.close_vote(assembly.work(), motion.id)
    counting.count_votes(assembly.work(), motion.id)
    meetings.close_meeting(assembly.work(), held.id)
    meetings.write_minutes(assembly.work(), held.id, "通过展位联合预订方案。", "李秘书", held.version)
    meetings.publish_minutes(assembly.work(), held.id)
    assembly.now = clock.now()
    counting.publish_count(assembly.work(), motion.id)
    challenge = counting.challenge(assembly.work(own.actor), motion.id, own.member.id, "人数不符")
    coming = assembly.plan()
    next_motion = assembly.listed(coming)
    meetings.convene(assembly.work(), coming.id)
    with picture.open("rb") as stream:
        paper = examine(stream, "委托书.png")
    proxy = proxies.file_proxy(
        assembly.work(own.actor),
        uploads,
        coming.id,
        principal_id=own.member.id,
        agent_id=agent.member.id,
        document=paper,
    )
    planned = assembly.plan(mode=Mode.REMOTE)
    proposed = motions.propose(assembly.work(own.actor), own.member.id, title="共享打样设备", text="由协会统一登记。")
    session.commit()
    return {
        "meeting_id": [held.id],
        "motion_id": [motion.id],
        "proxy_id": [proxy.id],
        "challenge_id": [challenge.id],
        **{f"association.{name} meeting_id": [coming.id] for name in PAGES},
        "association.meeting meeting_id": [held.id, coming.id],
        "association.change_meeting meeting_id": [planned.id],
        "association.take_back_motion motion_id": [proposed.id],
        "association.recuse motion_id": [next_motion.id],
        "association.vote motion_id": [motion.id, next_motion.id],
        "association.meetings ?": ["list=over"],
        "association.sign_in_to_meeting ?": ["code=12345678"],
        "association.step_meeting step": ["convene"],
        "association.step_motion step": ["close"],
    }


def _assembly(session: Session, staff: tuple[int, int]) -> Assembly:
    person, association = session.get_one(Person, staff[0]), session.get_one(Organisation, staff[1])
    actor = Actor(person.id, person.name, association.id, frozenset({Role.ASSOC_STAFF}))
    if session.get(Charter, association.id) is None:
        make_charter(session, association.id)
    return Assembly(session, Firm(association, person, actor))


def _voter(assembly: Assembly, firm: Firm) -> Voter:
    """Return firm A as a member of the association, with its administrator as the representative."""
    session = assembly.session
    known = select(Member).where(Member.association_id == assembly.id, Member.organisation_id == firm.organisation.id)
    member = session.scalars(known).one_or_none() or enrol(session, assembly.id, firm.organisation.id)
    speaks = MemberRepresentative.role == Representation.VOTING
    found = session.scalars(
        select(MemberRepresentative).where(MemberRepresentative.member_id == member.id, speaks)
    ).one_or_none()
    person_id, today = firm.person.id, clock.local_day(clock.now())
    if found is None:
        found = MemberRepresentative(
            member_id=member.id, role=Representation.VOTING, person_id=person_id, from_on=today
        )
        session.add(found)
    found.person_id = person_id
    session.flush()
    voter = Voter(member, firm.person, firm.actor)
    assembly.voters.append(voter)
    return voter


def _turn_back(session: Session, assembly: Assembly) -> None:
    """Let the members have their representatives since long."""
    day = clock.local_day(clock.now() - EARLY)
    for voter in assembly.voters:
        voter.member.rights_from = day
        named = select(MemberRepresentative).where(MemberRepresentative.member_id == voter.member.id)
        for one in session.scalars(named):
            one.from_on = day
    session.flush()
