"""A client's orders of tests: the lists, one order with everything, answers to quotations, changes, cancelling, prints."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import render_template, request, url_for
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import Length

from portal.access import holds
from portal.current import actor
from portal.desk import ActionForm, DeskForm, asked_words, carry_out
from portal.extensions import db
from portal.forms.fields import Required
from portal.i18n import gettext, translate
from portal.laboratory import bp
from portal.laboratory.commission_pages import (
    actions_of,
    clock_text,
    is_late,
    next_for,
    quotation_rows,
    slots_of,
    steps_of,
)
from portal.laboratory.history import history
from portal.paging import paged
from services.billing.models import Quotation, QuotationState
from services.billing.operations import quotations
from services.core import clock
from services.core.errors import NotFound, WrongState
from services.core.messages import N_
from services.core.permissions import Permission
from services.core.work import Work
from services.laboratory.models.commissions import Commission, CommissionState
from services.laboratory.operations import changing
from services.laboratory.ordering_errors import PromiseMoved
from services.laboratory.queries import commissions as lists
from services.laboratory.queries import desk
from services.laboratory.queries.commissions import Tab
from services.laboratory.rules.states import AGREED, COMMISSION_NAMES

TAB_NAMES = {Tab.WAITING: N_("To do"), Tab.RUNNING: N_("At the laboratory"), Tab.DONE: N_("Done")}


class AcceptForm(DeskForm):
    """Agreeing to a version of a quotation with the date that was shown."""

    promised_on = HiddenField()

    @property
    def day(self) -> date | None:
        """The date that was shown; None for anything else."""
        try:
            return date.fromisoformat(self.promised_on.data or "")
        except ValueError:
            return None


class RejectForm(DeskForm):
    """Refusing a quotation."""

    reason = StringField(N_("Why you refuse"), validators=[Required(), Length(max=300)])


class AmendForm(DeskForm):
    """Asking for a change of what was agreed."""

    text = TextAreaField(N_("What should be changed"), validators=[Required(), Length(max=300)])


class CancelForm(DeskForm):
    """Cancelling, with the cost that was shown."""

    shown_fee_fen = HiddenField()
    reason = StringField(N_("Reason"), validators=[Length(max=300)], description=N_("May stay empty."))

    @property
    def fee_fen(self) -> int:
        """The cost that was shown; none for anything that is no number."""
        text = self.shown_fee_fen.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 13 else 0


def _own(commission_id: int) -> Commission:
    """Return a commission of the active organisation. Raises NotFound for any other."""
    return desk.commission_of_firm(db.session(), actor().organisation_id, commission_id)


@bp.route("/commissions")
@holds(Permission.COMMISSION_READ)
def commissions():
    """Show the firm's orders: to do, at the laboratory, done."""
    organisation_id, words = actor().organisation_id, asked_words()
    asked = request.args.get("tab", "")
    tab = Tab(asked) if asked in set(Tab) else Tab.WAITING
    counts = lists.counts(db.session(), organisation_id)
    page = paged(lists.commissions_of(organisation_id, tab, words=words))
    ids = [one.id for one in page.items]
    labels = {one: translate(TAB_NAMES[one]) for one in Tab}
    return render_template(
        "laboratory/commissions/index.html",
        tab=tab,
        tabs=[(f"{labels[one]} ({counts[one]})", _list(one), one is tab) for one in Tab],
        words=words,
        page=page,
        tests=lists.tests_of(db.session(), ids),
        contents=desk.contents_of(db.session(), ids),
        late={one.id for one in page.items if is_late(one)},
    )


def _list(tab: Tab) -> str:
    return url_for("laboratory.commissions", tab=tab.value)


@bp.route("/commissions/<id:commission_id>")
@holds(Permission.COMMISSION_READ)
def commission(commission_id: int):
    """Show one order: what to do now, eight steps, dates, samples and tests, quotations, money, history."""
    return _page(commission_id)


def _page(commission_id: int, sent: DeskForm | None = None, name: str = "", shown_on: date | None = None):
    """Show the order; with ``sent``, the form that was refused, as it was typed."""
    commission = _own(commission_id)
    everything = desk.everything_of(db.session(), commission)
    versions = quotations.versions(db.session(), commission.no) if commission.no else []
    offered = next((one for one in versions if one.state is QuotationState.OFFERED), None)
    accept = AcceptForm(mark="accept", fresh=True, promised_on=(shown_on or _promised(offered, commission)))
    forms = {"action": ActionForm(mark="copy", fresh=True), "accept": accept}
    forms["reject"] = sent if sent is not None and name == "reject" else RejectForm(mark="reject", fresh=True)
    page = render_template(
        "laboratory/commissions/show.html",
        commission=commission,
        everything=everything,
        steps=steps_of(commission),
        clock=clock_text(commission, clock.local_day(clock.now())),
        late=is_late(commission),
        next=next_for(commission, offered),
        can=actions_of(commission),
        slots=slots_of(everything.lines),
        versions=versions,
        offered=offered,
        rows=quotation_rows(offered) if offered else [],
        history=history(everything.events[::-1], everything.names, for_client=True),
        forms=forms,
        sent=sent,
    )
    return page, sent.status if sent else 200


def _promised(offered: Quotation | None, commission: Commission) -> str:
    """Return the date that goes with the open quotation."""
    own = commission.promised_on.isoformat() if commission.promised_on else ""
    return str(offered.terms.get("promised_on") or own) if offered is not None else own


