"""我要检测: tests with price and days before anybody signs in; then samples, options, and one page to confirm."""

from __future__ import annotations

from collections.abc import Sequence, Set
from datetime import date
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for

from portal.access import holds, public
from portal.current import actor, organisation, person
from portal.desk import asked_word, asked_words
from portal.extensions import db
from portal.i18n import gettext, translate
from portal.laboratory import bp
from portal.laboratory.commission_pages import price_rows
from portal.laboratory.names import named_cards
from portal.laboratory.ordering_forms import OptionsForm, SamplesForm, ShownForm
from portal.paging import paged
from portal.work import begin_work
from services.catalogue.cards import Card
from services.catalogue.models import Market, Urgency
from services.core import clock
from services.core.errors import RuleBroken
from services.core.permissions import Permission
from services.laboratory.capability_words import FIELD_NAMES
from services.laboratory.models.commissions import Commission, CommissionState
from services.laboratory.operations import changing, ordering
from services.laboratory.operations.wishes import Options, Wish
from services.laboratory.ordering_errors import PriceMoved, PromiseMoved
from services.laboratory.queries import desk, offers, surveys
from services.laboratory.queries.offers import Test
from services.laboratory.rules.charging import speeds

PER_PAGE = 60
MOST_SAMPLES = 30
FEW_CARDS = 6
"""So many are shown at once; of more, only the groups with what was chosen stand open."""

LONGEST_ID = 10  # digits that a row's id can have, and one more


@bp.route("/testing")
@public
def testing():
    """Show what can be tested for a product and market, what it costs, how long it takes and what to bring."""
    now = clock.now()
    product, market, words = request.args.get("product", ""), asked_word(Market, "market"), asked_words()
    products = offers.products_tested(db.session())
    product = product if product in {one.code for one in products} else ""
    tests = offers.chosen_tests(db.session(), request.args.getlist("m"))
    count = min(max(request.args.get("n", 1, type=int) or 1, 1), MOST_SAMPLES)
    shown = offers.shown_tests(clock.local_day(now), product_code=product, market=market, words=words)
    page = paged(shown, per_page=PER_PAGE, scalars=False)
    cards = named_cards([Card(*row) for row in page.items])
    return render_template(
        "laboratory/testing/choose.html",
        page=page,
        groups=_groups(cards, {one.module.id for one in tests}),
        recognised=offers.recognitions(db.session(), [one.id for one in cards], clock.local_day(now)),
        products=products,
        product=product,
        market=market,
        markets=list(Market),
        words=words,
        tests=tests,
        count=count,
        estimate=offers.estimate(db.session(), tests, count, now) if tests else None,
        chosen_codes=[one.module.code for one in tests],
        laboratory_id=tests[0].module.provider_id if tests else None,
        link=_link,
        price_rows=price_rows,
    )


def _groups(cards: Sequence[Card], chosen: Set[int]) -> list[tuple[str, bool, list[Card]]]:
    """Return packages, then items by their field: what each group is called, whether it stands open, and its cards."""
    fields = offers.fields_of(db.session(), [one.id for one in cards])
    named: list[tuple[str, list[Card]]] = [(gettext("Packages"), [one for one in cards if one.id not in fields])]
    named += [
        (translate(name), [one for one in cards if fields.get(one.id) is key]) for key, name in FIELD_NAMES.items()
    ]
    is_open = len(cards) <= FEW_CARDS
    return [(name, is_open or any(one.id in chosen for one in found), found) for name, found in named if found]


def _link(**changes: Any) -> str:
    """Return the address of this page with something changed, on its first page."""
    arguments = {name: values for name, values in request.args.to_dict(flat=False).items() if name != "page"}
    return url_for("laboratory.testing", **(arguments | changes))


