"""Bank statements at the secretary's desk: taken in, matched with open dues, booked by a person."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for

from portal.access import holds
from portal.association import bp
from portal.association.dues_forms import BookForm, StatementForm, dues_label
from portal.association.register_forms import WhyForm
from portal.association.register_pages import association_id
from portal.desk import ActionForm, asked_word, carry_out, not_done, press
from portal.extensions import db
from portal.i18n import gettext, ngettext
from portal.paging import paged
from portal.work import begin_work
from services.association.models.dues import BankLine, LineState
from services.association.operations import bank, payments
from services.association.queries import dues as queries
from services.association.rules.matching import certain
from services.core.errors import NotFound
from services.core.messages import N_
from services.core.permissions import Permission


@bp.route("/associations/desk/bank", methods=["GET", "POST"])
@holds(Permission.DUES_MANAGE)
def desk_bank():
    """Show what arrived with what it may pay; take in a statement."""
    form = StatementForm()
    done = carry_out(
        form,
        lambda work: bank.take_in(work, association_id(), form.file.data.filename or "", form.file.data.read()),
        leads_to=url_for("association.desk_bank"),
        done=gettext("The statement is taken in. Nothing is booked before you say so."),
    )
    return done or _page(form)


@bp.route("/associations/desk/bank/certain", methods=["POST"])
@holds(Permission.DUES_MANAGE)
def book_certain():
    """Book every line of which payer and amount leave no doubt."""
    form, address = ActionForm(), url_for("association.desk_bank")
    if not form.submitted():
        return not_done(form, address)
    with begin_work(form) as work:
        booked = bank.book_certain(work, association_id())
        work.leads_to(address)
    flash(ngettext("%(num)s line has been booked.", "%(num)s lines have been booked.", booked), "success")
    return redirect(address, code=303)


@bp.route("/associations/desk/bank/<id:line_id>")
@holds(Permission.DUES_MANAGE)
def desk_line(line_id: int):
    """Show a bank line with all that is proposed for it."""
    return _line_page(_line(line_id))


@bp.route("/associations/desk/bank/<id:line_id>/proposal/<id:member_id>", methods=["POST"])
@holds(Permission.DUES_MANAGE)
def book_proposal(line_id: int, member_id: int):
    """Book a line on the dues of a member as it was proposed."""
    form = ActionForm()
    line = _line(line_id)
    found = queries.proposed([line], queries.open_dues(db.session(), association_id()))[line_id]
    chosen = next((one for one in found if one.member_id == member_id), None)
    parts = list(chosen.parts) if chosen else []
    address = url_for("association.desk_bank")
    return press(form, address, N_("The line is booked; the receipt is ready."), payments.book_line, line_id, parts)


@bp.route("/associations/desk/bank/<id:line_id>/booking", methods=["POST"])
@holds(Permission.DUES_MANAGE)
def book_line(line_id: int):
    """Book a line, or part of it, on an invoice that a person chose."""
    line = _line(line_id)
    form = BookForm(_open_ones())
    done = carry_out(
        form,
        lambda work: payments.book_line(work, line_id, [(form.invoice.data, form.amount.data or 0)]),
        leads_to=url_for("association.desk_line", line_id=line_id),
        done=gettext("The line is booked; the receipt is ready."),
    )
    return done or _line_page(line, booking=form)


@bp.route("/associations/desk/bank/<id:line_id>/aside", methods=["POST"])
@holds(Permission.DUES_MANAGE)
def set_line_aside(line_id: int):
    """Put a line aside that is no dues."""
    line = _line(line_id)
    form = WhyForm()
    done = carry_out(
        form,
        lambda work: bank.set_aside(work, line_id, form.reason.data or ""),
        leads_to=url_for("association.desk_bank"),
        done=gettext("The line is put aside."),
    )
    return done or _line_page(line, aside=form)


@bp.route("/associations/desk/bank/<id:line_id>/return", methods=["POST"])
@holds(Permission.DUES_MANAGE)
def take_line_up(line_id: int):
    """Let a line wait again."""
    address = url_for("association.desk_line", line_id=line_id)
    return press(ActionForm(), address, N_("The line waits again."), bank.take_up, line_id)


def _page(form: StatementForm) -> Any:
    session = db.session()
    state = asked_word(LineState, "state") or LineState.WAITING
    page = paged(queries.bank_lines(association_id(), state))
    found = queries.proposed(page.items, queries.open_dues(session, association_id()))
    shown = render_template(
        "association/desk/bank.html",
        form=form,
        page=page,
        state=state,
        states=list(LineState),
        proposals=found,
        certain=sum(certain(found[line.id]) is not None for line in page.items) if state is LineState.WAITING else 0,
        statements=queries.statements_of(session, association_id()),
        action=ActionForm(mark="action", fresh=True),
    )
    return shown, form.status


def _line_page(line: BankLine, booking: BookForm | None = None, aside: WhyForm | None = None) -> Any:
    session = db.session()
    line = _line(line.id)
    form = booking or aside
    page = render_template(
        "association/desk/line.html",
        line=line,
        proposals=queries.proposed([line], queries.open_dues(session, association_id()))[line.id],
        payments=queries.payments_of_line(session, line.id),
        booking=booking or BookForm(_open_ones(), mark="book", fresh=True, amount=line.open_fen or None),
        aside=aside or WhyForm(mark="aside", fresh=True),
        wrong=form,
        action=ActionForm(mark="action", fresh=True),
    )
    return page, form.status if form else 200


def _line(line_id: int) -> BankLine:
    line = db.session.get(BankLine, line_id)
    if line is None or line.association_id != association_id():
        raise NotFound
    return line


def _open_ones() -> list[tuple[int, str]]:
    found = queries.open_dues(db.session(), association_id())
    return [(one.invoice_id, dues_label(one.no, one.name, one.open_fen)) for one in found]