@bp.route("/commissions/<id:commission_id>/quotations/<id:version>/acceptance", methods=["POST"])
@holds(Permission.COMMISSION_PLACE)
def accept_quotation(commission_id: int, version: int):
    """Agree to a quotation; when the calendar has moved meanwhile, the new date is shown first."""
    _own(commission_id)
    form = AcceptForm(mark="accept")

    def accept(work: Work) -> Commission:
        if form.day is None:
            raise NotFound
        return changing.accept_quotation(work, commission_id, version=version, shown_promised_on=form.day)

    address = url_for("laboratory.commission", commission_id=commission_id)
    done = gettext("You have accepted the quotation. The instruments are reserved for you.")
    answer = carry_out(form, accept, leads_to=address, done=done)
    moved = form.refusal.promised_on if isinstance(form.refusal, PromiseMoved) else None
    return answer or _page(commission_id, form, "accept", moved)


@bp.route("/commissions/<id:commission_id>/quotations/<id:version>/refusal", methods=["POST"])
@holds(Permission.COMMISSION_PLACE)
def reject_quotation(commission_id: int, version: int):
    """Refuse a quotation with a reason."""
    _own(commission_id)
    form = RejectForm(mark="reject")
    answer = carry_out(
        form,
        lambda work: changing.reject_quotation(work, commission_id, version=version, reason=form.reason.data or ""),
        leads_to=url_for("laboratory.commission", commission_id=commission_id),
        done=gettext("You have refused the quotation; the laboratory has been told."),
    )
    return answer or _page(commission_id, form, "reject")


@bp.route("/commissions/<id:commission_id>/change", methods=["GET", "POST"])
@holds(Permission.COMMISSION_PLACE)
def amend(commission_id: int):
    """Ask for a change of what was agreed; it needs a new version that the firm accepts."""
    commission = _own(commission_id)
    if commission.state not in AGREED:
        raise WrongState(state=COMMISSION_NAMES[commission.state])
    form = AmendForm()
    answer = carry_out(
        form,
        lambda work: changing.ask_change(work, commission_id, text=form.text.data or ""),
        leads_to=url_for("laboratory.commission", commission_id=commission_id),
        done=gettext("The laboratory has been asked. Nothing changes before you agree."),
    )
    return answer or (
        render_template("laboratory/commissions/amend.html", commission=commission, form=form),
        form.status,
    )


@bp.route("/commissions/<id:commission_id>/cancellation", methods=["GET", "POST"])
@holds(Permission.COMMISSION_PLACE)
def cancel(commission_id: int):
    """Say what cancelling costs now, and cancel."""
    commission = _own(commission_id)
    if not changing.may_cancel(commission):
        raise WrongState(state=COMMISSION_NAMES[commission.state])
    was_draft = commission.state is CommissionState.DRAFT
    address = _list(Tab.WAITING) if was_draft else url_for("laboratory.commission", commission_id=commission_id)
    form = CancelForm()
    answer = carry_out(
        form,
        lambda work: changing.cancel(work, commission_id, reason=form.reason.data or "", shown_fee_fen=form.fee_fen),
        leads_to=address,
        done=gettext("The draft is gone.")
        if was_draft
        else gettext("The order is cancelled; the laboratory has been told."),
    )
    return answer or _cancel_page(commission_id, form)


def _cancel_page(commission_id: int, form: CancelForm):
    commission = _own(commission_id)
    cost = changing.cost_of_cancelling(db.session(), commission)
    form.shown_fee_fen.data = str(cost.fee_fen)
    page = render_template("laboratory/commissions/cancel.html", commission=commission, form=form, cost=cost)
    return page, form.status


@bp.route("/commissions/<id:commission_id>/copy", methods=["POST"])
@holds(Permission.COMMISSION_PLACE)
def copy(commission_id: int):
    """Order the same again: a draft with today's prices and editions, ready to confirm."""
    _own(commission_id)
    form = ActionForm()
    answer = carry_out(
        form,
        lambda work: changing.copy(work, commission_id),
        leads_to=lambda made: url_for("laboratory.testing_confirm", commission_id=made.id),
        done=gettext("Everything has been taken over. Look at today's price and date, and confirm."),
    )
    return answer or _page(commission_id, form, "copy")


@bp.route("/commissions/<id:commission_id>/print")
@holds(Permission.COMMISSION_READ)
def commission_print(commission_id: int):
    """Show the commission form to print: two pages at most, room for two seals."""
    commission = _own(commission_id)
    if commission.no is None:
        raise NotFound
    everything = desk.everything_of(db.session(), commission)
    return _document("documents/commission.html", commission, everything=everything, slots=slots_of(everything.lines))


@bp.route("/commissions/<id:commission_id>/quotations/<id:version>/print")
@holds(Permission.COMMISSION_READ)
def quotation_print(commission_id: int, version: int):
    """Show a version of the quotation to print."""
    commission = _own(commission_id)
    versions = quotations.versions(db.session(), commission.no) if commission.no else []
    quotation = next((one for one in versions if one.version == version), None)
    if quotation is None:
        raise NotFound
    return _document("documents/quotation.html", commission, quotation=quotation, rows=quotation_rows(quotation))


def _document(template: str, commission: Commission, **values: Any):
    accepted = quotations.accepted(db.session(), commission.no or "")
    agreed = quotation_rows(accepted) if accepted else []
    return render_template(template, commission=commission, accepted=accepted, agreed=agreed, **values)
