"""The cashier's desk: orders of every kind, payments, refunds, other prices, accounts, statements, invoices."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import render_template, request, url_for

from portal.access import holds
from portal.billing import bp
from portal.billing.forms import AccountForm, CorrectionForm, IssueForm, StatementForm
from portal.billing.papers import receipt_page, statement_page
from portal.billing.subjects import subjects_of
from portal.desk import ActionForm, DeskForm, ReasonForm, asked_words, carry_out, not_done, provider_id
from portal.extensions import db
from portal.forms.money import PaymentForm, PriceForm, RefundForm
from portal.i18n import gettext
from portal.paging import paged
from services.billing import queries
from services.billing.models import InvoiceState, Order, PaymentMethod
from services.billing.operations import accounts, invoices, orders
from services.billing.operations.statements import make_statement
from services.billing.words import INVOICE_KIND_NAMES, LINE_NAMES, METHOD_NAMES
from services.booking import desk_queries as firms
from services.core import clock
from services.core.messages import N_
from services.core.money import yuan_text
from services.core.permissions import Permission

PER_PAGE = 50
TO_CORRECT = "to_correct"
"""The list of issued invoices that are over more than their orders owe."""

LISTS = {
    "open": N_("To collect"),
    "on_account": N_("On account"),
    "refund_due": N_("Refund due"),
    "paid": N_("Paid"),
    "all": N_("All"),
}


@bp.app_template_filter("yuan_text")
def typed_yuan(amount_fen: int) -> str:
    """Return an amount as it is typed into a field."""
    return yuan_text(amount_fen)


@bp.route("/desk/orders")
@holds(Permission.PAYMENT_RECORD)
def desk():
    """Show the centre's orders by how their money stands; what is to be collected unless asked otherwise."""
    words, asked = asked_words(), request.args.get("show", "")
    shown = asked if asked in LISTS else "all" if words else "open"
    page = paged(queries.orders(provider_id=provider_id() or 0, show=shown, words=words), per_page=PER_PAGE)
    subjects = subjects_of([order.id for order in page.items])
    return render_template(
        "billing/desk/index.html", page=page, shown=shown, words=words, lists=LISTS, subjects=subjects
    )


@bp.route("/desk/orders/<id:order_id>")
@holds(Permission.PAYMENT_RECORD)
def desk_show(order_id: int):
    """Show the money of an order, and what can be recorded."""
    return _page(order_id)


def _page(order_id: int, sent: DeskForm | None = None, name: str = ""):
    order = _order(order_id)
    page = render_template(
        "billing/desk/show.html",
        order=order,
        subject=subjects_of([order.id]).get(order.id),
        invoice=queries.invoice_of(db.session(), order.id),
        forms=_forms(order) | ({name: sent} if sent else {}),
        sent=sent,
        line_names=LINE_NAMES,
        method_names=METHOD_NAMES,
        kind_names=INVOICE_KIND_NAMES,
    )
    return page, sent.status if sent else 200


def _order(order_id: int) -> Order:
    return queries.order_for(db.session(), order_id, provider_id=provider_id() or 0)


def _forms(order: Order) -> dict[str, DeskForm]:
    today = clock.local_day(clock.now())
    return {
        "action": ActionForm(mark="action", fresh=True),
        "payment": PaymentForm(order.payable_fen, today, mark="payment", fresh=True),
        "refund": RefundForm(-order.balance_fen, today, mark="refund", fresh=True),
        "price": PriceForm(order.due_fen, mark="price", fresh=True),
    }


def _act(order_id: int, name: str, form: DeskForm, operation: Callable[..., Any], done: str):
    """Carry out one action on an order; what is refused is told on its page."""
    address = url_for("billing.desk_show", order_id=order_id)
    return carry_out(form, operation, leads_to=address, done=done) or _page(order_id, form, name)


@bp.route("/desk/orders/<id:order_id>/payments", methods=["POST"])
@holds(Permission.PAYMENT_RECORD)
def desk_pay(order_id: int):
    """Record money that arrived; the receipt takes the next number."""
    form = PaymentForm(_order(order_id).payable_fen, clock.local_day(clock.now()), mark="payment")

    def record(work):
        orders.record_payment(
            work,
            order_id,
            amount_fen=form.amount.data,
            method=PaymentMethod(form.method.data),
            received_on=form.received_on.data,
            reference=form.reference.data or "",
        )

    return _act(order_id, "payment", form, record, gettext("The payment is recorded; its receipt can be printed."))


