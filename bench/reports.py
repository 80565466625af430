"""How long the PDF of a test report takes: typeset alone, and typeset and signed as it is issued."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

from bench.measure import Duration, median_ms
from services.core import clock
from services.documents.rendering import typeset
from services.documents.reports import TEMPLATE, issued_document, page_data
from services.laboratory.models.commissions import ReportLanguage
from services.laboratory.operations.reporting import to_sign
from tests.factories.laboratory import Laboratory
from tests.factories.reports import BASE, make_checked, reviewed

ROUNDS = 15
_numbers = count(1)
LANGUAGES = {"Chinese": ReportLanguage.CHINESE, "both languages": ReportLanguage.BOTH}


def measure(lab: Laboratory, instance: Path) -> Iterator[Duration]:
    """Yield the medians for a report of three samples and four items, in Chinese and in both languages."""
    for name, language in LANGUAGES.items():
        contents = contents_in(lab, language)
        lines = sum(len(group["lines"]) for group in contents["groups"])
        now, label = clock.now(), f"report PDF of {lines} lines in {name}"

        def typeset_it(report: dict[str, Any], now: datetime = now) -> bytes:
            return typeset(TEMPLATE, page_data(report, BASE), created_at=now)

        def issue_it(report: dict[str, Any], now: datetime = now) -> bytes:
            return issued_document(report, BASE, instance, now)

        for what, act in (("typeset", typeset_it), ("typeset and signed", issue_it)):
            others = (another(contents) for _ in range(ROUNDS + 1))
            took = median_ms(lambda act=act, others=others: act(next(others)), ROUNDS)
            yield Duration(f"{label}, {what}", took, size_kb=len(act(contents)) / 1024)


def another(contents: dict[str, Any]) -> dict[str, Any]:
    """Return the contents of another report: typst remembers what it has set before, so numbers and results differ."""
    number = next(_numbers)
    report: dict[str, Any] = json.loads(
        json.dumps(contents).replace(contents["commission_no"], f"JC-BENCH-{number:06d}")
    )
    for place, line in enumerate(line for group in report["groups"] for line in group["lines"]):
        line["result"] = f"{number}.{place:02d}"
    return report


def contents_in(lab: Laboratory, language: ReportLanguage) -> dict[str, Any]:
    """Return what a reviewed report of twelve lines prints for its signatory."""
    items = (lab.stress, lab.lead, lab.fastness, lab.adhesion)
    report = reviewed(lab, make_checked(lab, items=items, samples=3, report_language=language))
    return to_sign(lab.work(lab.signatory), report.id)
