"""What can happen to a commission before its samples are tested, one function for each word; and its money."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import select

from portal.cli.demo.acts import Act, Bill, Cast, organisation_key, pay, put_on_account, refund
from portal.config import Settings
from services.billing.models import Order
from services.billing.operations import quotations
from services.billing.operations.statements import make_statement, month_before
from services.catalogue.models import Market, ModuleState, ServiceModule, Urgency
from services.catalogue.operations.states import pause_module
from services.core.actor import Actor
from services.core.work import Work
from services.laboratory.models.capability import LimitSet
from services.laboratory.models.commissions import (
    Commission,
    DecisionRule,
    Leftover,
    Purpose,
    ReportLanguage,
    ReviewDecision,
)
from services.laboratory.models.lines import LineState, TestLine
from services.laboratory.models.samples import Sample
from services.laboratory.operations import changing, offering, ordering, overseeing, reviewing, sweeping
from services.laboratory.operations.wishes import Chosen, Options, SampleWish, Wish
from services.laboratory.queries.review_facts import findings
from services.laboratory.rules.reviewing import Answer, Check, Reply
from services.organisations.models import Organisation

WORDED = {
    "market": Market,
    "purpose": Purpose,
    "urgency": Urgency,
    "report_language": ReportLanguage,
    "leftover": Leftover,
    "decision_rule": DecisionRule,
}
EXPLAINED = {
    Check.SCOPE: "范围外的项目在报告中单列，不带标志，客户已知悉",
    Check.STANDARD: "版本已与客户核对，按委托书执行",
    Check.CALIBRATION: "复校已排定，测试前再核对",
    Check.AMOUNT: "送样时按方案补足，已电话说明",
    Check.CAPACITY: "收样后按当日空闲重新安排",
    Check.DECISION_RULE: "无限量的项目只报结果不判定",
    Check.SUBCONTRACT: "不分包，本中心完成",
}
"""The note of a clerk beside an answer that says no, or that the portal doubts."""


class Ordered:
    """One story while it is told: who orders what where, and the commission it became."""

    def __init__(self, cast: Cast, story: Act, settings: Settings) -> None:
        self.cast = cast
        self.story = story
        self.settings = settings
        self.client: str = story["client"]
        self.key: str = story.get("for") or organisation_key(self.client)
        self.lab: str = story["lab"]
        self.commission_id = 0

    @property
    def id(self) -> int:
        """What is remembered of the story."""
        return self.commission_id

    @property
    def commission(self) -> Commission:
        """The commission as it stands."""
        return self.cast.session.get_one(Commission, self.commission_id, populate_existing=True)

    @property
    def order(self) -> Order | None:
        """What the commission costs."""
        return self.commission.order

    def work(self, act: Act) -> Work:
        """Return the work of whoever performs ``act``: somebody named, or else the clerk."""
        return self.cast.work(act.get("by") or f"{self.lab}_clerk", self.cast.days.moment(act["at"]))

    def of_client(self, act: Act) -> Work:
        """Return the work of the client."""
        return self.cast.work(self.client, self.cast.days.moment(act["at"]), self.key)

    def of_system(self, act: Act) -> Work:
        """Return the work of the portal itself."""
        return Work(self.cast.session, Actor.system("demo"), self.cast.days.moment(act["at"]))

    def samples(self, act: Act) -> list[Sample]:
        """Return the samples that an act names by their places, or all of them."""
        whole = select(Sample).where(Sample.commission_id == self.commission_id, Sample.parent_id.is_(None))
        chosen = act.get("samples")
        return [one for one in self._fresh(whole.order_by(Sample.position)) if not chosen or one.position in chosen]

    def lines(self, act: Act, *states: LineState) -> list[TestLine]:
        """Return the lines in these states that an act names by items and samples, or all of them."""
        statement = select(TestLine).where(TestLine.commission_id == self.commission_id, TestLine.state.in_(states))
        places = {one.id for one in self.samples(act)}
        codes = act.get("tests")
        return [
            one
            for one in self._fresh(statement.order_by(TestLine.id))
            if one.sample_id in places and (not codes or one.item.module.code in codes)
        ]

    def _fresh(self, statement: Any) -> Iterator[Any]:
        yield from self.cast.session.scalars(statement.execution_options(populate_existing=True)).all()

    def module_id(self, code: str) -> int:
        """Return the id of an item or package."""
        return self.cast.session.scalars(select(ServiceModule.id).where(ServiceModule.code == code)).one()

    def wish(self) -> Wish:
        """Return everything that is ordered, in the words of the story."""
        client = self.cast.actor(self.client, self.key)
        organisation = self.cast.session.get_one(Organisation, client.organisation_id)
        told = dict(self.story.get("options", {}))
        worded = {name: kind(told.pop(name)) for name, kind in WORDED.items() if name in told}
        limits = told.pop("limits", None)
        options = Options(contact_name=client.name, contact_phone=organisation.contact_phone, **worded, **told)
        if limits is not None:
            options = replace(options, is_judged=True, limit_set_id=self._limits(limits))
        return Wish(
            provider_id=self.provider_id,
            organisation_id=organisation.id,
            chosen=tuple(self._chosen()),
            samples=tuple(SampleWish(**one) for one in self.story["samples"]),
            options=options,
            placed_by_id=client.person_id,
        )

    @property
    def provider_id(self) -> int:
        """The laboratory."""
        found = self.cast.actor(f"{self.lab}_clerk", self.lab.upper()).organisation_id
        assert found is not None
        return found

    def _chosen(self) -> Iterator[Chosen]:
        for told in self.story["tests"]:
            code, _, count = told.partition("*")
            yield Chosen(self.module_id(code), int(count or 1))

    def _limits(self, name: str) -> int:
        return self.cast.session.scalars(select(LimitSet.id).where(LimitSet.name == name)).one()


Perform = Callable[[Ordered, Act], Any]


def _draft(told: Ordered, act: Act) -> None:
    told.commission_id = ordering.draft(told.of_client(act), told.wish()).id


def _order(told: Ordered, act: Act) -> None:
    """The client sends the order at the price and for the date that the portal shows."""
    _draft(told, act)
    send(told, act)


def send(told: Ordered, act: Act) -> None:
    """The client sends a draft at the price and for the date that the portal shows."""
    work = told.of_client(act)
    shown = ordering.survey(work.session, told.commission, work.now)
    assert not shown.faults, (told.story["key"], shown.faults)
    assert shown.quote is not None
    assert shown.plan is not None
    ordering.confirm(
        work, told.commission_id, shown_due_fen=shown.quote.due_fen, shown_promised_on=shown.plan.promised_on
    )


def _enter_for_firm(told: Ordered, act: Act) -> None:
    told.commission_id = offering.enter_for_firm(told.work(act), told.wish()).id


def _review(told: Ordered, act: Act, decision: ReviewDecision) -> None:
    """The clerk answers the seven questions as the portal found them, with a note where one is needed."""
    work = told.work(act)
    found = findings(work.session, told.commission, work.today)
    replies = {
        check: Reply(one.found or Answer.YES, EXPLAINED[check] if one.found is Answer.NO else "")
        for check, one in found.items()
    }
    words = {"reason": act.get("reason", ""), "remark": act.get("remark", ""), "is_prepaid": bool(act.get("prepaid"))}
    reviewing.review(work, told.commission_id, replies, decision=decision, **words)


def _approve(told: Ordered, act: Act) -> None:
    """The clerk takes the order up and accepts it; ``prepaid`` lets it wait for the money."""
    reviewing.take_up(told.work(act), told.commission_id)
    _review(told, act, ReviewDecision.ACCEPT)


def _quote(told: Ordered, act: Act) -> None:
    """The clerk offers another version, some working days later than can be kept, at another price or the same."""
    _review(told, act, ReviewDecision.QUOTE)
    work = told.work(act)
    days = told.cast.days
    proposal = offering.Proposal(
        promised_on=days.after(offering.day_to_offer(work, told.commission), int(act.get("later", 0))),
        valid_until=days.after(work.today, int(act.get("valid", 10))),
        change_fen=int(act.get("change", 0)) * 100,
        reason=act.get("reason", ""),
        note=act.get("note", ""),
    )
    offering.quote(work, told.commission_id, proposal)


def _accept(told: Ordered, act: Act) -> None:
    work = told.of_client(act)
    offered = quotations.latest(work.session, told.commission.no or "")
    assert offered is not None
    promised_on = date.fromisoformat(offered.terms["promised_on"])
    changing.accept_quotation(work, told.commission_id, version=offered.version, shown_promised_on=promised_on)


def _reject(told: Ordered, act: Act) -> None:
    work = told.of_client(act)
    offered = quotations.latest(work.session, told.commission.no or "")
    assert offered is not None
    changing.reject_quotation(work, told.commission_id, version=offered.version, reason=act["reason"])


def _end(told: Ordered, act: Act) -> None:
    """The client asks for the end of testing, and the laboratory agrees."""
    work = told.of_client(act)
    due_fen = overseeing.done_fen(work, told.commission)
    overseeing.ask_termination_by_client(work, told.commission_id, shown_fen=due_fen, reason=act["reason"])
    if act.get("agreed"):
        overseeing.confirm_termination(told.work(act), told.commission_id, shown_fen=due_fen, by_staff=True)


def _settled(act_on: Callable[[Bill, Act], None]) -> Perform:
    """Return the act, after which what waited for the money goes on."""

    def perform(told: Ordered, act: Act) -> None:
        act_on(told, act)
        order = told.order
        assert order is not None
        sweeping.follow_payment(told.of_system(act), order_id=order.id)

    return perform


def _sweep(told: Ordered, act: Act) -> None:
    """The portal does what it does by the clock."""
    for sweep in (sweeping.lapse_quotations, sweeping.expire_unsent, sweeping.close_delivered):
        sweep(told.of_system(act))


def _statement(told: Ordered, act: Act) -> None:
    """The centre writes down what is open on the firm's account at the end of last month."""
    work, order = told.work(act), told.order
    assert order is not None
    pair = {"provider_id": order.provider_id, "organisation_id": order.organisation_id}
    make_statement(work, **pair, month_on=month_before(work.today))


