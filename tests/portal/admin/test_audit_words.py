"""Every kind of audit entry that a service writes has its word on the page of the log."""

import ast
from collections.abc import Iterable, Iterator
from itertools import product

import pytest

from portal.admin.audit_words import WORDS
from portal.admin.meeting_words import MEETING_WORDS
from portal.admin.register_words import REGISTER_WORDS
from services.association.models.meetings import ChallengeState, ProxyState
from services.association.models.register import Ending
from services.association.rules.cases import STEPS as CASE_STEPS
from services.association.rules.joining import STEPS as APPLICATION_STEPS
from services.association.rules.motions import MEETING_STEPS, MOTION_STEPS
from services.billing.models import InvoiceState, QuotationState
from services.board.rules.states import INTEREST_STEPS, POST_STEPS
from services.booking.rules import TRANSITIONS
from services.catalogue.operations.states import STEPS
from services.laboratory.rules.consulting import CONSULTATION_STEPS
from services.laboratory.rules.states import (
    COMMISSION_STEPS,
    LINE_STEPS,
    OBJECTION_STEPS,
    REPORT_STEPS,
    SAMPLE_STEPS,
)
from services.organisations.models import JoinKind, JoinState
from services.training.models.outcomes import ClaimState
from services.training.rules.states import CLASS_STEPS, REGISTRATION_STEPS
from tests.rules.python_rules import ROOT, called, python_files

WRITTEN: dict[str, Iterable[tuple[str, ...]]] = {
    "application.{}": product(APPLICATION_STEPS),
    "member.{}": product(Ending),
    "booking.{}": product(TRANSITIONS),
    "case.{}": product(CASE_STEPS),
    "class.{}": product(CLASS_STEPS),
    "challenge.{}": product(set(ChallengeState) - {ChallengeState.OPEN}),
    "commission.{}": product(COMMISSION_STEPS),
    "consultation.{}": product(CONSULTATION_STEPS),
    "interest.{}": product(INTEREST_STEPS),
    "invoice.{}": product(set(InvoiceState) - {InvoiceState.ASKED}),
    "meeting.{}": product(MEETING_STEPS),
    "module.{}": product(STEPS),
    "motion.{}": product(set(MOTION_STEPS)),
    "objection.{}": product(OBJECTION_STEPS),
    "organisation.{}_asked": product(JoinKind),
    "organisation.{}_{}": product(JoinKind, set(JoinState) - {JoinState.WAITING}),
    "post.{}": product(POST_STEPS),
    "proxy.{}": product(set(ProxyState) - {ProxyState.FILED}),
    "quotation.{}": product(QuotationState),
    "registration.{}": product(REGISTRATION_STEPS),
    "report.{}": product(REPORT_STEPS),
    "sample.{}": product(SAMPLE_STEPS),
    "sanction.{}": product(("expire", "in_force", "lift", "not_carried", "to_meeting")),
    "subsidy_claim.{}": product(set(ClaimState) - {ClaimState.LISTED}),
    "test_line.{}": product(LINE_STEPS),
}
"""What fills the places of a kind that is put together while the program runs."""
FILLED = {pattern: {pattern.format(*words) for words in filling} for pattern, filling in WRITTEN.items()}


def kinds(tree: ast.Module, place: str) -> Iterator[tuple[str, str]]:
    """Yield the kinds that the calls of ``record`` write, each with the place of the call."""
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call) and called(node) == "record"):
        where = f"{place}:{call.lineno}"
        yield from ((kind, where) for kind in written(call.args[0], where))


def written(kind: ast.expr, where: str) -> Iterable[str]:
    """Return what an expression for a kind can come to."""
    if isinstance(kind, ast.Constant):
        return [str(kind.value)]
    if isinstance(kind, ast.IfExp):
        return [*written(kind.body, where), *written(kind.orelse, where)]
    if isinstance(kind, ast.JoinedStr):
        pattern = "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in kind.values)
        assert pattern in FILLED, f"{where} writes kinds like {pattern}: say in WRITTEN what fills it"
        return sorted(FILLED[pattern])
    assert where.startswith("portal/cli/"), f"{where} writes a kind that only running it would name"
    return []


FOUND = [
    found for path in python_files() for found in kinds(ast.parse((ROOT / path).read_text(encoding="utf-8")), path)
]


def test_every_kind_has_its_word() -> None:
    missing = {f"{kind} ({where})" for kind, where in FOUND if kind not in WORDS}
    assert not missing, "\n".join(sorted(missing))


def test_no_word_is_for_a_kind_that_nobody_writes() -> None:
    assert sorted(WORDS.keys() - {kind for kind, _ in FOUND} - {"demo.loaded"}) == []


def test_the_words_stand_in_alphabetical_order() -> None:
    parts = (REGISTER_WORDS, MEETING_WORDS)
    own = [kind for kind in WORDS if not any(kind in part for part in parts)]
    for part in (own, *parts):
        assert list(part) == sorted(part)


@pytest.mark.parametrize(
    ("source", "written"),
    [
        ('work.record("nothing.known", one)', {"nothing.known"}),
        ('work.record("a.b" if one else "a.c", one)', {"a.b", "a.c"}),
        ('work.record(f"objection.{name}", one)', {f"objection.{name}" for name in OBJECTION_STEPS}),
    ],
)
def test_a_planted_kind_is_seen(source: str, written: set[str]) -> None:
    assert {kind for kind, _ in kinds(ast.parse(source), "planted.py")} == written
