"""What the pages of the register share: the steps of an application, histories in words, the rooms of the desk."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from portal.current import actor
from portal.i18n import gettext, local_time, money, translate
from services.association.models.register import ApplicationEvent, ApplicationState, MemberEvent, MembershipApplication
from services.association.register_words import APPLICATION_EVENTS, MEMBER_EVENTS, STANDING_NAMES, TIER_NAMES
from services.core.messages import N_
from services.core.money import parse_yuan

S = ApplicationState
PATH = (
    (S.SUBMITTED, N_("First review")),
    (S.PUBLIC_NOTICE, N_("Public notice")),
    (S.COUNCIL, N_("Council")),
    (S.AWAITING_DUES, N_("Dues")),
    (S.ADMITTED, N_("Member")),
)
BAD = frozenset({"refuse", "lapse", "return", "object", "expelled", "lapsed", "payment_reversed"})
GOOD = frozenset({"approve", "admit", "joined", "reinstated", "paid", "waived"})
TOLD = ("receipt", "invoice", "no", "yuan", "year", "from_on", "until_on", "on", "by")


def association_id() -> int:
    """Return the association whose desk this is: the active organisation."""
    return actor().organisation_id or 0


def steps_of(application: MembershipApplication) -> list[tuple[str, str]]:
    """Return the way of an application as steps; none for one that has ended otherwise."""
    places = [state for state, _ in PATH]
    state = S.SUBMITTED if application.state is S.RETURNED else application.state
    if state not in places:
        return []
    here = places.index(state)
    is_over = state is S.ADMITTED
    marks = [
        "done" if place < here or is_over else "current" if place == here else "todo" for place in range(len(PATH))
    ]
    return [(translate(label), mark) for (_, label), mark in zip(PATH, marks, strict=True)]


def history(events: Iterable[ApplicationEvent]) -> list[dict[str, Any]]:
    """Return what happened to an application in words."""
    return [_told(event, APPLICATION_EVENTS) for event in events]


def member_history(events: Iterable[MemberEvent]) -> list[dict[str, Any]]:
    """Return what happened to a membership in words."""
    return [_told(event, MEMBER_EVENTS) for event in events]


def _told(event: ApplicationEvent | MemberEvent, names: dict[str, str]) -> dict[str, Any]:
    parts = [event.reason] if event.reason else []
    if change := _change(event.facts):
        parts.append(change)
    parts += [_fact(name, event.facts[name]) for name in TOLD if event.facts.get(name)]
    tone = "danger" if event.kind in BAD else "success" if event.kind in GOOD else "info"
    return {
        "when_text": local_time(event.at),
        "title": translate(names.get(event.kind, event.kind)),
        "text": " · ".join(parts),
        "tone": tone,
    }


def _fact(name: str, value: Any) -> str:
    return money(parse_yuan(value)) if name == "yuan" else str(value)


def _change(facts: dict[str, Any]) -> str:
    words = {
        **{one.value: name for one, name in STANDING_NAMES.items()},
        **{one.value: name for one, name in TIER_NAMES.items()},
    }
    before, after = facts.get("before"), facts.get("after")
    if before not in words or after not in words:
        return ""
    return gettext("%(before)s → %(after)s", before=translate(words[before]), after=translate(words[after]))
