"""The desk offers another version of a quotation, or leaves the contract as it is."""

from __future__ import annotations

from flask import render_template, request, url_for

from portal.access import holds
from portal.current import actor
from portal.desk import ReasonForm, carry_out, provider_id
from portal.extensions import db
from portal.i18n import gettext
from portal.laboratory import bp
from portal.laboratory.quoting_forms import QuoteForm, Tests, quote_form
from portal.laboratory.review_pages import commission_page
from services.billing.operations import quotations
from services.core import clock
from services.core.errors import WrongState
from services.core.permissions import Permission
from services.core.work import Work
from services.laboratory.models.commissions import Commission
from services.laboratory.operations import offering
from services.laboratory.queries import desk, surveys
from services.laboratory.queries.quoting import items_with_choice
from services.laboratory.queries.tests_on_offer import offered_tests
from services.laboratory.rules.offering import list_prices
from services.laboratory.rules.states import COMMISSION_NAMES, COMMISSION_STEPS


@bp.route("/laboratory/commissions/<id:commission_id>/quote", methods=["GET", "POST"])
@holds(Permission.COMMISSION_REVIEW)
def quote(commission_id: int):
    """Offer another version: prices with their reason, the promised day, editions, validity."""
    commission = desk.commission_of(db.session(), provider_id(), commission_id)
    if request.method == "GET" and commission.state not in COMMISSION_STEPS["quote"][0]:
        raise WrongState(state=COMMISSION_NAMES[commission.state])
    form = _form(commission)
    answer = carry_out(
        form,
        lambda work: offering.quote(work, commission_id, form.proposal),
        leads_to=url_for("laboratory.desk_commission", commission_id=commission_id),
        done=gettext("The quotation has been sent; the client has to agree."),
    )
    return answer or _page(commission_id, form)


def _form(commission: Commission) -> QuoteForm:
    session, today = db.session(), clock.local_day(clock.now())
    agreed = quotations.accepted(session, commission.no or "")
    charged = surveys.charges_of(session, commission.id)
    price = surveys.priced(session, commission, today, charged=charged, agreed=agreed.terms if agreed else None)
    return quote_form(
        charged,
        list_prices(price, [one.module.name for one in charged]),
        items_with_choice(session, commission.id, today),
        _tests(commission, {one.module.id: one.module.name for one in charged}),
        promised_on=offering.day_to_offer(Work(session, actor(), clock.now()), commission),
        valid_until=offering.default_validity(session, today),
    )


def _tests(commission: Commission, charged: dict[int, str]) -> Tests:
    """Return what can be added to the tests of a commission, and dropped from them."""
    session = db.session()
    offered = offered_tests(session, commission.provider_id, product_code=commission.product_code)
    samples = [one for one in surveys.samples_of(session, commission.id) if one.parent_id is None]
    return Tests(samples, surveys.live_lines_of(session, commission.id), charged, offered)


def _page(commission_id: int, form: QuoteForm):
    commission = desk.commission_of(db.session(), provider_id(), commission_id)
    last = quotations.latest(db.session(), commission.no or "")
    page = render_template("laboratory/desk/quote.html", commission=commission, form=form, last=last)
    return page, form.status


@bp.route("/laboratory/commissions/<id:commission_id>/contract", methods=["POST"])
@holds(Permission.COMMISSION_REVIEW)
def keep_contract(commission_id: int):
    """Leave the contract as it is, whatever change was asked for."""
    desk.commission_of(db.session(), provider_id(), commission_id)
    form, address = ReasonForm(mark="keep"), url_for("laboratory.desk_commission", commission_id=commission_id)
    answer = carry_out(
        form,
        lambda work: offering.keep(work, commission_id, reason=form.reason.data or ""),
        leads_to=address,
        done=gettext("The contract stays as it was; the client has been told."),
    )
    return answer or commission_page(commission_id, form, "keep")
