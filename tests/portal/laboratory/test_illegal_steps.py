"""No illegal step is possible from any state for any role, not even by a hand-made request.

Every page that can change something is sent a form in every state of what it is about. Whatever comes of it, each row has
moved along the steps that this page may take according to ``rules.states``, or not at all. Whoever the page is not for
moves nothing. The pages and their steps are written down here by hand, apart from the code they are compared with.
"""

from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import select

from services.core import clock
from services.core.files import Attachment
from services.laboratory.models.commissions import Commission, CommissionState
from services.laboratory.models.lines import LineState, TestLine
from services.laboratory.models.reports import Objection, ObjectionOutcome, ObjectionState, Report, ReportState
from services.laboratory.models.samples import RefusalReason, Sample, SampleState
from services.laboratory.rules.states import (
    COMMISSION_STEPS,
    LINE_STEPS,
    OBJECTION_STEPS,
    REPORT_STEPS,
    SAMPLE_STEPS,
)
from tests.factories.laboratory import Laboratory, make_commission
from tests.plumbing.reviewing import page_of

C, L, S, R, O = CommissionState, LineState, SampleState, ReportState, ObjectionState  # noqa: E741 - O is for objection
STATES = {"commission": C, "line": L, "sample": S, "report": R, "objection": O}
MODELS = {"commission": Commission, "line": TestLine, "sample": Sample, "report": Report, "objection": Objection}
TABLES = {
    "commission": COMMISSION_STEPS,
    "line": {name: (starts, frozenset({end})) for name, (starts, end) in LINE_STEPS.items()},
    "sample": {name: (starts, frozenset({end})) for name, (starts, end) in SAMPLE_STEPS.items()},
    "report": {name: (starts, frozenset({end})) for name, (starts, end) in REPORT_STEPS.items()},
    "objection": {name: (starts, frozenset({end})) for name, (starts, end) in OBJECTION_STEPS.items()},
}
PEOPLE = ("agent", "rival_agent", "clerk", "analyst", "reviewer", "signatory", "admin")
FIRM, DESK = ("agent",), ("clerk", "admin")
STAFF = ("clerk", "analyst", "admin")
LINES_END, SAMPLES_END = {"cancel", "unschedule"}, {"withdraw", "retain", "bring_back"}
SETTLING = {"start", "finish_testing", "finish_checking", "test_again"}
TYPED = {
    "reason": "因故", "text": "说明", "answer": "答复", "note": "备注", "remark": "备注", "amount": "1.00",
    "place": "样品室B2", "parts": "2", "condition": "完好", "outcome": "received", "decision": "accept",
    "brought_by": "周厂长", "value-1": "0.12", "value": "0.12", "temperature": "23.0", "humidity": "50.0",
    "subcontractor": "省检院", "mark_no": "191020340001", "conclusion": "所检项目符合要求", "changed_parts": "结果",
    "verdict": "pass", "given_to": "周厂长", "taken_by": "周厂长", "consent": "1", "shown": "0", "shown_fee": "0",
}  # fmt: skip


@dataclass(frozen=True)
class Page:
    """An address with the id of ``kind`` in it, who may send to it, and the steps it may take, by kind."""

    address: str
    kind: str
    who: tuple[str, ...]
    steps: dict[str, set[str]] = field(default_factory=dict)
    base: CommissionState = C.TESTING


def of_commission(address: str, who: tuple[str, ...], *steps: str, **more: set[str]) -> Page:
    return Page(address, "commission", who, {"commission": set(steps), **more})


def of_line(address: str, who: tuple[str, ...], *steps: str) -> Page:
    moved = {"line": set(steps), "commission": SETTLING | {"return_report"}, "report": {"send_back"}}
    return Page(f"/laboratory/work/{{}}/{address}", "line", who, moved)


def of_sample(address: str, who: tuple[str, ...], *steps: str, **more: set[str]) -> Page:
    return Page(f"/laboratory/samples/{{}}/{address}", "sample", who, {"sample": set(steps), **more}, C.AWAIT_SAMPLE)


def of_report(address: str, who: tuple[str, ...], *steps: str, **more: set[str]) -> Page:
    return Page(f"/laboratory/reports/{{}}/{address}", "report", who, {"report": set(steps), **more}, C.REPORT_REVIEW)


def of_objection(address: str, who: tuple[str, ...], *steps: str, **more: set[str]) -> Page:
    return Page(address, "objection", who, {"objection": set(steps), **more}, C.DELIVERED)


