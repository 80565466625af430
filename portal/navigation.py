"""What the frame of every page shows: who is here, where one can go, and whose portal this is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Flask, request, url_for
from sqlalchemy import func, select

from portal.config import Settings
from portal.current import actor, user
from portal.extensions import db
from portal.i18n import chosen_locale, translate
from services.core.messages import N_
from services.core.notices import Notification
from services.core.permissions import Permission


@dataclass(frozen=True)
class Item:
    """A place to go to."""

    label: str
    url: str
    active: bool
    count: int | None = None


@dataclass(frozen=True)
class Group:
    """Places of one kind on the work bench."""

    label: str
    items: list[Item]


MAIN = (
    (N_("Home"), "home.index", {}),
    (N_("Services"), "catalogue.index", {}),
    (N_("Order tests"), "laboratory.testing", {}),
    (N_("Technology R&D"), "centres.by_type", {"center_type": "rd"}),
    (N_("Product testing"), "centres.by_type", {"center_type": "test"}),
    (N_("Industry information"), "centres.by_type", {"center_type": "info"}),
    (N_("Talent training"), "centres.by_type", {"center_type": "train"}),
    (N_("Supply and demand"), "board.index", {}),
    (N_("Enterprises"), "organisations.directory", {}),
    (N_("Associations"), "association.index", {}),
)

DESK: tuple[tuple[str, tuple[tuple[str, str, Permission | None], ...]], ...] = (
    (
        N_("My work"),
        (
            (N_("Work bench"), "home.bench", None),
            (N_("Messages"), "messages.index", None),
            (N_("My bookings"), "booking.index", Permission.BOOKING_REQUEST),
            (N_("My tests"), "laboratory.commissions", Permission.COMMISSION_READ),
            (N_("My posts"), "board.mine", Permission.POST_WRITE),
            (N_("My training"), "training.mine", None),
            (N_("Training of our people"), "training.employer", Permission.TRAINEE_REGISTER),
            (N_("Bills and payments"), "billing.index", None),
            (N_("My questions to the laboratory"), "laboratory.consultations_index", Permission.COMMISSION_PLACE),
            (N_("My organisation"), "organisations.mine", None),
            (N_("My account"), "accounts.profile", None),
        ),
    ),
    (
        N_("Supply and demand"),
        (
            (N_("Interests"), "board.interests", Permission.INTEREST_SEND),
            (N_("Counterparts of my posts"), "board.matches", Permission.POST_WRITE),
            (N_("My saved searches"), "board.searches", Permission.INTEREST_SEND),
            (N_("Posts to review"), "board.desk", Permission.POST_REVIEW),
            (N_("Figures of the board"), "board.desk_statistics", Permission.STATISTICS_READ),
        ),
    ),
    (
        N_("Centre"),
        (
            (N_("Booking queue"), "booking.queue", Permission.BOOKING_APPROVE),
            (N_("Day sheet"), "booking.day_sheet", Permission.BOOKING_RUN),
            (N_("Week of all resources"), "booking.resource_week", Permission.BOOKING_RUN),
            (N_("Outages"), "booking.outages", Permission.RESOURCE_EDIT),
            (N_("Orders and payments"), "billing.desk", Permission.PAYMENT_RECORD),
            (N_("Service modules"), "catalogue.desk", Permission.MODULE_EDIT),
            (N_("Resources"), "catalogue.resources", Permission.RESOURCE_EDIT),
        ),
    ),
    (
        N_("Laboratory"),
        (
            (N_("Board of the laboratory"), "laboratory.board", Permission.WORKLIST_READ),
            (N_("Commissions"), "laboratory.desk_commissions", Permission.COMMISSION_REVIEW),
            (N_("Questions of firms"), "laboratory.desk_consultations", Permission.COMMISSION_REVIEW),
            (N_("Work lists"), "laboratory.worklist", Permission.WORKLIST_READ),
            (N_("Sample counter"), "laboratory.counter", Permission.SAMPLE_HANDLE),
            (N_("Samples in the store"), "laboratory.samples", Permission.SAMPLE_HANDLE),
            (N_("Reports"), "laboratory.reports", Permission.REPORT_OPEN),
            (N_("Objections"), "laboratory.objections", Permission.OBJECTION_HANDLE),
            (N_("Capability"), "laboratory.capability", Permission.CAPABILITY_EDIT),
            (N_("Standards"), "standards.index", Permission.STANDARD_EDIT),
        ),
    ),
    (
        N_("Training centre"),
        (
            (N_("Training classes"), "training.desk", Permission.CLASS_RUN),
            (N_("My lessons"), "training.teaching", Permission.CLASS_RUN),
            (N_("Subsidy claims"), "training.subsidies", Permission.CLASS_RUN),
            (N_("Subsidy claims submitted"), "training.subsidies_desk", Permission.SUBSIDY_DECIDE),
        ),
    ),
    (
        N_("Association membership"),
        (
            (N_("Member centre"), "association.centre", Permission.MEMBERSHIP_ACT),
            (N_("My membership"), "association.membership", Permission.MEMBERSHIP_ACT),
            (N_("Dues and receipts"), "association.dues", Permission.MEMBERSHIP_ACT),
            (N_("Meetings and votes"), "association.meetings", Permission.MEMBERSHIP_ACT),
            (N_("Complaints and mediation"), "association.cases", Permission.MEMBERSHIP_ACT),
        ),
    ),
    (
        N_("Association desk"),
        (
            (N_("Secretary's desk"), "association.desk", Permission.MEMBER_MANAGE),
            (N_("Membership applications"), "association.desk_applications", Permission.MEMBER_MANAGE),
            (N_("Register of members"), "association.desk_members", Permission.MEMBER_MANAGE),
            (N_("Dues of members"), "association.desk_dues", Permission.DUES_MANAGE),
            (N_("Bank statements"), "association.desk_bank", Permission.DUES_MANAGE),
            (N_("Dues tables"), "association.desk_tables", Permission.DUES_MANAGE),
            (N_("Charter"), "association.desk_charter", Permission.MEMBER_MANAGE),
            (N_("Council and offices"), "association.desk_council", Permission.MEMBER_MANAGE),
            (N_("Figures of the association"), "association.desk_statistics", Permission.MEMBER_MANAGE),
            (N_("Meetings of the association"), "association.desk_meetings", Permission.MEETING_RUN),
            (N_("Cases of the association"), "association.desk_cases", Permission.CASE_HANDLE),
            (N_("Notices and documents"), "association.desk_notices", Permission.MEMBER_MANAGE),
            (N_("Letters to members"), "association.desk_mailing", Permission.MEMBER_MANAGE),
            (N_("Self-discipline pact"), "association.desk_pact", Permission.MEMBER_MANAGE),
            (N_("Supervision of associations"), "association.supervision", Permission.ASSOCIATION_SUPERVISE),
        ),
    ),
    (
        N_("Platform"),
        (
            (N_("Verification"), "organisations.verifications", Permission.ORGANISATION_VERIFY),
            (N_("Publication of services"), "catalogue.publication", Permission.MODULE_PUBLISH),
            (N_("People"), "admin.people", Permission.PERSON_MANAGE),
            (N_("Working-day calendar"), "admin.calendar", Permission.CALENDAR_EDIT),
            (N_("Synonyms"), "search.synonyms", Permission.SYNONYM_EDIT),
            (N_("Search index"), "search.state", Permission.INDEX_MANAGE),
            (N_("Outbox"), "admin.outbox", Permission.OUTBOX_MANAGE),
            (N_("Audit log"), "admin.audit", Permission.AUDIT_READ),
            (N_("Settings"), "admin.settings", Permission.SETTING_EDIT),
        ),
    ),
)


SHOW_QUERY = {"catalogue.index", "search.index"}


def main_navigation() -> list[Item]:
    """Return the deep-blue navigation."""
    return [_item(label, endpoint, **values) for label, endpoint, values in MAIN]


def desk_navigation() -> list[Group]:
    """Return the side navigation of the work bench: what this person may open."""
    who = actor()
    groups = []
    for label, entries in DESK:
        items = [_item(text, endpoint) for text, endpoint, right in entries if right is None or who.may(right)]
        if items:
            groups.append(Group(translate(label), items))
    return groups


def _item(label: str, endpoint: str, **values: str) -> Item:
    url = url_for(endpoint, **values)
    return Item(translate(label), url, request.endpoint == endpoint and request.path == url)


def unread(person_id: int) -> int:
    """Return how many messages this person has not read."""
    count = select(func.count()).where(Notification.person_id == person_id, Notification.read_at.is_(None))
    return db.session.scalar(count) or 0


def _visitor() -> dict[str, Any] | None:
    who = user()
    if who is None:
        return None
    return {
        "name": who.person.name,
        "organisation_name": who.organisation.label if who.organisation else None,
        "can_switch": len(who.organisations) > 1,
        "unread": unread(who.person.id),
        "bench_url": url_for("home.bench"),
    }


def _other_locale() -> dict[str, str]:
    code, label = ("en", "English") if chosen_locale() != "en" else ("zh_Hans_CN", "中文")
    here = request.full_path.rstrip("?") if request.method == "GET" else None
    return {"label": label, "url": url_for("home.language", code=code, next=here)}


def _links() -> dict[str, str]:
    return {
        "home": url_for("home.index"),
        "sign_in": url_for("accounts.sign_in"),
        "register": url_for("accounts.register"),
        "sign_out": url_for("accounts.sign_out"),
        "switch_organisation": url_for("organisations.switch"),
        "messages": url_for("messages.index"),
        "bench": url_for("home.bench"),
        "large_text": url_for("home.large_text"),
        "help": url_for("home.guide"),
        "price_list": url_for("catalogue.price_list"),
        "verify": url_for("laboratory.verify"),
        "verify_certificate": url_for("training.verify"),
        "demo_letters": url_for("home.letters"),
    }


def init_app(app: Flask, settings: Settings) -> None:
    """Give the frame to every template; error pages do without it."""
    app.jinja_env.globals["site"] = {
        "name": settings.site_name,
        "operator_name": settings.shown_operator(),
        "operator_phone": settings.operator_phone,
        "operator_address": settings.operator_address,
        "record_number": settings.record_number,
        "demo": settings.demo,
    }
    app.jinja_env.globals["site_name"] = settings.site_name

    @app.context_processor
    def _frame() -> dict[str, Any]:
        return {
            "page_lang": "en" if chosen_locale() == "en" else "zh-Hans-CN",
            "large_text": request.cookies.get("large_text") == "1",
            "nav": main_navigation(),
            "desk_nav": desk_navigation() if user() else [],
            "visitor": _visitor(),
            "other_locale": _other_locale(),
            "links": _links(),
            "search_url": url_for("search.index"),
            "query": request.args.get("q", "") if request.endpoint in SHOW_QUERY else "",
        }
