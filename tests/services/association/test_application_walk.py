"""All states × all roles × all deeds of an application: what the operations allow is what the table says, nothing else."""

import random
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from services.association.models.dues import DuesInvoice, DuesMethod, InvoiceState
from services.association.models.register import ApplicationState, MembershipApplication
from services.association.operations import admitting, joining
from services.association.operations.joining import JoinWish
from services.association.operations.payments import Money, record_payment
from services.association.rules.joining import OPEN, STEPS
from services.core.actor import Actor
from services.core.errors import NotAllowed, NotFound, RuleBroken
from tests.factories.board import make_association
from tests.factories.catalogue import make_cluster
from tests.factories.register import at

S = ApplicationState
START = date(2026, 3, 2)
ROLES = ("applicant", "member", "desk", "rival desk", "worker", "visitor")


@dataclass(frozen=True)
class Deed:
    """Something that is tried: by whom it may be done, from which states, and where it leads."""

    name: str
    roles: frozenset[str]
    starts: frozenset[ApplicationState]
    after: ApplicationState | None


def deed(name, *roles, step=None, starts=None, after=None):
    found = STEPS.get(step or name)
    return Deed(name, frozenset(roles), starts or found[0], after or (found[1] if found else None))


DEEDS = [
    deed("apply", "applicant", starts=frozenset(S) - OPEN - {S.ADMITTED}, after=S.SUBMITTED),
    deed("return", "desk", "worker"),
    deed("resubmit", "applicant", "worker"),
    deed("publish", "desk", "worker"),
    deed("end_notice", "desk", "worker"),
    deed("withdraw", "applicant", "worker"),
    deed("pay", "desk", "worker", step="admit"),
]
DECISIONS = [deed("approve", "worker"), deed("refuse", "worker"), deed("lapse", "worker")]


class Walk:
    """One application, tried by everybody, with the clock moving on."""

    def __init__(self, guild, session, seed):
        self.guild, self.session, self.dice = guild, session, random.Random(seed)
        self.today = START
        rival = make_association(session, make_cluster(session))
        self.actors = {
            "applicant": guild.firm.actor,
            "member": guild.board.member.actor,
            "desk": guild.clerk,
            "rival desk": rival.actor,
            "worker": Actor.system("worker"),
            "visitor": guild.board.visitor,
        }
        self.wish = JoinWish("材料", "王示例", "13800000001", guild.firm.person.id, accepts_charter=True)
        self.application = joining.apply(self.work("applicant"), guild.id, self.wish)

    def work(self, role):
        return at(self.session, self.actors[role], self.today)

    def do(self, name, role):
        work, key = self.work(role), self.application.id
        match name:
            case "apply":
                self.application = joining.apply(work, self.guild.id, self.wish)
            case "return":
                admitting.return_application(work, key, "缺材料")
            case "resubmit":
                joining.resubmit(work, key, self.wish)
            case "publish":
                admitting.publish(work, key)
            case "end_notice":
                admitting.end_notice(work, key)
            case "withdraw":
                joining.withdraw(work, key)
            case "pay":
                record_payment(work, self.open_invoice(), Money(200_000, self.today, "示例", DuesMethod.CASH))
            case "approve":
                admitting.approve(work, key, motion_id=1, decided_on=self.today)
            case "refuse":
                admitting.refuse(work, key, motion_id=1, decided_on=self.today, reason="未通过")
            case "lapse":
                admitting.sweep_applications(work)

    def open_invoice(self):
        found = select(DuesInvoice.id).where(DuesInvoice.member_id == self.application.member_id)
        return self.session.scalar(found.where(DuesInvoice.state == InvoiceState.OPEN)) or 10**6

    def allowed(self, one, role):
        """Say what the table says, and the two clocks: the notice and the days to pay."""
        if role not in one.roles or self.application.state not in one.starts:
            return False
        if one.name == "end_notice":
            return self.today > self.application.notice_until_on
        if one.name == "lapse":
            return self.today > self.application.dues_until_on
        if one.name == "apply":
            return not (self.application.reapply_on and self.today < self.application.reapply_on)
        return True

    def step(self):
        self.today += timedelta(days=self.dice.choice((0, 0, 1, 4, 12)))
        one = self.dice.choice(DEEDS * 2 + DECISIONS)
        role = self.dice.choice(ROLES) if one in DEEDS else "worker"
        before, expected = self.application.state, self.allowed(one, role)
        if one.name == "lapse" and before is S.PUBLIC_NOTICE:
            return  # the same sweep lays it before the council
        refused = self.refusal(one.name, role)
        self.session.expire_all()
        what = (one.name, role, before, refused)
        if expected:
            assert refused is None, what
            assert self.application.state is one.after, what
        else:
            assert self.application.state is before, what
            assert refused is not None or one.name == "lapse", what

    def refusal(self, name, role):
        """Try a deed, and return why it is refused."""
        try:
            with self.session.begin_nested():
                self.do(name, role)
        except (NotAllowed, NotFound, RuleBroken) as refused:
            return refused
        return None


@pytest.mark.parametrize("seed", range(6))
def test_nobody_does_what_the_table_does_not_say(guild, session, seed):
    walk = Walk(guild, session, seed)
    for _ in range(45):
        walk.step()
    open_ones = select(MembershipApplication.id).where(MembershipApplication.state.in_(OPEN))
    assert len(session.scalars(open_ones).all()) <= 1