ENDING = {"line": LINES_END, "sample": SAMPLES_END}
PLACING = {"line": {"schedule", "unschedule"}}
PAGES = [
    of_commission("/testing/{}/confirm", FIRM, "submit", **PLACING),
    of_commission("/commissions/{}/answer", FIRM, "answer"),
    of_commission("/commissions/{}/quotations/1/acceptance", FIRM, "accept", **PLACING),
    of_commission("/commissions/{}/quotations/1/refusal", FIRM, "reject", "keep", **ENDING),
    of_commission("/commissions/{}/change", FIRM, "amend"),
    of_commission("/commissions/{}/cancellation", FIRM, "cancel", **ENDING),
    of_commission("/commissions/{}/copy", FIRM),
    of_commission("/commissions/{}/termination", FIRM),
    of_commission("/commissions/{}/termination/agreement", FIRM, "terminate", **ENDING),
    of_commission("/commissions/{}/termination/refusal", FIRM),
    of_commission(
        "/commissions/{}/deviation",
        FIRM,
        "settle_deviation",
        "receive",
        "refuse",
        sample={"accept_deviation", "refuse"},
        line=LINES_END,
    ),
    of_commission("/laboratory/commissions/{}/take-up", DESK, "take_up"),
    of_commission("/laboratory/commissions/{}/clerk", DESK),
    of_commission("/laboratory/commissions/{}/note", DESK),
    of_commission("/laboratory/commissions/{}/review", DESK, "approve", "ask", "decline", **ENDING),
    of_commission("/laboratory/commissions/{}/quote", DESK, "quote", **PLACING),
    of_commission("/laboratory/commissions/{}/contract", DESK, "keep"),
    of_commission("/laboratory/commissions/{}/suspension", DESK, "suspend"),
    of_commission("/laboratory/commissions/{}/resumption", DESK, "resume"),
    of_commission("/laboratory/commissions/{}/termination", DESK),
    of_commission("/laboratory/commissions/{}/termination/agreement", DESK, "terminate", **ENDING),
    of_commission("/laboratory/commissions/{}/termination/refusal", DESK),
    of_commission("/laboratory/commissions/{}/report", DESK),
    of_line("begin", ("analyst",), "begin"),
    of_line("records", ("analyst",)),
    of_line("submission", ("analyst",), "submit"),
    of_line("check", ("reviewer",), "check"),
    of_line("return", ("reviewer",), "send_back", "ask_again"),
    of_line("retest", ("reviewer",), "test_again", "ask_again"),
    of_line("subcontracting", DESK, "subcontract"),
    of_line("external-result", DESK, "take_in"),
    of_sample(
        "arrival",
        DESK,
        "receive",
        "deviate",
        "refuse",
        commission={"receive", "deviate", "refuse", "settle_deviation"},
        line=LINES_END,
    ),
    of_sample("taking", STAFF, "take"),
    of_sample("bringing-back", STAFF, "bring_back"),
    of_sample("move", STAFF),
    of_sample("division", STAFF, "divide"),
    of_sample("return", DESK, "give_back"),
    of_sample("disposal-proposal", STAFF),
    of_sample("disposal", STAFF, "dispose"),
    of_sample("keeping", STAFF),
    of_report("words", DESK),
    of_report("review-request", DESK, "send", commission={"send_report"}),
    of_report("return", ("clerk", "admin", "reviewer", "signatory"), "send_back", commission={"return_report"}),
    of_report("review", ("reviewer",), "review"),
    of_report("issue", ("signatory",), "issue", commission={"issue"}),
    of_report("collection", DESK, commission={"deliver"}),
    of_report("amendment", DESK),
    of_report("dropping", DESK, "drop"),
    of_report("withdrawal", ("signatory",), "withdraw"),
    Page("/reports/{}/file", "report", FIRM, {"commission": {"deliver"}}, C.ISSUED),
    Page("/reports/{}/objection", "report", FIRM, {}, C.DELIVERED),
    of_objection("/objections/{}/withdrawal", FIRM, "withdraw"),
    of_objection("/objections/{}/acceptance", FIRM, "close"),
]


def reachable(kind: str, names: set[str], start: Any) -> set[Any]:
    """Return the states that rows of a kind can come to from ``start`` by the named steps."""
    found, fresh = {start}, [start]
    while fresh:
        state = fresh.pop()
        for name in names:
            starts, ends = TABLES[kind][name]
            fresh += [end for end in ends if state in starts and end not in found]
            found |= ends if state in starts else set()
    return found