@bp.route("/desk/orders/<id:order_id>/refunds", methods=["POST"])
@holds(Permission.PAYMENT_RECORD)
def desk_give_back(order_id: int):
    """Record money given back, never more than was paid."""
    form = RefundForm(-_order(order_id).balance_fen, clock.local_day(clock.now()), mark="refund")

    def record(work):
        orders.record_refund(
            work,
            order_id,
            amount_fen=form.amount.data,
            method=PaymentMethod(form.method.data),
            refunded_on=form.refunded_on.data,
            reason=form.reason.data,
        )

    return _act(order_id, "refund", form, record, gettext("The refund is recorded."))


@bp.route("/desk/orders/<id:order_id>/price", methods=["POST"])
@holds(Permission.PAYMENT_RECORD)
def desk_adjust(order_id: int):
    """Let the order owe another amount, with a reason that the firm reads."""
    form = PriceForm(_order(order_id).due_fen, mark="price")

    def adjust(work):
        orders.adjust_order(work, order_id, was_fen=form.was_fen, due_fen=form.due.data, reason=form.reason.data)

    return _act(order_id, "price", form, adjust, gettext("The price is changed."))


@bp.route("/desk/orders/<id:order_id>/account", methods=["POST"])
@holds(Permission.PAYMENT_RECORD)
def desk_account(order_id: int):
    """Let the firm pay with the monthly statement, or take that back."""
    _order(order_id)
    wanted = request.form.get("on_account") == "1"
    done = gettext("The firm pays with the monthly statement.") if wanted else gettext("The firm pays at once again.")
    form = ActionForm(mark="action")
    return _act(order_id, "action", form, lambda work: orders.put_on_account(work, order_id, on_account=wanted), done)


@bp.route("/desk/orders/<id:order_id>/receipts/<id:payment_id>")
@holds(Permission.PAYMENT_RECORD)
def desk_receipt(order_id: int, payment_id: int):
    """Show the receipt of a payment on A4."""
    return receipt_page(_order(order_id), payment_id)


# Accounts and statements --------------------------------------------------------------------------------------------


@bp.route("/desk/accounts", methods=["GET", "POST"])
@holds(Permission.CREDIT_GRANT)
def desk_accounts():
    """Show the accounts for monthly payment; open one, or change its limit."""
    words, centre_id = asked_words(), provider_id() or 0
    form = AccountForm()
    found = firms.verified_firms(db.session(), centre_id, words) if words else []
    form.organisation.choices = [(firm.id, firm.name) for firm in found]
    answer = carry_out(
        form,
        lambda work: accounts.open_account(
            work, provider_id=centre_id, organisation_id=form.organisation.data, limit_fen=form.limit.data
        ),
        leads_to=url_for("billing.desk_accounts"),
        done=gettext("The account is open."),
    )
    if answer:
        return answer
    page = paged(queries.accounts_at(centre_id), per_page=PER_PAGE)
    action = ActionForm(mark="action", fresh=True)
    return render_template("billing/desk/accounts.html", page=page, form=form, words=words, action=action), form.status


@bp.route("/desk/accounts/<id:organisation_id>/closing", methods=["POST"])
@holds(Permission.CREDIT_GRANT)
def desk_account_close(organisation_id: int):
    """Let nothing more be put on an account."""
    form, address = ActionForm(mark="action"), url_for("billing.desk_accounts")
    centre_id = queries.account_at(db.session(), provider_id() or 0, organisation_id).provider_id
    answer = carry_out(
        form,
        lambda work: accounts.close_account(work, provider_id=centre_id, organisation_id=organisation_id),
        leads_to=address,
        done=gettext("The account is closed; what is open stays to be paid."),
    )
    return answer or not_done(form, address)


@bp.route("/desk/statements")
@holds(Permission.PAYMENT_RECORD)
def desk_statements():
    """Show the monthly statements the centre has made."""
    page = paged(queries.statements(provider_id=provider_id() or 0), per_page=PER_PAGE)
    return render_template("billing/desk/statements.html", page=page)


