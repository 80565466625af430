"""Pages of the providers: one, those of one kind of centre, and those of one cluster."""

from __future__ import annotations

from flask import abort, render_template

from portal.access import public
from portal.centres import bp
from portal.extensions import db
from portal.paging import paged
from services.catalogue import queries
from services.catalogue.cards import Card
from services.catalogue.models import CenterType
from services.core import clock
from services.core.messages import N_
from services.training.queries.browsing import coming
from services.training.rules.standing import standing_of

MOST_CLASSES = 8

INTRODUCTIONS: dict[CenterType, str] = {
    CenterType.RD: N_("Equipment by the hour, trial production, design and problem-solving with engineers."),
    CenterType.TEST: N_("Tests and test packages with a stated price, number of days and recognition of the report."),
    CenterType.INFO: N_("Policies, standards, market prices, patents and help with selling and exporting."),
    CenterType.TRAIN: N_("Courses, examinations and rooms for the people who work in the cluster."),
}


@bp.route("/<id:provider_id>")
@public
def show(provider_id: int):
    """Show a provider: where it is, when it is open, what it has and what it offers."""
    now = clock.now()
    day = clock.local_day(now)
    provider = queries.provider(db.session(), provider_id)
    page = paged(queries.provider_cards(provider.id, day), scalars=False)
    return render_template(
        "centres/show.html",
        provider=provider,
        page=page,
        cards=[Card(*row) for row in page.items],
        resources=queries.resources_shown(db.session(), provider.id),
        day=day,
        classes=coming(db.session(), now, provider_id=provider.id, most=MOST_CLASSES),
        standing=lambda one: standing_of(one, now),
    )


@bp.route("/type/<center_type>")
@public
def by_type(center_type: str):
    """Show the centres of one of the four kinds, in every cluster."""
    if center_type not in set(CenterType):
        abort(404)
    kind = CenterType(center_type)
    providers = queries.providers(db.session(), center_type=kind)
    counts, now = queries.module_counts(db.session(), [provider.id for provider in providers]), clock.now()
    return render_template(
        "centres/by_type.html",
        kind=kind,
        introduction=INTRODUCTIONS[kind],
        providers=providers,
        counts=counts,
        classes=coming(db.session(), now, most=MOST_CLASSES) if kind is CenterType.TRAIN else [],
        standing=lambda one: standing_of(one, now),
    )


@bp.route("/clusters/<key>")
@public
def cluster(key: str):
    """Show a cluster: what the source says of it, and who serves it."""
    found = queries.cluster(db.session(), key)
    providers = queries.providers(db.session(), cluster_id=found.id)
    counts = queries.module_counts(db.session(), [provider.id for provider in providers])
    return render_template(
        "centres/cluster.html",
        cluster=found,
        providers=providers,
        counts=counts,
        clusters=queries.clusters(db.session()),
    )
