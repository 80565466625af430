"""What somebody can do on the page of a case: each deed with its form, for whom and when it is offered, its operation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from portal.association.case_forms import (
    AgreementForm,
    AppointForm,
    DecisionForm,
    EvidenceForm,
    RecordForm,
    RowForm,
    SittingForm,
    WhyForm,
    WordsForm,
)
from portal.desk import ActionForm, DeskForm
from portal.extensions import db
from portal.files import uploads_folder
from services.association.models.cases import AgreementState, CaseState
from services.association.models.judging import DecisionState, Seat
from services.association.operations import cases, judging, mediating, panels
from services.association.queries.candidates import candidates
from services.association.queries.cases import CaseFile
from services.association.queries.members import member_of_firm
from services.association.rules.cases import DECIDING, HEARD, HEARING, PARTIES, STEPS, Side, panel_of
from services.core import clock
from services.core.messages import N_
from services.core.work import Work

S = CaseState
MEDIATING = frozenset({S.MEDIATING})
PANELS = frozenset(state for state in CaseState if panel_of(state) is not None)
Offered = Callable[[CaseFile], bool]
Run = Callable[[Work, int, Any], object]
"""What carries a deed out: with the work, the case, and the form that was sent."""


def _always(_file: CaseFile) -> bool:
    return True


@dataclass(frozen=True)
class Deed:
    """``run`` carries it out with its form; ``is_open`` looks beyond sides and states. Those of a row stand beside it."""

    label: str
    told: str
    run: Run
    form: type[DeskForm] = ActionForm
    sides: frozenset[Side] = frozenset()
    states: frozenset[CaseState] = frozenset()
    is_open: Offered = _always
    kind: str = "secondary"
    of_row: bool = False

    def is_offered(self, file: CaseFile) -> bool:
        """Tell whether to offer it; the operation decides again."""
        return file.case.state in self.states and not self.sides.isdisjoint(_acting(file)) and self.is_open(file)


def step(name: str, label: str, told: str, run: Run, **more: Any) -> Deed:
    """Return a deed that takes the named step: for its sides, in the states where it starts."""
    return Deed(label, told, run, **{"sides": STEPS[name].sides, "states": STEPS[name].starts} | more)


def plainly(operation: Callable[[Work, int], object]) -> Run:
    """Return what carries out an operation that asks for nothing."""
    return lambda work, case_id, _form: operation(work, case_id)


def with_reason(operation: Callable[..., object]) -> Run:
    """Return what carries out an operation that wants to know why."""
    return lambda work, case_id, form: operation(work, case_id, reason=form.reason.data)


def about_panellist(label: str, told: str, operation: Callable[..., object], sides: frozenset[Side]) -> Deed:
    """Return a deed about one member of the panel; it stands beside the member and asks why."""

    def run(work: Work, case_id: int, form: Any) -> object:
        return operation(work, case_id, form.row.data or 0, reason=form.reason.data)

    return Deed(label, told, run, form=WhyForm, sides=sides, states=PANELS, of_row=True)


def about_duty(label: str, told: str, operation: Callable[[Work, int, int], object]) -> Deed:
    """Return a deed about one thing that an agreement wants done; it stands beside it."""

    def run(work: Work, case_id: int, form: Any) -> object:
        return operation(work, case_id, form.row.data or 0)

    return Deed(label, told, run, form=RowForm, sides=PARTIES, states=STEPS["perform"].starts, of_row=True)


def ballot(label: str, *, agrees: bool) -> Deed:
    """Return the deed by which a member of the panel votes on what another one has proposed."""
    return Deed(
        label,
        N_("Your vote is kept."),
        lambda work, case_id, _form: judging.vote(work, case_id, agrees=agrees),
        sides=frozenset({Side.PANEL}),
        states=frozenset(DECIDING),
        is_open=_votes,
        kind="primary" if agrees else "secondary",
    )


def _acting(file: CaseFile) -> frozenset[Side]:
    """Return the sides of the reader; a member of the panel that is not at work, or does not sit, acts for none."""
    seat = file.seat
    judges = seat is not None and seat.seat is Seat.SITTING and seat.instance is panel_of(file.case.state)
    return file.sides if judges else file.sides - {Side.PANEL}


def _signs(file: CaseFile) -> bool:
    agreement = file.agreement
    if agreement is None or agreement.state is not AgreementState.PROPOSED:
        return False
    signed = agreement.claimant_signed_at if file.party is Side.CLAIMANT else agreement.respondent_signed_at
    return signed is None


def proposal_of(file: CaseFile) -> Any:
    """Return the decision on which the panel at work votes; None when there is none."""
    return next((one for one in file.decisions if one.state is DecisionState.PROPOSED), None)


def _votes(file: CaseFile) -> bool:
    proposal, seat = proposal_of(file), file.seat
    return proposal is not None and seat is not None and seat.id not in {one.panellist_id for one in proposal.votes}


def _owes(file: CaseFile) -> bool:
    today = clock.local_day(clock.now())
    duties = file.agreement.duties if file.agreement else []
    return any(one.confirmed_at is None and one.due_on < today and one.debtor.value != file.party for one in duties)


DEEDS: dict[str, Deed] = {
    "accept": step(
        "accept",
        N_("Accept the complaint"),
        N_("The complaint is accepted; both sides are told."),
        plainly(cases.accept),
        kind="primary",
    ),
    "refuse": step(
        "refuse",
        N_("Do not accept it"),
        N_("The claimant is told why the complaint is not accepted."),
        with_reason(cases.refuse),
        form=WhyForm,
    ),
    "answer": step(
        "answer",
        N_("Answer the complaint"),
        N_("Your answer has been sent; the investigation begins."),
        lambda work, case_id, form: cases.answer(work, case_id, text=form.text.data),
        form=WordsForm,
        kind="primary",
    ),
    "appoint": Deed(
        N_("Appoint a member of the panel"),
        N_("The person is on the panel and has been told."),
        lambda work, case_id, form: panels.appoint(
            work, case_id, person_id=form.chosen[0], organisation_id=form.chosen[1]
        ),
        form=AppointForm,
        sides=frozenset({Side.DESK}),
        states=PANELS,
    ),
    "mediate": step(
        "mediate",
        N_("Open the mediation"),
        N_("The mediation is open; both sides and the panel are told."),
        plainly(mediating.mediate),
        kind="primary",
    ),
    "plan": Deed(
        N_("Plan a session"),
        N_("The session is planned; both sides and the panel are told."),
        lambda work, case_id, form: mediating.plan_sitting(
            work, case_id, starts_at=form.starts_at.data, place=form.place.data
        ),
        form=SittingForm,
        sides=HEARING,
        states=MEDIATING,
    ),
    "record": Deed(
        N_("Keep the record"),
        N_("The record is kept; both sides can read it."),
        lambda work, case_id, form: mediating.record_sitting(
            work, case_id, form.row.data or 0, record=form.record.data
        ),
        form=RecordForm,
        sides=HEARING,
        states=MEDIATING,
        of_row=True,
    ),
    "propose": Deed(
        N_("Propose an agreement"),
        N_("The agreement is proposed; both sides are asked to sign."),
        lambda work, case_id, form: mediating.propose_agreement(
            work, case_id, terms=form.terms.data, duties=form.duties
        ),
        form=AgreementForm,
        sides=HEARING,
        states=MEDIATING,
    ),
    "sign": step(
        "settle",
        N_("Sign the agreement"),
        N_("You have signed for your side."),
        plainly(mediating.sign),
        is_open=_signs,
        kind="primary",
    ),
    "done": about_duty(N_("Report as done"), N_("The other side is asked to confirm it."), mediating.report_done),
    "confirm": about_duty(N_("Confirm that it is done"), N_("The performance is confirmed."), mediating.confirm_done),
    "breach": step(
        "breach",
        N_("Say that the agreement is not performed"),
        N_("The other side and the panel are told."),
        with_reason(mediating.breach),
        form=WhyForm,
        is_open=_owes,
    ),
    "fail": step(
        "fail",
        N_("End the mediation without agreement"),
        N_("The mediation has failed; both sides are told."),
        with_reason(mediating.fail),
        form=WhyForm,
    ),
    "decide": step(
        "decide",
        N_("Propose a decision"),
        N_("The panel is asked to vote on your proposal."),
        lambda work, case_id, form: judging.propose_decision(work, case_id, form.wish),
        form=DecisionForm,
        states=frozenset(DECIDING),
        is_open=lambda file: proposal_of(file) is None,
    ),
    "agree": ballot(N_("Agree"), agrees=True),
    "disagree": ballot(N_("Disagree"), agrees=False),
    "appeal": step(
        "appeal",
        N_("Appeal against the decision"),
        N_("Your appeal is lodged; another panel decides."),
        with_reason(judging.appeal),
        form=WhyForm,
    ),
    "challenge": about_panellist(
        N_("Challenge this member"),
        N_("The secretariat decides about your challenge."),
        panels.challenge,
        PARTIES,
    ),
    "uphold": about_panellist(
        N_("Uphold the challenge"),
        N_("The member has left the panel."),
        partial(panels.answer_challenge, is_upheld=True),
        frozenset({Side.DESK}),
    ),
    "keep": about_panellist(
        N_("Reject the challenge"),
        N_("The member stays on the panel."),
        partial(panels.answer_challenge, is_upheld=False),
        frozenset({Side.DESK}),
    ),
    "aside": Deed(
        N_("Step aside from the panel"),
        N_("You have left the panel."),
        with_reason(panels.step_aside),
        form=WhyForm,
        sides=frozenset({Side.PANEL}),
        states=PANELS,
    ),
    "remark": Deed(
        N_("Add a statement"),
        N_("Your statement is added; everybody in the case reads it."),
        lambda work, case_id, form: cases.remark(work, case_id, text=form.text.data),
        form=WordsForm,
        sides=PARTIES | HEARING,
        states=HEARD,
    ),
    "note": Deed(
        N_("Add an internal note"),
        N_("The note is added; the two sides do not see it."),
        lambda work, case_id, form: cases.remark(work, case_id, text=form.text.data, is_internal=True),
        form=WordsForm,
        sides=HEARING,
        states=HEARD,
    ),
    "evidence": Deed(
        N_("Add evidence"),
        N_("The evidence is added."),
        lambda work, case_id, form: cases.add_evidence(
            work,
            case_id,
            uploads_folder(),
            form.file.upload,
            text=form.text.data or "",
            is_secret=form.is_secret.data,
        ),
        form=EvidenceForm,
        sides=PARTIES | HEARING,
        states=HEARD | {S.SUBMITTED},
        is_open=lambda file: file.case.state is not S.SUBMITTED or file.party is Side.CLAIMANT,
    ),
    "refer": step(
        "refer",
        N_("Refer to an authority or a court"),
        N_("Both sides are told where to turn."),
        with_reason(cases.refer),
        form=WhyForm,
    ),
    "withdraw": step(
        "withdraw",
        N_("Withdraw the complaint"),
        N_("The complaint is withdrawn."),
        with_reason(cases.withdraw),
        form=WhyForm,
    ),
}
"""In the order in which they stand on the page."""


def form_for(name: str, file: CaseFile, *, row_id: int | None = None, **options: Any) -> DeskForm:
    """Return the form of a deed; that of a row has the row's number in its ids and among its hidden fields."""
    deed, case = DEEDS[name], file.case
    if deed.form is AppointForm:
        today = clock.local_day(clock.now())
        people = candidates(db.session(), case, today) if Side.DESK in file.sides else []
        options |= {"candidates": people}
    elif deed.form is DecisionForm:
        member = member_of_firm(db.session(), case.association_id, case.respondent_id)
        options |= {
            "instance": DECIDING.get(case.state, DECIDING[S.FAILED]),
            "against_member": member is not None and member.ended_on is None,
        }
    if row_id is not None:
        options["data"] = {"row": row_id}
    return deed.form(mark=name if row_id is None else f"{name}-{row_id}", **options)


def offered(file: CaseFile) -> list[str]:
    """Return the deeds that stand at the side of the page, by name."""
    return [name for name, deed in DEEDS.items() if not deed.of_row and deed.is_offered(file)]
