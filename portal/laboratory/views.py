"""The pages of the laboratory, by subject."""

from __future__ import annotations

from portal.laboratory import (  # noqa: F401 - registers the pages
    answering,
    behalf,
    board,
    capability_desk,
    commissions,
    consulting,
    counter,
    deviations,
    names,
    ordering,
    overseeing_desk,
    quoting_desk,
    report_desk,
    reports,
    review_desk,
    samples,
    verification,
    worklist,
)
