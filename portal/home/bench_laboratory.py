"""What waits on the work bench because of tests: for firms, and for each of the five roles of a laboratory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from flask import url_for

from portal.current import actor
from portal.extensions import db
from portal.i18n import translate
from services.core import clock
from services.core.messages import N_
from services.core.permissions import Permission
from services.laboratory.models.commissions import CommissionState
from services.laboratory.queries import board, consultations, desk, reports, samples, worklists


@dataclass(frozen=True)
class Duty:
    """Something that waits: how much, since when, and where it is done."""

    label: str
    count: int
    url: str
    since: datetime | None = None
    is_late: bool = False


CLIENT_DUTIES: tuple[tuple[CommissionState, str], ...] = (
    (CommissionState.NEED_INFO, N_("Questions of the laboratory to answer")),
    (CommissionState.QUOTED, N_("Quotations to confirm")),
    (CommissionState.CLIENT_CONFIRM, N_("Deviations of samples to decide")),
    (CommissionState.AWAIT_PAYMENT, N_("Tests to pay")),
    (CommissionState.AWAIT_SAMPLE, N_("Samples to send")),
    (CommissionState.ISSUED, N_("Reports to fetch")),
)
"""What a firm has to do about its tests, by the state in which the commission waits for it."""


def laboratory_duties(now: datetime) -> Iterator[Duty]:
    """Yield what waits for this person because of tests."""
    who, today = actor(), clock.local_day(now)
    if who.may(Permission.COMMISSION_PLACE) and who.organisation_id is not None:
        yield from _client_duties(who.organisation_id)
    if who.may(Permission.COMMISSION_REVIEW):
        yield from _clerk_duties(today)
    if who.may(Permission.WORKLIST_READ):
        yield from _test_duties()
        yield from _report_duties()
    if who.may(Permission.CAPABILITY_EDIT):
        count = len(board.expiring(db.session(), who.organisation_id, today))
        yield _duty(N_("Calibrations and certificates about to expire"), count, "laboratory.board")


def _client_duties(organisation_id: int) -> Iterator[Duty]:
    waiting = desk.waiting_for_client(db.session(), organisation_id)
    for state, label in CLIENT_DUTIES:
        count, since = waiting.get(state, (0, None))
        yield _duty(label, count, "laboratory.commissions", since=since)


def _clerk_duties(today: date) -> Iterator[Duty]:
    session, provider_id = db.session(), actor().organisation_id
    for name, label in (
        ("review", N_("Commissions to review")),
        ("receive", N_("Commissions whose samples are awaited")),
        ("overdue", N_("Overdue commissions")),
    ):
        count, since = desk.oldest_in(session, provider_id, name, today)
        yield _duty(label, count, "laboratory.desk_commissions", since=since, is_late=name == "overdue", show=name)
    count, since = consultations.waiting(session, provider_id)
    yield _duty(N_("Questions of firms to answer"), count, "laboratory.desk_consultations", since=since)
    due = samples.counts(session, provider_id, today)["due"]
    yield _duty(N_("Samples due for return or disposal"), due, "laboratory.samples", show="due")


def _test_duties() -> Iterator[Duty]:
    who = actor()
    counts = worklists.counts(db.session(), who.organisation_id, who.person_id)
    if who.may(Permission.RESULT_ENTER):
        yield _duty(N_("Tests assigned to me"), counts["mine"], "laboratory.worklist", show="mine")
        yield _duty(N_("Tests of nobody yet"), counts["unassigned"], "laboratory.worklist", show="unassigned")
    if who.may(Permission.RESULT_CHECK):
        yield _duty(N_("Results to check"), counts["checks"], "laboratory.worklist", show="checks")


def _report_duties() -> Iterator[Duty]:
    who = actor()
    waiting = reports.waiting(db.session(), who.organisation_id)
    if who.may(Permission.REPORT_PREPARE):
        yield _duty(N_("Reports to prepare"), waiting.prepare + waiting.draft, "laboratory.reports")
    if who.may(Permission.REPORT_REVIEW):
        yield _duty(N_("Reports to review"), waiting.review, "laboratory.reports", show="review")
    if who.may(Permission.REPORT_ISSUE):
        yield _duty(N_("Reports to sign"), waiting.sign, "laboratory.reports", show="sign")
    if who.may(Permission.OBJECTION_HANDLE):
        yield _duty(N_("Objections to answer"), waiting.objections, "laboratory.objections")


def _duty(
    label: str, count: int, endpoint: str, *, since: datetime | None = None, is_late: bool = False, **values: str
) -> Duty:
    return Duty(translate(label), count, url_for(endpoint, **values), since, is_late)
