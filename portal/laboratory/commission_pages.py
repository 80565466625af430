"""How an order of tests is shown to its client: price, eight steps, clock, and what is to be done now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import url_for

from portal.components import may
from portal.i18n import gettext, money, translate
from portal.laboratory import bp
from portal.times import are_whole_days, day_text, span_text
from services.billing.models import Order, Quotation
from services.catalogue.rules import Quote
from services.core import clock
from services.core.messages import N_
from services.core.permissions import Permission
from services.laboratory.models.commissions import Commission, CommissionState
from services.laboratory.models.lines import TestLine
from services.laboratory.operations.changing import may_cancel
from services.laboratory.operations.steps import stands_still
from services.laboratory.rules.custody import ENDED as WITHOUT_REPORT
from services.laboratory.rules.states import AGREED, CLIENT_STEPS

S = CommissionState
ENDED = WITHOUT_REPORT | {S.CLOSED}
PAID = next(number for number, (_, states) in enumerate(CLIENT_STEPS) if S.AWAIT_PAYMENT in states)
TESTED = frozenset({S.TESTING, S.SUSPENDED, S.DATA_REVIEW, S.REPORTING, S.REPORT_REVIEW})

MoneyItem = tuple[str, str, str]


def price_rows(quote: Quote) -> list[MoneyItem]:
    """Return a price line by line: each step in words, the voucher that is not there yet, and what is to pay."""
    rows = [_row(step.label, step.facts, step.amount_fen) for step in quote.steps]
    total = gettext("At least") if quote.is_negotiable else gettext("To pay")
    return [*rows, _voucher(), (total, money(quote.due_fen), "total")]


def quotation_rows(quotation: Quotation) -> list[MoneyItem]:
    """Return the price of a quotation line by line."""
    rows = [_row(one["label"], one["facts"], int(one["amount_fen"])) for one in quotation.lines]
    return [*rows, _voucher(), (gettext("To pay"), money(quotation.due_fen), "total")]


def _voucher() -> MoneyItem:
    return gettext("Service voucher"), gettext("none yet"), "price"


def _row(label: str, facts: Mapping[str, Any], amount_fen: int) -> MoneyItem:
    kind = "minus" if amount_fen < 0 else "price"
    return translate(label, **facts) if facts else translate(label), money(abs(amount_fen)), kind


def steps_of(commission: Commission) -> list[tuple[str, str]]:
    """Return the eight steps that a client sees, done, current or to come; an order that ended stands where it did.

    Paying is done when nothing is owed, however far the tests are.
    """
    current = next((number for number, (_, states) in enumerate(CLIENT_STEPS) if commission.state in states), 0)
    if commission.state is S.CANCELLED:
        current = 0
    marks = []
    for number, (label, _) in enumerate(CLIENT_STEPS):
        mark = "done" if number < current else "current" if number == current else "todo"
        mark = "done" if commission.state is S.CLOSED else mark
        marks.append((translate(label), "todo" if number == PAID and mark == "done" and _owes(commission) else mark))
    return marks


def _owes(commission: Commission) -> bool:
    """Whether an order is neither paid nor on account, though its tests go on."""
    order = commission.order
    return order is not None and not order.on_account and order.balance_fen > 0


def clock_text(commission: Commission, today: date) -> str:
    """Say whether the clock runs, stands still, or has not begun, and what that means for the promised date."""
    if commission.state in ENDED | {S.ISSUED, S.DELIVERED} or commission.promised_on is None:
        return ""
    if commission.state is S.AWAIT_PAYMENT and stands_still(commission):
        return gettext("The clock stands still until the change is paid; the date moves by the days that are lost.")
    if stands_still(commission):
        return gettext(
            "The clock stands still until the question is settled; the date moves by the days that are lost."
        )
    if commission.clock_started_at is None:
        return gettext("The clock starts when all samples are at the laboratory; the date holds if they come in time.")
    if commission.promised_on < today:
        return gettext("The promised date has passed. The laboratory has been told.")
    return gettext("The clock runs since %(day)s.", day=day_text(commission.clock_started_at))


@dataclass(frozen=True)
class Next:
    """What the client is to do now: words, and a button where there is one."""

    text: str
    label: str = ""
    url: str = ""
    tone: str = "warning"


_WAITING: dict[CommissionState, str] = {
    S.SUBMITTED: N_("The laboratory looks at your order; you are told of the outcome. Keep the samples until then."),
    S.IN_REVIEW: N_("A clerk is reviewing your order; you are told of the outcome. Keep the samples until then."),
    S.AMENDING: N_("The laboratory looks at the change you asked for. Nothing changes before you agree."),
    S.SAMPLE_IN: N_("Your samples are at the laboratory and wait for their turn. There is nothing to do."),
    S.TESTING: N_("Your samples are being tested. There is nothing to do."),
    S.SUSPENDED: N_("Testing is suspended. The reason stands below; the laboratory will get in touch."),
    S.DATA_REVIEW: N_("The results are being checked. There is nothing to do."),
    S.REPORTING: N_("The report is being prepared. There is nothing to do."),
    S.REPORT_REVIEW: N_("The report is being reviewed and signed. There is nothing to do."),
    S.CLOSED: N_("This order is finished and archived. The report stays here."),
}
_ENDED_WORDS: dict[CommissionState, str] = {
    S.DECLINED: N_("The laboratory could not accept this order. The reason stands below."),
    S.LAPSED: N_("The quotation was not answered in time. You can order the same again."),
    S.REJECTED_BY_CLIENT: N_("You refused the quotation. You can order the same again."),
    S.REFUSED: N_("The samples were refused. The reason stands below; tests are not charged."),
    S.EXPIRED: N_("No samples came in time, so the order was closed. You can order the same again."),
    S.CANCELLED: N_("This order was cancelled."),
    S.TERMINATED: N_("This order was ended by agreement before all tests were done."),
}
_BUTTONS: dict[CommissionState, tuple[str, str, str]] = {
    S.DRAFT: (
        N_("This is a draft; the laboratory does not see it yet."),
        N_("Complete the order"),
        "laboratory.testing_confirm",
    ),
    S.NEED_INFO: (N_("The laboratory has a question before it can go on."), N_("Answer"), "laboratory.answer"),
    S.CLIENT_CONFIRM: (
        N_("A sample is not as ordered. Please decide whether it is tested all the same."),
        N_("Look and decide"),
        "laboratory.deviation",
    ),
}


def next_for(commission: Commission, quotation: Quotation | None) -> Next:
    """Return what the client is to do now."""
    state = commission.state
    if state in _BUTTONS:
        text, label, endpoint = _BUTTONS[state]
        return Next(translate(text), translate(label), url_for(endpoint, commission_id=commission.id))
    if state is S.QUOTED and quotation is not None:
        return Next(gettext("There is a quotation. Please look at price and date and answer it."), "", "#quotation")
    if state is S.AWAIT_PAYMENT:
        text = gettext("Please pay the laboratory by transfer or at its counter. Samples can be brought already.")
        return Next(text, gettext("To the bill"), _bill(commission))
    if state is S.AWAIT_SAMPLE:
        day = day_text(commission.samples_due_on) if commission.samples_due_on else ""
        text = gettext("Bring or send the samples by %(day)s, with the printed commission form.", day=day)
        return Next(text, gettext("Print the form"), _print(commission))
    if state in {S.ISSUED, S.DELIVERED}:
        url = url_for("laboratory.my_reports", commission_id=commission.id)
        return Next(gettext("Your report is ready."), gettext("To the report"), url, "success")
    return Next(translate(_WAITING.get(state, _ENDED_WORDS.get(state, ""))), tone="info")


def _bill(commission: Commission) -> str:
    return url_for("billing.show", order_id=commission.order_id) if commission.order_id else ""


def _print(commission: Commission) -> str:
    return url_for("laboratory.commission_print", commission_id=commission.id)


def actions_of(commission: Commission) -> dict[str, bool]:
    """Return what the client's person can do with the order now."""
    may_order = may(Permission.COMMISSION_PLACE, commission.organisation_id)
    return {
        "answer": may_order and commission.state is S.QUOTED,
        "amend": may_order and commission.state in AGREED,
        "cancel": may_order and may_cancel(commission),
        "copy": may_order and commission.state is not S.DRAFT,
        "end": may_order and commission.state in {S.TESTING, S.SUSPENDED, S.DATA_REVIEW},
    }


