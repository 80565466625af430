"""The work bench: what waits for this person, each line with its list, and the bookings that come next."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from flask import render_template, url_for

from portal.access import signed_in
from portal.current import actor, organisation, person
from portal.extensions import db
from portal.home import bp
from portal.home.bench_association import association_duties
from portal.home.bench_board import board_duties
from portal.home.bench_laboratory import Duty, laboratory_duties
from portal.home.bench_training import training_duties
from portal.i18n import translate
from portal.navigation import unread
from services.booking.desk_queries import waiting_for_centre
from services.booking.queries import next_bookings, waiting_for_firm
from services.catalogue.desk_queries import submitted_count
from services.core import clock
from services.core.messages import N_
from services.core.outbox import parked_count
from services.core.permissions import Permission
from services.organisations.waiting import claims_waiting, joins_waiting, verifications_waiting


@bp.route("/bench")
@signed_in
def bench():
    """Show what waits, oldest first, for the active organisation's role."""
    who, now = actor(), clock.now()
    active = organisation()
    books = who.may(Permission.BOOKING_REQUEST) and active is not None
    duties = [duty for duty in _duties(now) if duty.count]
    duties.sort(key=lambda duty: (not duty.is_late, duty.since is None, duty.since))
    return render_template(
        "home/bench.html",
        person=person(),
        organisation=active,
        duties=duties,
        waiting=waiting_for_firm(db.session, active.id, now) if books else [],
        coming=next_bookings(db.session, active.id, now) if books else [],
        books=books,
        now=now,
    )


def _duties(now: datetime) -> Iterator[Duty]:
    who = actor()
    yield _duty(N_("Unread messages"), unread(who.person_id or 0), "messages.index")
    if who.organisation_id is not None and who.may(Permission.ORGANISATION_STAFF):
        yield _duty(
            N_("People who want to join"), joins_waiting(db.session, who.organisation_id), "organisations.people"
        )
    if who.may(Permission.BOOKING_APPROVE):
        yield from _centre_duties(now)
    yield from laboratory_duties(now)
    yield from board_duties()
    yield from training_duties(now)
    yield from association_duties(now)
    if who.may(Permission.ORGANISATION_VERIFY):
        count, since = verifications_waiting(db.session(), who)
        yield _duty(N_("Organisations to verify"), count, "organisations.verifications", since)
    if who.may(Permission.PERSON_MANAGE):
        yield _duty(N_("Claims of organisations"), claims_waiting(db.session()), "organisations.claims")
    if who.may(Permission.MODULE_PUBLISH):
        count, since = submitted_count(db.session)
        yield _duty(N_("Services to publish"), count, "catalogue.publication", since)
    if who.may(Permission.OUTBOX_MANAGE):
        yield _duty(N_("Parked tasks of the outbox"), parked_count(db.session), "admin.outbox")


def _centre_duties(now: datetime) -> Iterator[Duty]:
    waiting = waiting_for_centre(db.session, actor().organisation_id, now)
    late = waiting.late_requests > 0
    yield _duty(N_("Requests to confirm"), waiting.requests, "booking.queue", waiting.oldest_request_at, is_late=late)
    yield _duty(N_("Bookings to rearrange"), waiting.displaced, "booking.queue", waiting.oldest_displaced_at)
    yield _duty(N_("Bookings of today"), waiting.today, "booking.day_sheet")
    if actor().may(Permission.PAYMENT_RECORD):
        yield _duty(N_("Unpaid orders"), waiting.unpaid, "booking.payments")
        yield _duty(N_("Refunds due"), waiting.refunds_due, "booking.payments")
    if actor().may(Permission.RESOURCE_EDIT):
        yield _duty(N_("Calibrations due within 30 days"), waiting.calibration_due, "catalogue.resources")


def _duty(label: str, count: int, endpoint: str, since: datetime | None = None, *, is_late: bool = False) -> Duty:
    return Duty(translate(label), count, url_for(endpoint), since, is_late)
