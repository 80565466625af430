"""Dues at the secretary's desk: the year's invoices, arrears, one invoice with its payments, dues tables."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import render_template, url_for

from portal.access import holds
from portal.association import bp
from portal.association.dues_forms import DuesPaymentForm, WaiverForm, YearForm
from portal.association.register_forms import WhyForm
from portal.association.register_pages import association_id
from portal.csv_files import csv_answer
from portal.desk import ActionForm, DeskForm, asked_id, asked_words, carry_out, press
from portal.extensions import db
from portal.i18n import gettext, translate
from portal.paging import paged
from services.association.models.dues import DuesInvoice, DuesMethod
from services.association.operations import invoicing, payments, reminding, waivers
from services.association.operations.payments import Money
from services.association.queries import dues as queries
from services.association.register_words import DUES_NAMES
from services.core import clock
from services.core.messages import N_
from services.core.money import yuan_text
from services.core.permissions import Permission

MOST_EXPORTED = 5000


@bp.route("/associations/desk/dues", methods=["GET", "POST"])
@holds(Permission.DUES_MANAGE)
def desk_dues():
    """List the dues of a year, and ask everybody for those of this year or the next."""
    today = _today()
    form = YearForm(today)
    done = carry_out(
        form,
        lambda work: invoicing.issue_year(work, association_id(), form.year.data),
        leads_to=lambda _count: url_for("association.desk_dues", year=form.year.data),
        done=gettext("Everybody who was not asked yet is asked for the dues of the year now."),
    )
    return done or _year_page(form if form.is_submitted() else None)


@bp.route("/associations/desk/dues/arrears")
@holds(Permission.DUES_MANAGE)
def desk_arrears():
    """List the dues that are late, the oldest first."""
    page = paged(queries.arrears(association_id(), _today()))
    return render_template(
        "association/desk/arrears.html", page=page, today=_today(), action=ActionForm(mark="action", fresh=True)
    )


@bp.route("/associations/desk/dues/<id:year>.csv")
@holds(Permission.DUES_MANAGE)
def export_dues(year: int):
    """Hand out the dues of a year as a table."""
    found = db.session.scalars(queries.invoices_of_year(association_id(), year).limit(MOST_EXPORTED)).all()
    heads = (N_("Invoice"), N_("Member no."), N_("Organisation"), N_("Dues (yuan)"), N_("Paid (yuan)"))
    heads += (N_("Waived (yuan)"), N_("Open (yuan)"), N_("Due on"), N_("State"))
    rows = [
        (
            one.no,
            one.member.no,
            one.member.organisation.name,
            *(yuan_text(fen) for fen in (one.amount_fen, one.paid_fen, one.waived_fen, one.open_fen)),
            one.due_on,
            translate(DUES_NAMES[one.state]),
        )
        for one in found
    ]
    return csv_answer(f"dues-{year}.csv", [translate(head) for head in heads], rows)


@bp.route("/associations/desk/dues/<id:invoice_id>")
@holds(Permission.DUES_MANAGE)
def desk_invoice(invoice_id: int):
    """Show an invoice with what was paid, waived and reminded of."""
    return _invoice_page(invoice_id)


@bp.route("/associations/desk/dues/<id:invoice_id>/payments", methods=["POST"])
@holds(Permission.DUES_MANAGE)
def record_dues(invoice_id: int):
    """Book dues that arrived."""
    form = DuesPaymentForm()

    def book(work: Any) -> Any:
        money = Money(
            form.amount.data or 0,
            form.received_on.data,
            form.payer.data or "",
            DuesMethod(form.method.data),
            form.serial.data or "",
        )
        return payments.record_payment(work, invoice_id, money)

    done = carry_out(
        form, book, leads_to=_invoice(invoice_id), done=gettext("The payment is booked; its receipt is ready.")
    )
    return done or _invoice_page(invoice_id, paying=form)


@bp.route("/associations/desk/dues/<id:invoice_id>/waivers", methods=["POST"])
@holds(Permission.DUES_MANAGE)
def propose_waiver(invoice_id: int):
    """Propose to waive dues; the council decides."""
    form = WaiverForm()
    done = carry_out(
        form,
        lambda work: waivers.propose_waiver(work, invoice_id, form.amount.data or 0, form.reason.data or ""),
        leads_to=_invoice(invoice_id),
        done=gettext("The waiver waits for the council's vote. Nothing changes before."),
    )
    return done or _invoice_page(invoice_id, waiving=form)


@bp.route("/associations/desk/dues/<id:invoice_id>/cancellation", methods=["POST"])
@holds(Permission.DUES_MANAGE)
def cancel_dues(invoice_id: int):
    """Ask for these dues no more."""
    form = WhyForm()
    done = carry_out(
        form,
        lambda work: invoicing.cancel(work, invoice_id, form.reason.data or ""),
        leads_to=_invoice(invoice_id),
        done=gettext("These dues are asked for no more."),
    )
    return done or _invoice_page(invoice_id, cancelling=form)


@bp.route("/associations/desk/dues/<id:invoice_id>/reminder", methods=["POST"])
@holds(Permission.DUES_MANAGE)
def remind_of_dues(invoice_id: int):
    """Remind a member of its dues today."""
    address = url_for("association.desk_arrears") if asked_id("arrears") else _invoice(invoice_id)
    return press(ActionForm(), address, N_("The member is reminded."), reminding.remind_now, invoice_id)


@bp.route("/associations/desk/dues/<id:invoice_id>/payments/<id:payment_id>/reversal", methods=["POST"])
@holds(Permission.DUES_MANAGE)
def reverse_payment(invoice_id: int, payment_id: int):
    """Take back a payment that was booked by mistake."""
    form = WhyForm()
    done = carry_out(
        form,
        lambda work: payments.reverse(work, payment_id, form.reason.data or ""),
        leads_to=_invoice(invoice_id),
        done=gettext("The payment is taken back; its receipt is void."),
    )
    return done or _invoice_page(invoice_id, reversing=form)


def _year_page(form: YearForm | None) -> Any:
    today = _today()
    year, words = asked_id("year") or today.year, asked_words()
    figures = queries.years_of_dues(db.session(), association_id())
    page = render_template(
        "association/desk/dues.html",
        page=paged(queries.invoices_of_year(association_id(), year, words)),
        figures=next((one for one in figures if one.year == year), None),
        years=sorted({one.year for one in figures} | {today.year}, reverse=True),
        year=year,
        asked=words,
        form=form or YearForm(today, mark="year", fresh=True),
        has_table=queries.table_for(db.session(), association_id(), year) is not None,
        today=today,
    )
    return page, form.status if form else 200


def _invoice_page(invoice_id: int, **sent: DeskForm) -> Any:
    session = db.session()
    found = queries.invoice(session, invoice_id, association_id())
    form = next(iter(sent.values()), None)
    page = render_template(
        "association/desk/invoice.html",
        invoice=found,
        waivers=queries.waivers_of(session, invoice_id),
        reminders=queries.reminders_of(session, invoice_id),
        today=_today(),
        wrong=form,
        paying=sent.get("paying") or _payment_form(found),
        waiving=sent.get("waiving") or WaiverForm(mark="waive", fresh=True),
        cancelling=sent.get("cancelling") or WhyForm(mark="cancel", fresh=True),
        reversing=sent.get("reversing") or WhyForm(mark="reverse", fresh=True),
        action=ActionForm(mark="action", fresh=True),
    )
    return page, form.status if form else 200


def _payment_form(found: DuesInvoice) -> DuesPaymentForm:
    known = {"amount": found.open_fen or None, "received_on": _today(), "payer": found.member.organisation.name}
    return DuesPaymentForm(mark="pay", fresh=True, **known)


def _invoice(invoice_id: int) -> str:
    return url_for("association.desk_invoice", invoice_id=invoice_id)


def _today() -> date:
    return clock.local_day(clock.now())
