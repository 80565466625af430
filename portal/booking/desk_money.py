"""The money of a centre's bookings: who owes what, payments with their receipts, refunds, other prices, the export."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from flask import render_template, request, url_for

from portal.access import holds
from portal.booking import bp
from portal.booking.desk_pages import booking_page
from portal.csv_files import csv_answer
from portal.desk import ActionForm, DeskForm, asked_day, asked_words, carry_out, provider_id
from portal.extensions import db
from portal.forms.money import PaymentForm, PriceForm, RefundForm
from portal.i18n import gettext, translate
from portal.paging import paged
from services.billing.models import PaymentMethod
from services.billing.operations import orders as operations
from services.billing.rules import payment_state
from services.billing.words import METHOD_NAMES
from services.booking import desk_money, desk_queries
from services.booking.operations.pricing import change_price
from services.core import clock
from services.core.errors import NotFound
from services.core.messages import N_
from services.core.money import capital_amount, yuan_text
from services.core.permissions import Permission

PER_PAGE = 50
LONGEST = timedelta(days=366)
LISTS = {
    "open": N_("To collect"),
    "unpaid": N_("Unpaid"),
    "part_paid": N_("Partly paid"),
    "on_account": N_("On account"),
    "refund_due": N_("Refund due"),
    "paid": N_("Paid"),
    "all": N_("All"),
}
HEAD = (
    N_("Day"),
    N_("Kind"),
    N_("Receipt no."),
    N_("Booking no."),
    N_("Firm"),
    N_("Credit code"),
    N_("Service"),
    N_("Way of payment"),
    N_("Amount (yuan)"),
    N_("Remark"),
    N_("Recorded by"),
)


@bp.route("/desk/payments")
@holds(Permission.PAYMENT_RECORD)
def payments():
    """Show the centre's bookings by how their money stands; what is to be collected unless asked otherwise."""
    words, asked = asked_words(), request.args.get("show", "")
    shown = asked if asked in LISTS else "all" if words else "open"
    today = clock.local_day(clock.now())
    return render_template(
        "booking/desk/payments.html",
        page=paged(desk_money.order_list(provider_id(), standing=shown, words=words), per_page=PER_PAGE),
        shown=shown,
        words=words,
        lists=LISTS,
        payment_state=payment_state,
        first=today.replace(day=1),
        today=today,
    )


@bp.route("/desk/payments/export")
@holds(Permission.PAYMENT_RECORD)
def payments_export():
    """Hand out the payments and refunds of a period of at most a year as a table for spreadsheets."""
    today = clock.local_day(clock.now())
    last = asked_day("until", today)
    first = min(max(asked_day("from", last.replace(day=1)), last - LONGEST), last)
    rows = desk_money.money_between(db.session(), provider_id(), first, last)
    name = gettext("Payments %(first)s to %(last)s", first=first.isoformat(), last=last.isoformat())
    return csv_answer(f"{name}.csv", [translate(one) for one in HEAD], map(_exported, rows))


def _exported(row: desk_money.MoneyRow) -> tuple[object, ...]:
    kind = gettext("Refund") if row.amount_fen < 0 else gettext("Payment")
    method, amount = translate(METHOD_NAMES[row.method]), Decimal(yuan_text(row.amount_fen))
    about = (row.day, kind, row.number, row.booking_no, row.payer, row.credit_code, row.title)
    return (*about, method, amount, row.remark, row.recorded_by)


@bp.route("/desk/orders/<id:order_id>/payment", methods=["GET", "POST"])
@holds(Permission.PAYMENT_RECORD)
def desk_payment(order_id: int):
    """Record money that arrived; the receipt takes the next number."""
    order, booking = desk_money.order_of(db.session(), provider_id(), order_id)
    form = PaymentForm(order.balance_fen, _today())
    address = _money_of(booking.id)

    def record(work):
        operations.record_payment(
            work,
            order_id,
            amount_fen=form.amount.data,
            method=PaymentMethod(form.method.data),
            received_on=form.received_on.data,
            reference=form.reference.data or "",
        )

    done = gettext("The payment is recorded; its receipt can be printed.")
    return carry_out(form, record, leads_to=address, done=done) or _money_page("payment", order_id, form)


@bp.route("/desk/orders/<id:order_id>/refund", methods=["GET", "POST"])
@holds(Permission.PAYMENT_RECORD)
def desk_refund(order_id: int):
    """Record money given back, never more than was paid."""
    order, booking = desk_money.order_of(db.session(), provider_id(), order_id)
    form = RefundForm(-order.balance_fen, _today())
    address = _money_of(booking.id)

    def record(work):
        operations.record_refund(
            work,
            order_id,
            amount_fen=form.amount.data,
            method=PaymentMethod(form.method.data),
            refunded_on=form.refunded_on.data,
            reason=form.reason.data,
        )

    done = gettext("The refund is recorded.")
    return carry_out(form, record, leads_to=address, done=done) or _money_page("refund", order_id, form)


def _money_page(name: str, order_id: int, form: DeskForm):
    order, booking = desk_money.order_of(db.session(), provider_id(), order_id)
    page = render_template(f"booking/desk/{name}.html", order=order, booking=booking, form=form)
    return page, form.status


@bp.route("/desk/orders/<id:order_id>/account", methods=["POST"])
@holds(Permission.PAYMENT_RECORD)
def desk_on_account(order_id: int):
    """Let the firm pay with the monthly statement, or take that back."""
    _, booking = desk_money.order_of(db.session(), provider_id(), order_id)
    form, booking_id = ActionForm(mark="action"), booking.id
    wanted = request.form.get("on_account") == "1"
    done = gettext("The firm pays with the monthly statement.") if wanted else gettext("The firm pays at once again.")
    answer = carry_out(
        form,
        lambda work: operations.put_on_account(work, order_id, on_account=wanted),
        leads_to=_money_of(booking_id),
        done=done,
    )
    return answer or booking_page(booking_id, form, "action")


@bp.route("/desk/<id:booking_id>/price", methods=["POST"])
@holds(Permission.PAYMENT_RECORD)
def desk_price(booking_id: int):
    """Set another price, with a reason; the firm is told."""
    booking = desk_queries.booking_of(db.session(), provider_id(), booking_id)
    if booking.order is None:
        raise NotFound
    form = PriceForm(booking.order.due_fen, mark="price")
    answer = carry_out(
        form,
        lambda work: change_price(
            work, booking_id, was_fen=form.was_fen, due_fen=form.due.data, reason=form.reason.data
        ),
        leads_to=_money_of(booking_id),
        done=gettext("The price is changed; the firm has been told."),
    )
    return answer or booking_page(booking_id, form, "price")


@bp.route("/desk/receipts/<id:payment_id>")
@holds(Permission.PAYMENT_RECORD)
def desk_receipt(payment_id: int):
    """Show the receipt of a payment on A4."""
    receipt = desk_money.receipt(db.session(), provider_id(), payment_id)
    capital, method = capital_amount(receipt.payment.amount_fen), METHOD_NAMES[receipt.payment.method]
    return render_template("documents/receipt.html", receipt=receipt, capital=capital, method=method)


def _money_of(booking_id: int) -> str:
    return url_for("booking.desk_show", booking_id=booking_id, _anchor="money")


def _today() -> date:
    return clock.local_day(clock.now())
