"""Whatever an operation promises, the worker knows how to carry it out."""

import re
from pathlib import Path

import pytest

from services.jobs.handlers import HANDLERS
from services.mail.composing import LETTERS
from tests.rules.python_rules import ROOT

PROMISE = re.compile(r"\.later\(\s*\"([a-z_.]+)\"")
BOOKING_LETTER = re.compile(r"\btell_(?:client|centre)\(\s*work,\s*booking,\s*\"([a-z_]+)\"")
NAMED_LETTER = re.compile(r"name=\"((?:accounts|booking|organisations)/[a-z_]+)\"")


def sources() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "services").rglob("*.py")))


def promised() -> set[str]:
    text = sources()
    return set(PROMISE.findall(text)) | {f"mail.{name}" for name in BOOKING_LETTER.findall(text)}


@pytest.mark.sqlite_only
def test_every_promise_has_its_handler() -> None:
    assert len(promised()) > 10
    assert promised() <= {*HANDLERS, *LETTERS}
    assert not set(HANDLERS) & set(LETTERS)


@pytest.mark.sqlite_only
def test_every_letter_that_is_named_has_its_templates() -> None:
    folder = Path(ROOT / "templates" / "mail")
    assert all((folder / f"{name}.subject.txt").exists() for name in NAMED_LETTER.findall(sources()))