def _still_offered(told: Ordered, act: Act) -> None:
    """An item that is paused today was open on that day."""
    for module in _modules(told):
        module.state, module.state_reason = ModuleState.PUBLISHED, ""
    told.cast.session.flush()


def _pause(told: Ordered, act: Act) -> None:
    for module in _modules(told):
        pause_module(told.work(act), module.id, act["reason"])


def _modules(told: Ordered) -> list[ServiceModule]:
    return [told.cast.session.get_one(ServiceModule, told.module_id(code)) for code in told.story["tests"]]


WORDS: dict[str, Perform] = {
    "draft": _draft,
    "order": _order,
    "enter_for_firm": _enter_for_firm,
    "take_up": lambda told, act: reviewing.take_up(told.work(act), told.commission_id),
    "note": lambda told, act: reviewing.add_note(told.work(act), told.commission_id, text=act["text"]),
    "approve": _approve,
    "ask": lambda told, act: _review(told, act, ReviewDecision.ASK),
    "answer": lambda told, act: reviewing.answer(told.of_client(act), told.commission_id, text=act["text"]),
    "refuse_order": lambda told, act: _review(told, act, ReviewDecision.DECLINE),
    "quote": _quote,
    "accept": _accept,
    "reject": _reject,
    "ask_change": lambda told, act: changing.ask_change(told.of_client(act), told.commission_id, text=act["text"]),
    "cancel": lambda told, act: changing.cancel(told.of_client(act), told.commission_id, reason=act["reason"]),
    "suspend": lambda told, act: overseeing.suspend(told.work(act), told.commission_id, reason=act["reason"]),
    "resume": lambda told, act: overseeing.resume(told.work(act), told.commission_id),
    "end": _end,
    "pay": _settled(pay),
    "account": _settled(put_on_account),
    "refund": refund,
    "statement": _statement,
    "sweep": _sweep,
    "still_offered": _still_offered,
    "pause": _pause,
}
"""The words of data/commissions.json for orders; those for samples, tests and reports are in commission_bench.py."""
