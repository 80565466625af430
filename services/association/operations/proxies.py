"""Written authorities: filed with their document, checked by the secretariat, taken back."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from services.association.meeting_errors import (
    AnswerMissing,
    NoSuchProxy,
    ProxiesUsedUp,
    ProxyChain,
    ProxyGiven,
    ProxyNotForCorrespondence,
)
from services.association.meeting_words import PROXY_NAMES
from services.association.models.meetings import Meeting, MeetingState, Mode, Proxy, ProxyState
from services.association.operations.meeting_steps import locked_meeting, own_member
from services.association.operations.telling import tell_office
from services.association.queries.electorate import electors
from services.association.rules.motions import MEETING_NAMES
from services.core import links
from services.core.errors import NotFound, RuleBroken, RulesBroken, WrongState
from services.core.files import store
from services.core.messages import N_
from services.core.permissions import Permission
from services.core.uploads import Upload
from services.core.work import Work

PURPOSE = "proxy"
STANDING = (ProxyState.FILED, ProxyState.ACCEPTED)


def file_proxy(
    work: Work, folder: Path, meeting_id: int, *, principal_id: int, agent_id: int, document: Upload
) -> Proxy:
    """A member authorises another one to vote for it in one meeting; the secretariat checks the signed document.

    Before the meeting begins, within the charter's limit for one agent, and never passed on. Raises RulesBroken.
    """
    meeting = locked_meeting(work, meeting_id)
    principal = own_member(work, principal_id, meeting.association_id)
    if meeting.mode is Mode.CORRESPONDENCE:
        raise ProxyNotForCorrespondence
    _refuse_unless(meeting, MeetingState.CONVENED)
    standing = work.session.scalars(
        select(Proxy).where(Proxy.meeting_id == meeting_id, Proxy.state.in_(STANDING)).order_by(Proxy.id)
    ).all()
    if faults := _faults(work, meeting, list(standing), principal_id, agent_id):
        raise RulesBroken(faults)
    taken = {one.slot for one in standing if one.agent_id == agent_id}
    paper = store(work, folder, document, organisation_id=principal.organisation_id, purpose=PURPOSE)
    proxy = Proxy(
        meeting_id=meeting_id,
        principal_id=principal_id,
        agent_id=agent_id,
        document_id=paper.id,
        slot=min(set(range(1, meeting.proxy_limit + 1)) - taken),
        most=meeting.proxy_limit,
        filed_at=work.now,
        filed_by_id=work.actor.person_id,
    )
    work.session.add(proxy)
    work.session.flush()  # the table holds one authority for each principal, and the limit of the agent
    work.record("proxy.filed", proxy, meeting_id=meeting_id, principal_id=principal_id, agent_id=agent_id)
    message = N_("A proxy was filed for the meeting “%(title)s”.")
    tell_office(work, meeting.association_id, message, links.meeting_desk(meeting.id), title=meeting.title)
    return proxy


def accept_proxy(work: Work, proxy_id: int) -> None:
    """The document is in order: votes opened from now on count the authority."""
    proxy = _of_secretariat(work, proxy_id)
    _turn(work, proxy, ProxyState.ACCEPTED, {ProxyState.FILED})
    work.tell(
        proxy.filed_by_id,
        N_("Your proxy for the meeting “%(title)s” was accepted."),
        link=links.meeting(proxy.meeting_id),
        title=proxy.meeting.title,
    )


def refuse_proxy(work: Work, proxy_id: int, reason: str) -> None:
    """The document is not in order; whoever filed it reads why and may file another."""
    proxy = _of_secretariat(work, proxy_id)
    if not reason.strip():
        raise RulesBroken([AnswerMissing()])
    _turn(work, proxy, ProxyState.REFUSED, {ProxyState.FILED}, reason.strip())
    work.tell(
        proxy.filed_by_id,
        N_("Your proxy for the meeting “%(title)s” was refused: %(reason)s"),
        link=links.meeting(proxy.meeting_id),
        title=proxy.meeting.title,
        reason=reason.strip(),
    )


def withdraw_proxy(work: Work, proxy_id: int) -> None:
    """The member votes itself again, in votes that open from now on."""
    proxy = _locked(work, proxy_id)
    own_member(work, proxy.principal_id, proxy.meeting.association_id)
    _turn(work, proxy, ProxyState.WITHDRAWN, set(STANDING))


def _locked(work: Work, proxy_id: int) -> Proxy:
    """Return an authority as it is now, the row of its meeting locked before its own."""
    meeting_id = work.session.scalar(select(Proxy.meeting_id).where(Proxy.id == proxy_id))
    if meeting_id is None:
        raise NotFound
    locked_meeting(work, meeting_id)
    return work.session.get_one(Proxy, proxy_id, populate_existing=True)


def _of_secretariat(work: Work, proxy_id: int) -> Proxy:
    proxy = _locked(work, proxy_id)
    work.require(Permission.MEETING_RUN, scope=proxy.meeting.association_id)
    return proxy


def _turn(work: Work, proxy: Proxy, after: ProxyState, starts: set[ProxyState], reason: str = "") -> None:
    _refuse_unless(proxy.meeting, MeetingState.CONVENED, MeetingState.RUNNING)
    if proxy.state not in starts:
        raise WrongState(state=PROXY_NAMES[proxy.state])
    proxy.state, proxy.reason, proxy.decided_at = after, reason[:200], work.now
    work.session.flush()
    work.record(f"proxy.{after}", proxy, meeting_id=proxy.meeting_id, reason=reason)


def _faults(work: Work, meeting: Meeting, standing: list[Proxy], principal_id: int, agent_id: int) -> list[RuleBroken]:
    """Return why this member cannot authorise that one."""
    sitting = {one.member_id: one for one in electors(work.session, meeting.association_id, meeting.body, work.today)}
    if principal_id not in sitting:
        raise NotFound
    agent = sitting.get(agent_id)
    if agent is None or agent.person_id is None or agent_id == principal_id:
        return [NoSuchProxy()]
    principals = {one.principal_id for one in standing}
    agents = [one.agent_id for one in standing]
    faults: list[RuleBroken] = []
    if principal_id in principals:
        faults.append(ProxyGiven())
    if agent_id in principals or principal_id in agents:
        faults.append(ProxyChain())
    if agents.count(agent_id) >= meeting.proxy_limit:
        faults.append(ProxiesUsedUp(most=meeting.proxy_limit))
    return faults


def _refuse_unless(meeting: Meeting, *states: MeetingState) -> None:
    if meeting.state not in states:
        raise WrongState(state=MEETING_NAMES[meeting.state])
