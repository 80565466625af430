"""The firm's own membership: standing, terms, representatives, leaving; its dues with their receipts."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import render_template, url_for

from portal.access import holds
from portal.association import bp
from portal.association.register_forms import LeaveForm, RepresentativeForm
from portal.association.register_pages import member_history
from portal.current import actor
from portal.desk import ActionForm, asked_id, carry_out, press
from portal.extensions import db
from portal.i18n import gettext
from services.association.models.dues import DuesInvoice, DuesPayment
from services.association.models.register import Member, Representation
from services.association.operations import members as operations
from services.association.queries import dues as queries
from services.association.queries import members as register
from services.association.queries.applications import applications_of
from services.association.register_words import METHOD_NAMES
from services.association.rules.standing import MEMBERS
from services.core import clock
from services.core.errors import NotFound
from services.core.messages import N_
from services.core.money import capital_amount
from services.core.permissions import Permission


@bp.route("/membership")
@holds(Permission.MEMBERSHIP_ACT)
def membership():
    """Show how the firm stands in an association, with its applications."""
    return _page()


@bp.route("/membership/<id:member_id>/representatives", methods=["POST"])
@holds(Permission.MEMBERSHIP_ACT)
def name_representative(member_id: int):
    """Name a representative of the firm."""
    form = RepresentativeForm(actor().organisation_id or 0)
    done = carry_out(
        form,
        lambda work: operations.name_representative(
            work, member_id, Representation(form.role.data), form.person.data, form.from_on.data
        ),
        leads_to=url_for("association.membership", member=member_id),
        done=gettext("The representative has been named."),
    )
    return done or _page(member_id, representative=form)


@bp.route("/membership/representatives/<id:representative_id>/end", methods=["POST"])
@holds(Permission.MEMBERSHIP_ACT)
def end_representative(representative_id: int):
    """Let a person represent the firm no more."""
    told = N_("This person represents you no more.")
    address = url_for("association.membership")
    return press(ActionForm(), address, told, operations.end_representative, representative_id)


@bp.route("/membership/<id:member_id>/exit", methods=["POST"])
@holds(Permission.MEMBERSHIP_ACT)
def ask_exit(member_id: int):
    """Ask to leave the association."""
    form = LeaveForm()
    done = carry_out(
        form,
        lambda work: operations.ask_exit(work, member_id, form.reason.data or ""),
        leads_to=url_for("association.membership", member=member_id),
        done=gettext("The secretariat has been told. It will confirm the day."),
    )
    return done or _page(member_id, leave=form)


@bp.route("/membership/<id:member_id>/exit/withdrawal", methods=["POST"])
@holds(Permission.MEMBERSHIP_ACT)
def take_back_exit(member_id: int):
    """Stay after all."""
    address = url_for("association.membership", member=member_id)
    return press(ActionForm(), address, N_("You stay a member."), operations.take_back_exit, member_id)


@bp.route("/membership/dues")
@holds(Permission.MEMBERSHIP_ACT)
def dues():
    """Show what the firm was asked for, what it paid, and where to pay."""
    session = db.session()
    member = _chosen(register.memberships_of_firm(session, actor().organisation_id or 0, with_awaited=True))
    return render_template(
        "association/mine/dues.html",
        member=member,
        invoices=queries.invoices_of(session, member.id) if member else [],
        charter=register.charter_of(session, member.association_id) if member else None,
        today=_today(),
    )


@bp.route("/membership/dues/<id:invoice_id>")
@holds(Permission.MEMBERSHIP_ACT)
def dues_invoice(invoice_id: int):
    """Show the firm's own invoice, to be printed."""
    return _invoice_page(queries.invoice_of_firm(db.session(), invoice_id, actor().organisation_id))


@bp.route("/associations/desk/dues/<id:invoice_id>/print")
@holds(Permission.DUES_MANAGE)
def desk_dues_invoice(invoice_id: int):
    """Show an invoice as the member gets it, to be printed."""
    return _invoice_page(queries.invoice(db.session(), invoice_id, actor().organisation_id))


@bp.route("/membership/receipts/<id:payment_id>")
@holds(Permission.MEMBERSHIP_ACT)
def receipt(payment_id: int):
    """Show the receipt of the firm's own payment, to be printed."""
    found = queries.payment(db.session(), payment_id)
    if found.invoice.member.organisation_id != actor().organisation_id:
        raise NotFound
    return receipt_page(found)


@bp.route("/associations/desk/receipts/<id:payment_id>")
@holds(Permission.DUES_MANAGE)
def desk_receipt(payment_id: int):
    """Show the receipt of a payment to the secretariat that booked it."""
    found = queries.payment(db.session(), payment_id)
    if found.association_id != actor().organisation_id:
        raise NotFound
    return receipt_page(found)


def _invoice_page(found: DuesInvoice) -> str:
    return render_template(
        "documents/dues_invoice.html",
        invoice=found,
        capital=capital_amount(found.open_fen),
        charter=register.charter_of(db.session(), found.member.association_id),
    )


def receipt_page(found: DuesPayment) -> str:
    """Return the receipt of a payment."""
    return render_template(
        "documents/dues_receipt.html",
        payment=found,
        capital=capital_amount(found.amount_fen),
        method=METHOD_NAMES[found.method],
    )


def _page(member_id: int | None = None, **sent: Any) -> Any:
    session, own = db.session(), actor().organisation_id or 0
    found = register.memberships_of_firm(session, own)
    member = _chosen(found, member_id)
    form = next(iter(sent.values()), None)
    page = render_template(
        "association/mine/membership.html",
        memberships=found,
        member=member,
        applications=applications_of(session, own),
        today=_today(),
        **(_facts(member, own, **sent) if member else {}),
    )
    return page, form.status if form else 200


def _facts(member: Member, own: int, **sent: Any) -> dict[str, Any]:
    session, today = db.session(), _today()
    form = next(iter(sent.values()), None)
    return {
        "is_in": member.standing in MEMBERS,
        "terms": register.terms_of(session, member.id),
        "representatives": register.representatives_of(session, member.id, today),
        "events": member_history(register.events_of(session, member.id)),
        "wrong": form,
        "naming": sent.get("representative") or RepresentativeForm(own, mark="name", fresh=True, from_on=today),
        "leave": sent.get("leave") or LeaveForm(mark="leave", fresh=True),
        "action": ActionForm(mark="action", fresh=True),
    }


def _chosen(found: list[Member], member_id: int | None = None) -> Member | None:
    """Return the membership that is asked for; the first one where none is. NotFound for one of others."""
    wanted = member_id or asked_id("member")
    if wanted is None:
        return found[0] if found else None
    member = next((one for one in found if one.id == wanted), None)
    if member is None:
        raise NotFound
    return member


def _today() -> date:
    return clock.local_day(clock.now())
