"""What waits on the work bench because of the training: for workers, their firms, training centres and the department."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from flask import url_for
from sqlalchemy import ColumnElement

from portal.current import actor
from portal.extensions import db
from portal.home.bench_laboratory import Duty
from portal.i18n import translate
from services.core import clock
from services.core.messages import N_
from services.core.permissions import Permission
from services.training.models.registrations import Registration, RegistrationState
from services.training.queries import waiting
from services.training.queries.employer import expiring_soon
from services.training.queries.mine import own

OWN = {
    RegistrationState.OFFERED: N_("Seats offered to me, to be answered"),
    RegistrationState.AWAITING_PAYMENT: N_("My courses to be paid"),
}
OF_FIRM = {
    RegistrationState.OFFERED: N_("Seats offered to our people, to be answered"),
    RegistrationState.AWAITING_PAYMENT: N_("Courses of our people to be paid"),
}


def training_duties(now: datetime) -> Iterator[Duty]:
    """Yield what waits for this person because of the training."""
    who, session = actor(), db.session()
    yield from _registrations(own(who.person_id or 0), OWN, url_for("training.mine", tab="coming"))
    if who.may(Permission.TRAINEE_REGISTER) and who.organisation_id is not None:
        firm = Registration.organisation_id == who.organisation_id
        yield from _registrations(firm, OF_FIRM, url_for("training.employer", show="coming"))
        count = expiring_soon(session, who.organisation_id, clock.local_day(now))
        label = N_("Certificates of our people that end within 90 days")
        yield Duty(translate(label), count, url_for("training.employer", show="soon"))
    if who.may(Permission.CLASS_RUN):
        yield from _centre_duties(now)
    if who.may(Permission.SUBSIDY_DECIDE):
        label = N_("Subsidy claims to decide")
        yield Duty(translate(label), waiting.claims_submitted(session, who), url_for("training.subsidies_desk"))


def _registrations(whose: ColumnElement[bool], labels: dict[RegistrationState, str], address: str) -> Iterator[Duty]:
    for state, found in waiting.to_answer_and_pay(db.session(), whose).items():
        yield Duty(translate(labels[state]), found.count, address, found.since)


def _centre_duties(now: datetime) -> Iterator[Duty]:
    session, who = db.session(), actor()
    checks, decisions = waiting.to_check(session, who.organisation_id), waiting.to_decide(session, who.organisation_id)
    desk = url_for("training.desk")
    yield Duty(translate(N_("Registrations to check")), checks.count, desk, checks.since)
    label = N_("Classes with too few people, to be decided")
    yield Duty(translate(label), decisions.count, desk, decisions.since, is_late=True)
    today = clock.local_day(now)
    lessons = waiting.to_teach(session, who.person_id, clock.at(today, 0), clock.at(today, 1440))
    yield Duty(translate(N_("My lessons of today")), lessons, url_for("training.teaching"))
