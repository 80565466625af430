"""Finding, pricing and comparing services; nobody needs to sign in for that."""

from __future__ import annotations

from datetime import datetime

from flask import render_template, request

import portal.catalogue.desk  # noqa: F401 - registers the pages of the centre's staff
from portal.access import public
from portal.catalogue import bp, facets
from portal.catalogue.forms import PriceForm
from portal.current import actor
from portal.extensions import db
from portal.kept import kept_for_visitors
from portal.paging import Page, asked_page
from services.booking import availability
from services.catalogue import browsing, cards, queries
from services.catalogue.models import BookingMode, ModuleState, ServiceModule
from services.catalogue.rules import terms_of
from services.core import clock
from services.core.messages import N_
from services.laboratory.queries.module_facts import module_facts
from services.laboratory.queries.offers import is_ordered_as_test

MOST_SLOTS = 6
COMPARED_TEXTS = (
    (N_("For whom"), "audience"),
    (N_("Bring"), "bring"),
    (N_("You receive"), "output"),
    (N_("Method or standard"), "method"),
)


@bp.route("")
@public
@kept_for_visitors
def index():
    """Show the services that fit the words and choices in the address."""
    now, wish = clock.now(), facets.wish_of(request.args)
    found = browsing.browse(db.session(), wish, day=clock.local_day(now), page=asked_page())
    bookable = [card.id for card in found.cards if not card.is_paused]
    return render_template(
        "catalogue/index.html",
        wish=wish,
        was_cut=facets.was_cut(request.args),
        cards=found.cards,
        page=Page(found.cards, found.number, found.pages, found.total),
        narrowing=facets.narrowing(wish, found),
        free=availability.next_free(db.session(), bookable, now) if bookable else {},
    )


@bp.route("/<code>")
@public
@kept_for_visitors
def show(code: str):
    """Show a module with its price for what is entered; its own provider sees that it is not public, others nothing."""
    now = clock.now()
    day = clock.local_day(now)
    module = queries.module_shown_to(db.session(), code, actor().organisation_id)
    if not queries.is_visible(module):
        return render_template("catalogue/not_public.html", module=module), 404
    version = queries.price_in_force(module, day)
    form = version and PriceForm(request.args, terms_of(module, version), module.extras, module.working_days)
    quote = form and form.quote()
    expired = queries.uncalibrated(module.resources, day)
    return render_template(
        "catalogue/show.html",
        module=module,
        card=cards.cards(db.session(), [module.id], day)[0],
        version=version,
        coming=queries.coming_prices(module, day),
        form=form,
        quote=quote,
        expired=expired,
        slots=_next_slots(module, now),
        is_test=is_ordered_as_test(db.session(), module.id),
        related=queries.related(db.session(), module, day),
        facts=module_facts(db.session(), module.id, day),
    )


def _next_slots(module: ServiceModule, now: datetime):
    """Return the next times or days a module can be had; none for what has only a promised date."""
    if module.state is ModuleState.PAUSED or module.booking_mode is BookingMode.PROJECT or not module.resources:
        return []
    if module.booking_mode is BookingMode.SLOT:
        return availability.free_slots(db.session(), module.id, now)
    days = availability.free_days(db.session(), module.id, now, days=availability.LOOK_AHEAD_DAYS)
    return [day for day in days if day[1] > 0][:MOST_SLOTS]


@bp.route("/compare")
@public
def compare():
    """Show up to four services beside each other."""
    codes, now = request.args.getlist("code"), clock.now()
    modules = queries.compared(db.session(), codes)
    ids = [module.id for module in modules]
    return render_template(
        "catalogue/compare.html",
        modules=modules,
        cards=cards.cards(db.session(), ids, clock.local_day(now)),
        texts=COMPARED_TEXTS,
        were_more=len(set(codes)) > queries.MOST_COMPARED,
        free=availability.next_free(db.session(), ids, now) if ids else {},
    )


@bp.route("/prices")
@bp.route("/prices/<id:provider_id>")
@public
def price_list(provider_id: int | None = None):
    """Show the price list of every provider, or of one, to print."""
    day = clock.local_day(clock.now())
    provider = queries.provider(db.session(), provider_id) if provider_id is not None else None
    sheets = queries.price_sheets(db.session(), day, provider_id)
    return render_template("catalogue/price_list.html", sheets=sheets, day=day, provider=provider)
