"""What the desk shows of one commission, and which of its buttons."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from flask import render_template

from portal.components import may
from portal.desk import ActionForm, DeskForm, ReasonForm, provider_id
from portal.extensions import db
from portal.i18n import local_date, local_time, translate
from portal.laboratory import bp
from portal.laboratory.history import history
from portal.laboratory.review_forms import NoteForm, ShownAmountForm, TerminationForm
from services.billing.operations import quotations
from services.core import clock
from services.core.permissions import Permission
from services.laboratory.models.commissions import Commission, CommissionState, ReviewDecision
from services.laboratory.models.lines import LineState
from services.laboratory.queries import desk
from services.laboratory.rules.overseeing import due_for_done
from services.laboratory.rules.reviewing import ANSWER_NAMES, CHECK_NAMES, DECISION_NAMES, Answer, Check
from services.laboratory.rules.states import COMMISSION_STEPS
from services.laboratory.words import name_of

S = CommissionState


@bp.app_template_filter("commission_word")
def commission_word(value: StrEnum) -> str:
    """Return what a fixed word of commissions is called in the reader's language."""
    return translate(name_of(value))


@bp.app_template_filter("slot_start")
def slot_start(moment: datetime) -> str:
    """Return when a slot begins; of one that takes part in a day's batch only the day."""
    return local_date(moment) if clock.minute_of_day(moment) == 0 else local_time(moment)


@bp.app_template_filter("review_check")
def review_check(name: str) -> str:
    """Return what a question of the contract review is called."""
    return translate(CHECK_NAMES[Check(name)])


@bp.app_template_filter("review_answer")
def review_answer(name: str) -> str:
    """Return what an answer of the contract review is called; nothing for none."""
    return translate(ANSWER_NAMES[Answer(name)]) if name else "—"


@bp.app_template_filter("review_decision")
def review_decision(decision: ReviewDecision) -> str:
    """Return what a contract review came to."""
    return translate(DECISION_NAMES[decision])


def actions_for(commission: Commission) -> set[str]:
    """Return what this person can do with the commission as it stands."""
    if not may(Permission.COMMISSION_REVIEW, commission.provider_id):
        return set()
    state = commission.state
    able = {"note", "take_over"} if commission.clerk_id else {"note"}
    able |= {name for name in ("take_up", "suspend", "resume") if state in COMMISSION_STEPS[name][0]}
    if state is S.IN_REVIEW:
        able |= {"review", "quote"}
    if state is S.AMENDING:
        able |= {"quote", "keep"}
    if state in COMMISSION_STEPS["terminate"][0]:
        able |= _termination(commission)
    return able


def _termination(commission: Commission) -> set[str]:
    if commission.termination_asked_by_id is None:
        return {"ask_termination"}
    if commission.termination_asked_by_staff:
        return {"withdraw_termination"}
    return {"confirm_termination", "ask_termination", "decline_termination"}


def commission_page(commission_id: int, sent: DeskForm | None = None, name: str = "") -> Any:
    """Show everything of a commission of this laboratory; with ``sent``, the form that was refused, as it was typed."""
    commission = desk.commission_of(db.session(), provider_id(), commission_id)
    everything = desk.everything_of(db.session(), commission)
    page = render_template(
        "laboratory/desk/commission.html",
        commission=commission,
        everything=everything,
        quotations=quotations.versions(db.session(), commission.no or ""),
        actions=actions_for(commission),
        history=history(everything.events, everything.names, for_client=False),
        forms=_forms(commission, [line.state for line in everything.lines]) | ({name: sent} if sent else {}),
        sent=sent,
        today=clock.local_day(clock.now()),
        running=desk.PROMISED,
    )
    return page, sent.status if sent else 200


def _forms(commission: Commission, states: list[LineState]) -> dict[str, DeskForm]:
    """Return the forms of a commission's page as they are opened."""
    done_fen = due_for_done(states, commission.order.due_fen if commission.order else 0)
    confirm = ShownAmountForm(mark="confirm", fresh=True, shown=str(commission.termination_due_fen or 0))
    return {
        "action": ActionForm(mark="action", fresh=True),
        "note": NoteForm(mark="note", fresh=True),
        "suspend": ReasonForm(mark="suspend", fresh=True),
        "keep": ReasonForm(mark="keep", fresh=True),
        "terminate": TerminationForm(mark="terminate", fresh=True, amount=done_fen),
        "confirm": confirm,
    }
