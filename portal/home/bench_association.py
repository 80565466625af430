"""What waits on the bench for members of an association and for its secretariat."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from flask import url_for

from portal.current import actor
from portal.extensions import db
from portal.home.bench_laboratory import Duty
from portal.i18n import translate
from services.association.queries import duties
from services.association.queries.cases import desk_counts
from services.association.queries.duties import Waits
from services.association.queries.figures import open_dues_of_firm, returned_of_firm, waiting
from services.core import clock
from services.core.actor import Actor
from services.core.messages import N_
from services.core.permissions import Permission


def association_duties(now: datetime) -> Iterator[Duty]:
    """Yield what waits: votes, dues and notices of one's own firm, the secretariat's rooms."""
    who, today = actor(), clock.local_day(now)
    yield _since(N_("Votes to cast"), duties.open_votes(db.session(), who.person_id, now), "association.meetings")
    yield _since(N_("Meetings to answer"), duties.unanswered_calls(db.session(), who.person_id), "association.meetings")
    if who.organisation_id is None:
        return
    if who.may(Permission.MEMBERSHIP_ACT):
        yield from _member_duties(who, today)
    if who.may(Permission.MEMBER_MANAGE):
        yield from _register_duties(who.organisation_id, today)
    if who.may(Permission.MEETING_RUN):
        found = duties.meeting_desk(db.session(), who.organisation_id)
        yield _duty(N_("Motions for an agenda"), found.motions, "association.desk_motions")
        yield _duty(N_("Challenges to answer"), found.challenges, "association.desk_meetings")
    if who.may(Permission.CASE_HANDLE):
        cases = desk_counts(db.session(), who, today)
        yield _duty(N_("Complaints to look at"), cases["submitted"], "association.desk_cases", list="submitted")
        yield _duty(N_("Overdue cases"), cases["overdue"], "association.desk_cases", is_late=True, list="overdue")


def _member_duties(who: Actor, today: date) -> Iterator[Duty]:
    firm_id = who.organisation_id or 0
    count, is_late = open_dues_of_firm(db.session(), firm_id, today)
    yield _duty(N_("Dues to be paid"), count, "association.dues", is_late=is_late)
    yield _duty(N_("Applications to complete"), returned_of_firm(db.session(), firm_id), "association.membership")
    notices = duties.unconfirmed_notices(db.session(), who, today)
    yield _since(N_("Notices to confirm"), notices, "association.notices")


def _register_duties(association_id: int, today: date) -> Iterator[Duty]:
    found = waiting(db.session(), association_id, today)
    yield _duty(N_("Applications to review"), found.to_review, "association.desk_applications", state="submitted")
    yield _duty(N_("Objections to answer"), found.objections, "association.desk_applications", state="public_notice")
    yield _duty(N_("Late dues"), found.late_dues, "association.desk_arrears", is_late=True)
    yield _duty(N_("Bank lines to be booked"), found.bank_lines, "association.desk_bank")
    yield _duty(N_("Members that ask to leave"), found.exits, "association.desk_members", leaving="1")


def _duty(label: str, count: int, endpoint: str, *, is_late: bool = False, **values: str) -> Duty:
    return Duty(translate(label), count, url_for(endpoint, **values), None, is_late)


def _since(label: str, waits: Waits, endpoint: str) -> Duty:
    return Duty(translate(label), waits.count, url_for(endpoint), waits.since)