def slots_of(lines: Iterable[TestLine]) -> dict[int, str]:
    """Return when each line is tested, in words; nothing for those without a slot."""
    return {
        one.id: _slot(one.booking.starts_at, one.booking.ends_at)
        for one in lines
        if one.booking is not None and one.booking.starts_at is not None and one.booking.ends_at is not None
    }


def _slot(starts_at: datetime, ends_at: datetime) -> str:
    return day_text(starts_at) if are_whole_days(starts_at, ends_at) else span_text(starts_at, ends_at)


@bp.app_template_filter("promised_day")
def promised_day(commission: Commission) -> date | None:
    """Return the day a report is promised for; none where none will come any more."""
    return None if commission.state in WITHOUT_REPORT else commission.promised_on


@bp.app_template_filter("bill_of")
def bill_of(commission: Commission) -> Order | None:
    """Return what is owed or was paid for a commission; nothing for one that ended without costing anything."""
    order = commission.order
    costs_nothing = order is not None and order.due_fen == 0 and order.balance_fen == 0
    return None if costs_nothing and commission.state in WITHOUT_REPORT else order


def is_late(commission: Commission) -> bool:
    """Tell whether the promised date has passed and the report is not issued."""
    promised = commission.promised_on
    running = commission.state not in ENDED | {S.DRAFT, S.ISSUED, S.DELIVERED, S.CLOSED}
    return running and promised is not None and promised < clock.local_day(clock.now())
