"""What a firm or a person owes and has paid, statements and invoice requests."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for

import portal.billing.desk  # noqa: F401 - registers the desk
from portal.access import holds, signed_in
from portal.billing import bp
from portal.billing.forms import InvoiceForm, PersonInvoiceForm
from portal.billing.papers import receipt_page, statement_page
from portal.billing.subjects import subjects_of
from portal.current import actor, organisation, person
from portal.desk import DeskForm, carry_out, not_done
from portal.extensions import db
from portal.i18n import gettext
from portal.paging import paged
from portal.work import begin_work
from services.billing import queries
from services.billing.models import Order
from services.billing.operations.invoices import ask_invoice, take_back_invoice
from services.billing.words import INVOICE_KIND_NAMES, LINE_NAMES, METHOD_NAMES
from services.core.errors import NotAllowed, NotFound
from services.core.messages import N_
from services.core.permissions import Permission

LISTS = {
    "open": N_("To pay"),
    "on_account": N_("On account"),
    "refund_due": N_("Refund due"),
    "paid": N_("Paid"),
    "all": N_("All"),
}

NAMES = {"line_names": LINE_NAMES, "method_names": METHOD_NAMES, "kind_names": INVOICE_KIND_NAMES}


@bp.route("")
@signed_in
def index():
    """Show what the firm has ordered by how the money stands, and its accounts; or one's own bills."""
    shown, firm_id = request.args.get("show", ""), _firm_id()
    shown = shown if shown in LISTS else "open"
    is_own = firm_id is None or request.args.get("whose") == "own"
    owner = {"person_id": actor().person_id} if is_own else {"organisation_id": firm_id}
    page = paged(queries.orders(**owner, show=shown))
    return render_template(
        "billing/index.html",
        page=page,
        shown=shown,
        lists={name: word for name, word in LISTS.items() if not is_own or name != "on_account"},
        is_own=is_own,
        firm=None if firm_id is None else organisation(),
        subjects=subjects_of([order.id for order in page.items]),
        accounts=[] if is_own else queries.accounts_of(db.session(), firm_id),
    )


def _firm_id() -> int | None:
    """Return the firm whose bills the reader may read besides his or her own."""
    who = actor()
    return who.organisation_id if who.may(Permission.BILL_READ) else None


def _readable(order_id: int) -> Order:
    return queries.order_for(db.session(), order_id, organisation_id=_firm_id(), person_id=actor().person_id)


def _invoiceable(order_id: int) -> Order:
    """Return an order that the reader may ask an invoice for: an own one, or one of the firm."""
    order = _readable(order_id)
    if order.person_id is None and not actor().may(Permission.INVOICE_ASK):
        raise NotAllowed
    return order


def _invoice_form(order: Order, *, fresh: bool = False) -> InvoiceForm | PersonInvoiceForm:
    if order.person_id is None:
        return InvoiceForm(order.organisation, fresh=fresh)
    return PersonInvoiceForm(person(), fresh=fresh)


@bp.route("/orders/<id:order_id>")
@signed_in
def show(order_id: int):
    """Show the money of one order of the firm, or of one's own."""
    return _order_page(order_id)


def _order_page(order_id: int, sent: DeskForm | None = None):
    order = _readable(order_id)
    page = render_template(
        "billing/show.html",
        order=order,
        subject=subjects_of([order.id]).get(order.id),
        invoice=queries.invoice_of(db.session(), order.id),
        form=sent or _invoice_form(order, fresh=True),
        may_ask=order.person_id is not None or actor().may(Permission.INVOICE_ASK),
        action=DeskForm(mark="action", fresh=True),
        **NAMES,
    )
    return page, sent.status if sent else 200


@bp.route("/orders/<id:order_id>/invoice", methods=["POST"])
@signed_in
def invoice_ask(order_id: int):
    """Ask for the tax invoice of an order."""
    form = _invoice_form(_invoiceable(order_id))
    answer = carry_out(
        form,
        lambda work: ask_invoice(work, order_id, form.particulars),
        leads_to=url_for("billing.show", order_id=order_id, _anchor="invoice"),
        done=gettext("The centre has been asked for the invoice."),
    )
    return answer or _order_page(order_id, form)


@bp.route("/orders/<id:order_id>/invoice/withdrawal", methods=["POST"])
@signed_in
def invoice_take_back(order_id: int):
    """Take back a request that nobody has dealt with."""
    _invoiceable(order_id)
    wanted, form = queries.invoice_of(db.session(), order_id), DeskForm(mark="action")
    address = url_for("billing.show", order_id=order_id, _anchor="invoice")
    if wanted is None:
        raise NotFound
    if not form.submitted():
        return not_done(form, address)
    request_id = wanted.id
    with begin_work(form) as work:
        take_back_invoice(work, request_id)
        work.leads_to(address)
    flash(gettext("The request is taken back."), "success")
    return redirect(address, code=303)


@bp.route("/orders/<id:order_id>/receipts/<id:payment_id>")
@signed_in
def receipt(order_id: int, payment_id: int):
    """Show the receipt of a payment to print."""
    return receipt_page(_readable(order_id), payment_id)


@bp.route("/statements")
@holds(Permission.BILL_READ)
def statements():
    """Show the monthly statements of the firm."""
    page = paged(queries.statements(organisation_id=actor().organisation_id or 0))
    return render_template("billing/statements.html", page=page)


@bp.route("/statements/<id:statement_id>")
@holds(Permission.BILL_READ)
def statement(statement_id: int):
    """Show a monthly statement to print."""
    return statement_page(statement_id)