@bp.route("/testing/samples", methods=["GET", "POST"])
@holds(Permission.COMMISSION_PLACE)
def testing_samples():
    """Describe the samples; from here on everything is kept as a draft."""
    form = SamplesForm(data={"product": request.args.get("product", ""), "market": request.args.get("market", "")})
    tests = _tests(form)
    if not tests:
        return redirect(url_for("laboratory.testing"))
    form.prepare(tests)
    if form.more.data:
        form.add_sample(tests)
        return _samples_page(form, tests)
    if not form.submitted():
        return _samples_page(form, tests, status=form.status)
    wish = Wish(
        provider_id=tests[0].module.provider_id,
        organisation_id=actor().organisation_id or 0,
        chosen=form.choice(tests),
        samples=form.wishes,
        options=_first_options(form),
    )
    try:
        with begin_work(form) as work:
            commission = ordering.draft(work, wish)
            address = url_for("laboratory.testing_options", commission_id=commission.id)
            work.leads_to(address)
    except RuleBroken as error:
        form.blame(error)
        return _samples_page(form, _tests(form), status=form.status)
    return redirect(address, code=303)


def _first_options(form: SamplesForm) -> Options:
    """Return what is known already, so that nobody types it twice."""
    firm, who = organisation(), person()
    known = {one.code for one in offers.products_tested(db.session())}
    return Options(
        product_code=form.product.data if form.product.data in known else None,
        market=Market(form.market.data) if form.market.data in set(Market) else None,
        contact_name=(who.name or (firm.contact_name if firm else ""))[:40],
        contact_phone=(who.mobile or (firm.contact_phone if firm else ""))[:20],
    )


def _tests(form: SamplesForm) -> list[Test]:
    """Return the tests in the address, or those that the form was sent with."""
    typed = [row.form.module_id.data or "" for row in form.chosen]
    ids = [int(text) for text in typed if text.isascii() and text.isdigit() and len(text) < LONGEST_ID]
    return offers.chosen_tests(db.session(), request.args.getlist("m"), module_ids=ids[: offers.MOST_CHOSEN])


def _samples_page(form: SamplesForm, tests: Sequence[Test], commission: Commission | None = None, status: int = 200):
    page = render_template(
        "laboratory/testing/samples.html",
        form=form,
        tests={str(one.module.id): one for one in tests},
        commission=commission,
    )
    return page, status


@bp.route("/testing/<id:commission_id>/samples", methods=["GET", "POST"])
@holds(Permission.COMMISSION_PLACE)
def draft_samples(commission_id: int):
    """Change samples and tests of a draft."""
    commission = _draft(commission_id)
    form = SamplesForm(data=_present(commission))
    tests = _tests(form)
    form.prepare(tests)
    if form.more.data:
        form.add_sample(tests)
        return _samples_page(form, tests, commission)
    if not form.submitted():
        return _samples_page(form, tests, commission, form.status)
    address = url_for("laboratory.testing_options", commission_id=commission_id)
    try:
        with begin_work(form) as work:
            ordering.change_rows(work, commission_id, form.choice(tests), form.wishes)
            work.leads_to(address)
    except RuleBroken as error:
        form.blame(error)
        return _samples_page(form, _tests(form), _draft(commission_id), form.status)
    return redirect(address, code=303)


def _present(commission: Commission) -> dict[str, Any]:
    """Return samples and tests of a draft as its form shows them; tests named in the address take the place of its own."""
    chosen = changing.chosen_of(db.session(), commission)
    samples = surveys.samples_of(db.session(), commission.id)
    asked = {one.module.id for one in offers.chosen_tests(db.session(), request.args.getlist("m"))}
    new = asked - {one.module_id for one in chosen}
    rows = []
    for one in samples:
        tests = new | {each.module_id for each in chosen if each.is_for(one.position)}
        rows.append(vars(changing.sample_wish(one)) | {"tests": sorted(tests)})
    if asked:
        return {"samples": rows}
    tests_rows = [{"module_id": str(one.module_id), "quantity": one.quantity} for one in chosen]
    return {"samples": rows, "chosen": tests_rows}


def _draft(commission_id: int) -> Commission:
    """Return a draft of the active organisation; whoever comes back to it after it was sent is led to the order.

    Raises NotFound for the draft of anybody else.
    """
    commission = desk.commission_of_firm(db.session(), actor().organisation_id, commission_id)
    if commission.state is not CommissionState.DRAFT:
        flash(gettext("This order is no longer a draft. What you see here is how it stands now."), "info")
        abort(redirect(url_for("laboratory.commission", commission_id=commission_id), code=303))
    return commission


