"""What has happened to a module or resource, from the audit log, as its owner reads it."""

from __future__ import annotations

from collections.abc import Iterable

from portal.forms import PortalForm
from portal.i18n import gettext, local_time, translate
from services.core.audit import AuditEntry
from services.core.messages import N_

TITLES: dict[str, tuple[str, str]] = {
    "module.created": (N_("Entered"), "neutral"),
    "module.edited": (N_("Changed"), "neutral"),
    "module.submit": (N_("Submitted for publication"), "info"),
    "module.take_back": (N_("Taken back"), "neutral"),
    "module.send_back": (N_("Sent back by the platform"), "warning"),
    "module.publish": (N_("Published"), "success"),
    "module.pause": (N_("Paused"), "warning"),
    "module.resume": (N_("Resumed"), "success"),
    "module.withdraw": (N_("Withdrawn"), "danger"),
    "module.revive": (N_("Made a draft again"), "neutral"),
    "resource.created": (N_("Entered"), "neutral"),
    "resource.edited": (N_("Changed"), "neutral"),
    "resource.capacity": (N_("Capacity changed"), "neutral"),
    "resource.state_changed": (N_("State changed"), "warning"),
    "resource.hours_set": (N_("Weekly hours changed"), "neutral"),
    "resource.hours_removed": (N_("Weekly hours removed"), "neutral"),
    "resource.exception_set": (N_("Exception entered"), "neutral"),
    "resource.exception_removed": (N_("Exception removed"), "neutral"),
}


def timeline_of(entries: Iterable[AuditEntry], form: type[PortalForm]) -> list[dict[str, str]]:
    """Return the entries for the timeline component; ``form`` knows what the changed fields are called."""
    return [_line(entry, form) for entry in entries]


def _line(entry: AuditEntry, form: type[PortalForm]) -> dict[str, str]:
    title, tone = TITLES.get(entry.kind, (N_("Changed"), "neutral"))
    parts = [entry.person_name, str(entry.facts.get("reason") or ""), _fields(entry, form)]
    text = " · ".join(part for part in parts if part)
    return {"when_text": local_time(entry.at), "title": translate(title), "text": text, "tone": tone}


def _fields(entry: AuditEntry, form: type[PortalForm]) -> str:
    changed = entry.facts.get("changed")
    if not changed:
        return ""
    labels = [_label(form, name) for name in changed]
    return gettext("Fields: %(names)s", names="、".join(label for label in labels if label))


def _label(form: type[PortalForm], name: str) -> str:
    if name == "resources":
        return gettext("Resources used")
    field = getattr(form, name, None)
    return translate(field.args[0]) if field is not None else ""
