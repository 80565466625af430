"""The pages of the laboratory, by subject."""

from __future__ import annotations

from portal.laboratory import (  # noqa: F401 - registers the pages
    board,
    capability_desk,
    commissions,
    consulting,
    counter,
    ordering,
    report_desk,
    reports,
    review_desk,
    verification,
    worklist,
)
