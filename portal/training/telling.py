"""What people read of a registration: how it stands, what comes next, and what has happened, in plain words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from flask import url_for

from portal.components import word
from portal.i18n import gettext, local_time, money, ngettext, translate
from services.training.models.registrations import Registration, RegistrationEvent, RegistrationState
from services.training.operations.charging import RefundTerms
from services.training.queries.mine import Outcome, Place
from services.training.rules.histories import EVENT_NAMES
from services.training.rules.promotion import OFFER_HOURS

S = RegistrationState
TONES = {
    S.PENDING: "info",
    S.AWAITING_PAYMENT: "warning",
    S.CONFIRMED: "success",
    S.WAITLISTED: "info",
    S.OFFERED: "warning",
    S.COMPLETED: "success",
    S.NO_SHOW: "warning",
    S.NOT_COMPLETED: "warning",
    S.REFUND_DUE: "warning",
}


@dataclass(frozen=True)
class Next:
    """What to do or to wait for: a sentence, more of it, and where it is done."""

    text: str
    tone: str
    more: str = ""
    label: str = ""
    url: str = ""


def next_of(registration: Registration, place: Place | None, first_lesson: datetime | None, now: datetime) -> Next:
    """Return what comes next for whoever registered."""
    tone = TONES.get(registration.state, "info")
    if registration.state is S.WAITLISTED and place is not None:
        return _waiting(registration, place, tone)
    if registration.state is S.AWAITING_PAYMENT:
        return _to_pay(registration, tone, now)
    if registration.state is S.OFFERED:
        text = gettext("A seat is free for you. Please accept or decline it %(until)s.", until=until(registration, now))
        return Next(text, tone, gettext("Without an answer it goes to the next on the list."))
    if registration.state is S.CONFIRMED and first_lesson is not None and first_lesson > now:
        text = gettext("Your seat is certain. The first lesson begins at %(when)s.", when=local_time(first_lesson))
        return Next(text, tone, registration.training_class.place)
    return Next(_SENTENCES[registration.state](), tone, registration.state_reason)


def _waiting(registration: Registration, place: Place, tone: str) -> Next:
    text = gettext(
        "You are number %(number)s of %(waiting)s on the waiting list.", number=place.number, waiting=place.waiting
    )
    rule = gettext(
        "When a seat becomes free, you are offered it by message and letter, and have %(hours)s hours to answer.",
        hours=OFFER_HOURS,
    )
    return Next(text, tone, why_passed_over(registration, place) or rule)


def _to_pay(registration: Registration, tone: str, now: datetime) -> Next:
    text = gettext("Your seat is kept for you. Please pay %(until)s.", until=until(registration, now))
    address = url_for("billing.show", order_id=registration.order_id) if registration.order_id else ""
    return Next(
        text, tone, gettext("After that it goes to whoever waits."), gettext("See the bill") if address else "", address
    )


def until(registration: Registration, now: datetime) -> str:
    """Return the deadline of a registration with the time that is left."""
    if registration.expires_at is None:
        return ""
    left = max(registration.expires_at - now, timedelta(0))
    hours = int(left.total_seconds() // 3600)
    rest = ngettext("%(num)d hour left", "%(num)d hours left", hours) if hours else gettext("less than an hour left")
    return gettext("by %(time)s (%(rest)s)", time=local_time(registration.expires_at), rest=rest)


def why_passed_over(registration: Registration, place: Place | None) -> str:
    """Return why the last free seat went to somebody behind; empty when it did not."""
    if not registration.skipped_reason or place is None or not place.passed_over:
        return ""
    return translate(registration.skipped_reason, **place.passed_over)


_SENTENCES = {
    S.PENDING: lambda: gettext("The centre looks at your registration. Your seat is kept meanwhile."),
    S.AWAITING_PAYMENT: lambda: gettext("Your seat is kept for you until it is paid."),
    S.CONFIRMED: lambda: gettext("Your seat is certain."),
    S.WAITLISTED: lambda: gettext("You are on the waiting list."),
    S.OFFERED: lambda: gettext("A seat is free for you."),
    S.REJECTED: lambda: gettext("The centre did not accept this registration."),
    S.EXPIRED: lambda: gettext(
        "The fee did not arrive in time, so the seat is free again. You may register once more."
    ),
    S.REFUND_DUE: lambda: gettext("The fee came after the last seat was given. It will be refunded."),
    S.WITHDRAWN: lambda: gettext("This registration has been withdrawn."),
    S.LAPSED: lambda: gettext("The offered seat was not taken up in time. You may register once more."),
    S.CANCELLED: lambda: gettext("This registration ended with the class. What was paid is refunded."),
    S.NO_SHOW: lambda: gettext("You did not come to this class."),
    S.COMPLETED: lambda: gettext("You have completed this course."),
    S.NOT_COMPLETED: lambda: gettext("This course was not completed."),
}


def timeline_of(events: Iterable[RegistrationEvent]) -> list[dict[str, str]]:
    """Return the history of a registration as lines; kinds that are for staff alone are left out."""
    return [_line(event) for event in events if event.kind in EVENT_NAMES]


def _line(event: RegistrationEvent) -> dict[str, str]:
    waits = event.kind == "register" and event.facts.get("place") is not None
    name, tone = EVENT_NAMES["register_waiting" if waits else event.kind]
    title = translate(name, **{"place": ""} | event.facts) if waits else translate(name)
    return {"when_text": local_time(event.at), "title": title, "text": event.reason, "tone": tone}


def percent(share: Fraction | None) -> str:
    """Return a share as whole per cent; empty for none."""
    return "" if share is None else f"{int(share * 100)}%"


def scores_text(outcome: Outcome) -> str:
    """Return the best scores of an examination on one line."""
    return "，".join(f"{word(part)} {score}" for part, score in outcome.scores.items())


def refund_text(terms: RefundTerms) -> str:
    """Return what withdrawing does to the money, before it is done."""
    if terms.refund_fen and terms.kept_fen:
        return gettext(
            "You get back %(refund)s of what was paid; %(kept)s of the fee are kept.",
            refund=money(terms.refund_fen),
            kept=money(terms.kept_fen),
        )
    if terms.refund_fen:
        return gettext("You get back all that was paid: %(refund)s.", refund=money(terms.refund_fen))
    if terms.kept_fen:
        return gettext("Nothing comes back: %(kept)s of the fee stay owed.", kept=money(terms.kept_fen))
    return gettext("Nothing is owed and nothing comes back.")
