"""Registers the pages of the training."""

from __future__ import annotations

from portal.training import (  # noqa: F401 - registers the pages
    calendar,
    catalogue,
    certificates,
    classes,
    desk_classes,
    desk_courses,
    desk_decision,
    desk_filing,
    desk_registrations,
    desk_statistics,
    desk_timetable,
    employer,
    evidence,
    feeds,
    groups,
    marks,
    mine,
    offers,
    registering,
    registrations,
    roll,
    satisfaction,
    signing,
    subsidies,
    verification,
)
