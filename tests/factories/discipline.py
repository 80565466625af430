"""An association with firms that quarrel and people that judge; the operations themselves bring cases to their states."""

from dataclasses import dataclass, field
from datetime import timedelta
from types import SimpleNamespace

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.association.models.cases import Case, CaseKind, CaseState, Party
from services.association.models.judging import Finding, Measure, Panellist
from services.association.models.meetings import Body, Meeting, Mode, Motion, MotionState, Outcome, Whole
from services.association.models.pacts import Pact, PactState
from services.association.models.register import Member
from services.association.operations import cases, judging, mediating, panels
from services.association.operations.cases import WishCase
from services.association.operations.deciding import carry_out
from services.association.operations.judging import WishDecision
from services.association.operations.mediating import WishDuty
from services.association.operations.pacts import seal
from services.core import clock
from services.core.actor import Actor
from services.core.permissions import Role
from services.core.work import Work
from services.organisations.models import Cluster, Organisation, OrgKind, OrgType
from tests.factories.accounts import make_person
from tests.factories.board import Firm, make_association, make_firm
from tests.factories.catalogue import make_cluster
from tests.factories.organisations import actor_of, make_member, make_organisation
from tests.factories.register import enrol

S = CaseState
NODES = ("原料", "模具", "包装", "物流", "设备", "检测", "设计", "电镀")
FACTS = "对方在展会上展出与我方备案产品外观相同的挂件，附照片三张。"
DEMAND = "停止销售并书面道歉。"


@dataclass(frozen=True)
class Circle:
    """Everybody around a case. ``judges`` sit on the first panel, ``elders`` on that of an appeal."""

    cluster: Cluster
    association: Firm
    claimant: Firm
    respondent: Firm
    outsider: Firm
    """Verified, no member."""
    stranger: Firm
    """A member that has nothing to do with the case."""
    competitor: Firm
    """A member at the claimant's node of the chain."""
    judges: list[Firm] = field(default_factory=list)
    elders: list[Firm] = field(default_factory=list)
    officer: Actor | None = None
    """Of the department."""

    @property
    def association_id(self) -> int:
        return self.association.organisation.id


def make_circle(session: Session) -> Circle:
    """Make an association, its members and people of them."""
    cluster = make_cluster(session)
    association = make_association(session, cluster)
    claimant = make_firm(session, cluster, chain_node="成品制造")
    respondent = make_firm(session, cluster, chain_node="玻璃棒管")
    stranger = make_firm(session, cluster, chain_node="金属件")
    competitor = make_firm(session, cluster, chain_node="成品制造")
    others = [make_firm(session, cluster, chain_node=node) for node in NODES[:6]]
    for firm in (claimant, respondent, stranger, competitor, *others):
        enrol(session, association.organisation.id, firm.organisation.id)
    return Circle(
        cluster,
        association,
        claimant,
        respondent,
        make_firm(session, cluster),
        stranger,
        competitor,
        others[:3],
        others[3:],
        make_officer(session),
    )


def make_officer(session: Session) -> Actor:
    """Make somebody of the department."""
    department = make_organisation(session, kind=OrgKind.DEPARTMENT, org_type=OrgType.ADMINISTRATION)
    person = make_person(session)
    make_member(session, person, department, Role.GOV_OFFICER)
    return actor_of(session, person, department)


def work_of(session: Session, who: Firm | Actor, *, days: int = 0) -> Work:
    """Return a work of somebody, perhaps so many days from now."""
    actor = who.actor if isinstance(who, Firm) else who
    return Work(session, actor, clock.now() + timedelta(days=days))


def wish_case(circle: Circle, about: Organisation | None = None, **over) -> WishCase:
    """Return a complaint about a firm, the respondent unless another is named, that can be submitted as it is."""
    values = {
        "association_id": circle.association_id,
        "respondent": (about or circle.respondent.organisation).name,
        "kind": CaseKind.COPYING,
        "title": "挂件外观被仿制",
        "facts": FACTS,
        "demand": DEMAND,
    } | over
    return WishCase(**values)


