"""Brings the pages of the platform's staff together, one file for each subject."""

from portal.admin import audit, calendar, outbox, people, settings

__all__ = ["audit", "calendar", "outbox", "people", "settings"]