@bp.route("/desk/accounts/<id:organisation_id>/statement", methods=["GET", "POST"])
@holds(Permission.PAYMENT_RECORD)
def desk_statement_new(organisation_id: int):
    """Make the statement of an account for a month that is over."""
    form, centre_id = StatementForm(), provider_id() or 0
    account = queries.account_at(db.session(), centre_id, organisation_id)

    def make(work):
        return make_statement(work, provider_id=centre_id, organisation_id=organisation_id, month_on=form.month.data)

    def leads_to(made) -> str:
        if made is None:
            return url_for("billing.desk_statements")
        return url_for("billing.desk_statement", statement_id=made.id)

    done = gettext("The statements of accounts with something open are made.")
    answer = carry_out(form, make, leads_to=leads_to, done=done)
    return answer or (render_template("billing/desk/statement_new.html", form=form, account=account), form.status)


@bp.route("/desk/statements/<id:statement_id>")
@holds(Permission.PAYMENT_RECORD)
def desk_statement(statement_id: int):
    """Show a monthly statement to print."""
    return statement_page(statement_id)


# Invoices -----------------------------------------------------------------------------------------------------------


@bp.route("/desk/invoices")
@holds(Permission.PAYMENT_RECORD)
def desk_invoices():
    """Show the requests for tax invoices, those that wait first."""
    asked = request.args.get("show", "")
    return _invoices(asked if asked in {TO_CORRECT, *InvoiceState} else InvoiceState.ASKED)


def _invoices(shown: str, sent: DeskForm | None = None, request_id: int = 0):
    centre_id, today = provider_id() or 0, clock.local_day(clock.now())
    to_correct = queries.invoices_to_correct(centre_id)
    page = paged(
        to_correct if shown == TO_CORRECT else queries.invoices(centre_id, InvoiceState(shown)), per_page=PER_PAGE
    )
    forms = {
        "issue": IssueForm(fresh=True, issued_on=today),
        "refuse": ReasonForm(fresh=True),
        "correct": CorrectionForm(fresh=True, issued_on=today),
    }
    answer = render_template(
        "billing/desk/invoices.html",
        page=page,
        shown=shown,
        states=list(InvoiceState),
        kind_names=INVOICE_KIND_NAMES,
        forms=forms,
        sent=sent,
        sent_id=request_id,
        subjects=subjects_of([one.order_id for one in page.items]),
    )
    return answer, sent.status if sent else 200


@bp.route("/desk/invoices/<id:request_id>/issue", methods=["POST"])
@holds(Permission.PAYMENT_RECORD)
def desk_invoice_issue(request_id: int):
    """Enter the invoice that was issued in the tax system."""
    queries.invoice_at(db.session(), provider_id() or 0, request_id)
    form = IssueForm()

    def issue(work):
        invoices.issue_invoice(work, request_id, invoice_no=form.invoice_no.data, issued_on=form.issued_on.data)

    answer = carry_out(
        form, issue, leads_to=url_for("billing.desk_invoices"), done=gettext("The firm has been told its number.")
    )
    return answer or _invoices(InvoiceState.ASKED, form, request_id)


@bp.route("/desk/invoices/<id:request_id>/correction", methods=["POST"])
@holds(Permission.PAYMENT_RECORD)
def desk_invoice_correct(request_id: int):
    """Enter the red-letter invoice for one that is over more than its order owes."""
    queries.invoice_at(db.session(), provider_id() or 0, request_id)
    form = CorrectionForm()

    def correct(work):
        invoices.correct_invoice(
            work,
            request_id,
            invoice_no=form.invoice_no.data,
            amount_fen=form.amount.data,
            issued_on=form.issued_on.data,
            reason=form.reason.data,
        )

    address = url_for("billing.desk_invoices", show=TO_CORRECT)
    answer = carry_out(form, correct, leads_to=address, done=gettext("The red-letter invoice is entered."))
    return answer or _invoices(TO_CORRECT, form, request_id)


@bp.route("/desk/invoices/<id:request_id>/refusal", methods=["POST"])
@holds(Permission.PAYMENT_RECORD)
def desk_invoice_refuse(request_id: int):
    """Refuse a request with a reason; the firm can ask again."""
    queries.invoice_at(db.session(), provider_id() or 0, request_id)
    form = ReasonForm()
    answer = carry_out(
        form,
        lambda work: invoices.refuse_invoice(work, request_id, reason=form.reason.data),
        leads_to=url_for("billing.desk_invoices"),
        done=gettext("The firm has been told why."),
    )
    return answer or _invoices(InvoiceState.ASKED, form, request_id)