def bring_to(
    session: Session,
    circle: Circle,
    state: CaseState,
    *,
    debtor: Party = Party.RESPONDENT,
    measure: Measure | None = None,
) -> Case:
    """Submit a complaint and bring it to a state, the shortest way."""
    kind = CaseKind.COPYING if debtor is Party.RESPONDENT else CaseKind.PAYMENT
    case = cases.complain(work_of(session, circle.claimant), wish_case(circle, kind=kind))
    for name in _WAYS[state]:
        _STEPS[name](session, circle, case, SimpleNamespace(debtor=debtor, measure=measure))
    session.flush()
    assert case.state is state, (case.state, state)
    return case


def appoint_all(session: Session, circle: Circle, case: Case, firms: list[Firm]) -> list[Panellist]:
    """Put one person of each firm on the panel that is at work."""
    return [
        panels.appoint(
            work_of(session, circle.association),
            case.id,
            person_id=firm.person.id,
            organisation_id=firm.organisation.id,
        )
        for firm in firms
    ]


def decide(session: Session, circle: Circle, case: Case, wish: WishDecision | None = None) -> None:
    """Let the panel at work decide with two of three votes."""
    is_appeal = case.state is S.APPEALED
    judges = circle.elders if is_appeal else circle.judges
    finding = Finding.APPEAL_REJECTED if is_appeal else Finding.DISMISSED
    judging.propose_decision(work_of(session, judges[0]), case.id, wish or WishDecision(finding, "证据不足。"))
    judging.vote(work_of(session, judges[1]), case.id, agrees=True)


def propose(session: Session, circle: Circle, case: Case, debtor: Party = Party.RESPONDENT) -> None:
    """Let the panel propose an agreement with one thing to do by tomorrow."""
    tomorrow = clock.local_day(clock.now()) + timedelta(days=1)
    mediating.propose_agreement(
        work_of(session, circle.judges[0]),
        case.id,
        terms="一、停止销售。二、赔偿。",
        duties=[WishDuty(debtor, "支付赔偿款", tomorrow, 200_000)],
    )


def member_of(session: Session, firm: Firm) -> Member:
    """Return a firm's entry in the register."""
    return session.scalars(select(Member).where(Member.organisation_id == firm.organisation.id)).one()


def make_pact(session: Session, association_id: int, **over) -> Pact:
    """Make a pact in force, as a meeting adopted it."""
    text = over.pop("text", "第一条 不仿冒。第二条 不虚假宣传。第三条 按时付款。")
    values = {
        "version": 1,
        "title": "行业自律公约",
        "text": text,
        "state": PactState.ADOPTED,
        "adopted_on": clock.local_day(clock.now()) - timedelta(days=30),
        "sha256": seal(text),
        "written_at": clock.now(),
    } | over
    pact = Pact(association_id=association_id, **values)
    session.add(pact)
    session.flush()
    return pact


def _sign_both(session, circle, case, how):
    propose(session, circle, case, how.debtor)
    mediating.sign(work_of(session, circle.claimant), case.id)
    mediating.sign(work_of(session, circle.respondent), case.id)


def _perform(session, circle, case, how):
    first, second = circle.respondent, circle.claimant
    if how.debtor is Party.CLAIMANT:
        first, second = second, first
    duty = mediating.live_agreement(session, case.id).duties[0]
    mediating.report_done(work_of(session, first), case.id, duty.id)
    mediating.confirm_done(work_of(session, second), case.id, duty.id)


def _decide(session, circle, case, how):
    if how.measure is None:
        decide(session, circle, case)
        return
    days = 90 if how.measure is Measure.SUSPENSION else None
    decide(session, circle, case, WishDecision(Finding.MEASURE, "仿冒属实。", how.measure, days))