@bp.route("/testing/<id:commission_id>/options", methods=["GET", "POST"])
@holds(Permission.COMMISSION_PLACE)
def testing_options(commission_id: int):
    """Choose speed, report, judgement and what becomes of the samples."""
    commission = _draft(commission_id)
    form = _options_form(commission)
    if not form.submitted():
        return _options_page(form, commission)
    address = url_for("laboratory.testing_confirm", commission_id=commission_id)
    try:
        with begin_work(form) as work:
            ordering.change_options(work, commission_id, form.options)
            work.leads_to(address)
    except RuleBroken as error:
        form.blame(error)
        return _options_page(form, _draft(commission_id))
    return redirect(address, code=303)


def _options_form(commission: Commission) -> OptionsForm:
    present = vars(changing.options_of(commission))
    present |= {"product": commission.product_code or "", "limit_set": str(commission.limit_set_id or "")}
    form = OptionsForm(data=present)
    charged = surveys.charges_of(db.session(), commission.id)
    lines = surveys.lines_of(db.session(), commission.id)
    today = clock.local_day(clock.now())
    extras = {code: one for code, one in surveys.offered_extras(charged).items() if code not in surveys.FOLLOWS}
    form.offer(
        speeds=speeds([surveys.charge_of(one, today, {}) for one in charged]) or [Urgency.NORMAL],
        products=offers.products_tested(db.session()),
        limit_sets=offers.limit_sets_for(db.session(), commission.provider_id, [one.item_id for one in lines]),
        extras=extras,
        may_subcontract=any(one.item.may_subcontract for one in lines),
    )
    return form


def _options_page(form: OptionsForm, commission: Commission):
    lines = surveys.lines_of(db.session(), commission.id)
    judged = offers.limits_by_item(db.session(), commission.provider_id, {one.item_id for one in lines})
    page = render_template("laboratory/testing/options.html", form=form, commission=commission, judged=judged)
    return page, form.status


@bp.route("/testing/<id:commission_id>/confirm", methods=["GET", "POST"])
@holds(Permission.COMMISSION_PLACE)
def testing_confirm(commission_id: int):
    """Show everything on one page with the price line by line and the earliest date; the button orders exactly that."""
    form = ShownForm()
    _draft(commission_id)
    shown = _shown(form)
    if not form.submitted() or shown is None:
        return _confirmation(commission_id, form)
    address = url_for("laboratory.commission", commission_id=commission_id)
    try:
        with begin_work(form) as work:
            ordering.confirm(work, commission_id, shown_due_fen=shown[0], shown_promised_on=shown[1])
            work.leads_to(address)
    except RuleBroken as error:
        form.blame(error)
        return _confirmation(commission_id, form, moved=isinstance(error, PriceMoved | PromiseMoved))
    flash(gettext("Your order has been sent. The instruments are reserved for you."), "success")
    return redirect(address, code=303)


def _shown(form: ShownForm) -> tuple[int, date] | None:
    """Return the price and the date that were shown; None for anything else."""
    try:
        return int(form.due_fen.data or ""), date.fromisoformat(form.promised_on.data or "")
    except ValueError:
        return None


def _confirmation(commission_id: int, form: ShownForm, *, moved: bool = False):
    commission = _draft(commission_id)
    found = ordering.survey(db.session(), commission, clock.now())
    if found.quote is not None and found.plan is not None:
        form.due_fen.data, form.promised_on.data = str(found.quote.due_fen), found.plan.promised_on.isoformat()
    samples = surveys.samples_of(db.session(), commission_id)
    page = render_template(
        "laboratory/testing/confirm.html",
        commission=commission,
        form=form,
        moved=moved,
        found=found,
        rows=price_rows(found.quote) if found.quote else [],
        samples=samples,
        items={one.item_id: one.item for one in found.lines},
        lines=found.lines,
        tests=offers.chosen_tests(db.session(), module_ids=[one.module.id for one in found.charged]),
    )
    return page, form.status
