"""Registers the pages of the association."""

from __future__ import annotations

from portal.association import (  # noqa: F401 - registers the pages
    bank_desk,
    case_desk,
    cases,
    centre,
    charter_desk,
    dues_desk,
    front,
    joining,
    mailing_desk,
    meeting_desk,
    meetings,
    members_desk,
    mine,
    minutes,
    motion_desk,
    notice_desk,
    notices,
    pact,
    proposals,
    proxies,
    register_desk,
    statistics,
    supervision,
    tables_desk,
    voting,
)