_STEPS = {
    "accept": lambda s, c, case, how: cases.accept(work_of(s, c.association), case.id),
    "refuse": lambda s, c, case, how: cases.refuse(work_of(s, c.association), case.id, reason="不属于公约范围。"),
    "answer": lambda s, c, case, how: cases.answer(work_of(s, c.respondent), case.id, text="该产品为我方独立设计。"),
    "panel": lambda s, c, case, how: appoint_all(s, c, case, c.judges),
    "mediate": lambda s, c, case, how: mediating.mediate(work_of(s, c.association), case.id),
    "settle": _sign_both,
    "perform": _perform,
    "breach": lambda s, c, case, how: mediating.breach(
        work_of(s, c.claimant if how.debtor is Party.RESPONDENT else c.respondent, days=5), case.id, reason="逾期未付。"
    ),
    "fail": lambda s, c, case, how: mediating.fail(work_of(s, c.association), case.id, reason="双方分歧过大。"),
    "refer": lambda s, c, case, how: cases.refer(work_of(s, c.association), case.id, reason="建议向法院起诉。"),
    "decide": _decide,
    "appeal": lambda s, c, case, how: judging.appeal(work_of(s, c.respondent), case.id, reason="事实认定有误。"),
    "elders": lambda s, c, case, how: appoint_all(s, c, case, c.elders),
    "rest": lambda s, c, case, how: judging.rest(work_of(s, Actor.system("clock"), days=60), case),
    "withdraw": lambda s, c, case, how: cases.withdraw(work_of(s, c.claimant), case.id, reason="已和解。"),
}
_HEARD = ("accept", "answer", "panel")
_WAYS = {
    S.SUBMITTED: (),
    S.REFUSED: ("refuse",),
    S.ANSWERING: ("accept",),
    S.INVESTIGATING: _HEARD,
    S.MEDIATING: (*_HEARD, "mediate"),
    S.PERFORMING: (*_HEARD, "mediate", "settle"),
    S.PERFORMED: (*_HEARD, "mediate", "settle", "perform"),
    S.BREACHED: (*_HEARD, "mediate", "settle", "breach"),
    S.FAILED: (*_HEARD, "mediate", "fail"),
    S.REFERRED: (*_HEARD, "refer"),
    S.DECIDED: (*_HEARD, "decide"),
    S.APPEALED: (*_HEARD, "decide", "appeal", "elders"),
    S.CLOSED: (*_HEARD, "decide", "rest"),
    S.WITHDRAWN: ("withdraw",),
}


def count_motion(session: Session, circle: Circle, motion: Motion, *, passed: bool = True) -> None:
    """Let the council vote on a motion, eight of nine being present, and carry the result out."""
    now = clock.now()
    meeting = Meeting(
        no=f"HC-20260101-{motion.id:04d}",
        association_id=circle.association_id,
        body=Body.COUNCIL,
        mode=Mode.ON_SITE,
        title="理事会会议",
        starts_at=now - timedelta(hours=3),
        ends_at=now - timedelta(hours=1),
        held_on=clock.local_day(now),
        notice_days=15,
        proxy_limit=1,
        state_at=now,
    )
    session.add(meeting)
    session.flush()
    motion.meeting_id = meeting.id
    motion.quorum_num, motion.quorum_den, motion.quorum_strict = 2, 3, False
    motion.pass_num, motion.pass_den, motion.pass_strict, motion.pass_of = 1, 2, True, Whole.PRESENT
    motion.opened_at = motion.counted_at = now
    motion.entitled, motion.present, motion.abstentions = 9, 8, 0
    motion.votes_for, motion.votes_against = (6, 2) if passed else (2, 6)
    motion.outcome = Outcome.PASSED if passed else Outcome.REJECTED
    motion.state = MotionState.PASSED if passed else MotionState.REJECTED
    session.flush()
    carry_out(work_of(session, Actor.system("worker")), motion_id=motion.id)
    session.flush()