class World:
    """A laboratory in whose rows one thing stands in a wanted state."""

    def __init__(self, lab: Laboratory, page: Page) -> None:
        self.lab, self.page, self.session = lab, page, lab.session

    def make(self, state: Any) -> int:
        """Make a commission whose part of the page's kind is in ``state``; return the id for the address."""
        kind = self.page.kind
        base = state if kind == "commission" else self.page.base
        commission = make_commission(self.lab, base, items=(self.lab.lead,))
        line, sample = (self._one(model, commission) for model in (TestLine, Sample))
        if kind == "line":
            self._put_line(line, state)
        elif kind == "sample":
            self._put_sample(sample, state)
        self.session.commit()
        if kind in {"report", "objection"}:
            report = self._report(commission, state if kind == "report" else R.ISSUED)
            if kind == "report":
                return report.id
            return self._objection(commission, report, state).id
        return {"commission": commission, "line": line, "sample": sample}[kind].id

    def _one(self, model: Any, commission: Commission) -> Any:
        return self.session.scalars(select(model).where(model.commission_id == commission.id)).one()

    def _put_line(self, line: TestLine, state: LineState) -> None:
        line.subcontractor = "省检院" if state is L.SUBCONTRACTED else ""
        line.finished_at = clock.now() if state in {L.SUBMITTED, L.CHECKED} else None
        line.state = state

    def _put_sample(self, sample: Sample, state: SampleState) -> None:
        sample.refusal = RefusalReason.BROKEN if state is S.REFUSED else None
        if state is S.DISPOSED:
            sample.disposal_asked_by_id, sample.disposed_by_id = self.lab.clerk.id, self.lab.admin.id
        sample.state = state

    def _report(self, commission: Commission, state: ReportState) -> Report:
        file = Attachment(
            organisation_id=self.lab.provider.id,
            purpose="report",
            name="报告.pdf",
            key=f"zz/{commission.id}.pdf",
            media_type="application/pdf",
            size=1,
            sha256="0" * 64,
            stored_at=clock.now(),
        )
        self.session.add(file)
        self.session.flush()
        is_out = state in {R.ISSUED, R.SUPERSEDED, R.WITHDRAWN}
        report = Report(
            no=f"{commission.no}-R1",
            commission_id=commission.id,
            state=state,
            state_at=clock.now(),
            state_reason="作废" if state is R.WITHDRAWN else "",
            code=f"{commission.id:032d}",
            prepared_by_id=self.lab.clerk.id,
            prepared_at=clock.now(),
            issued_at=clock.now() if is_out else None,
            issued_by_id=self.lab.signatory.id if is_out else None,
            file_id=file.id if is_out else None,
        )
        self.session.add(report)
        self.session.commit()
        return report

    def _objection(self, commission: Commission, report: Report, state: ObjectionState) -> Objection:
        objection = Objection(
            commission_id=commission.id,
            report_id=report.id,
            state=state,
            state_at=clock.now(),
            text="结果与自检不符",
            lodged_by_id=self.lab.agent.id,
            lodged_at=clock.now(),
            answer_due_on=clock.local_day(clock.now()),
            answer="维持" if state in {O.ANSWERED, O.CLOSED} else "",
            outcome=ObjectionOutcome.UPHELD if state in {O.ANSWERED, O.CLOSED} else None,
        )
        self.session.add(objection)
        self.session.commit()
        return objection

    def states(self) -> dict[tuple[str, int], Any]:
        """Return the state of every row of every kind, as another transaction sees it."""
        self.session.rollback()
        return {
            (kind, key): state
            for kind, model in MODELS.items()
            for key, state in self.session.execute(select(model.id, model.state).order_by(model.id)).all()
        }


def send(browser, address: str) -> int:
    token = page_of(browser.get("/accounts/profile")).select_one("[name=csrf_token]")["value"]
    return browser.post(address, data=TYPED | {"csrf_token": token}).status_code


@pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page.address}")
def test_each_page_moves_along_its_own_steps_only(lab: Laboratory, browser, page: Page):
    world = World(lab, page)
    moved: set[str] = set()
    sender = browser(page.who[0])
    for state in STATES[page.kind]:
        key = world.make(state)
        before = world.states()
        status = send(sender, page.address.format(key))
        after = world.states()
        assert status < 500, (state, status)
        moved |= {kind for (kind, row), was in before.items() if after[kind, row] is not was}
        for (kind, row), was in before.items():
            allowed = reachable(kind, page.steps.get(kind, set()), was)
            assert after[kind, row] in allowed, f"{kind} went from {was} to {after[kind, row]} (began in {state})"
        assert len(after) == len(before) or page.address.endswith(
            ("copy", "division", "amendment", "report", "objection")
        )


@pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page.address}")
def test_whoever_a_page_is_not_for_moves_nothing(lab: Laboratory, browser, page: Page):
    world = World(lab, page)
    key = world.make(next(iter(STATES[page.kind])))
    before = world.states()
    for name in PEOPLE:
        if name not in page.who:
            assert send(browser(name), page.address.format(key)) in {403, 404}, name
    assert world.states() == before


def test_every_page_that_changes_something_of_a_commission_is_here(app):
    """Those that only prepare, describe or fetch are named with what they leave alone."""
    elsewhere = {"/testing/{}/samples", "/testing/{}/options", "/laboratory/work/{}/records/{}"}
    objections = {f"/laboratory/objections/{{}}/{name}" for name in ("investigation", "retest", "answer")}
    kinds = ("commission_id", "line_id", "sample_id", "report_id", "objection_id")
    found = set()
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("laboratory.") and "POST" in (rule.methods or set()):
            places = [one for one in kinds if one in rule.arguments]
            if places:
                address = "".join("{}" if is_place else text for is_place, text in rule._trace)
                found.add(address.removeprefix("|"))
    here = {page.address.replace("/1/", "/{}/") for page in PAGES}
    assert found - elsewhere - objections == here
