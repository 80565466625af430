"""Whatever letter a service promises can be composed and rendered; what is promised is read from the source."""

import ast
import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from services.jobs.handlers import HANDLERS
from services.mail.composing import LETTERS
from services.mail.rendering import ROOT
from tests.rules.python_rules import called, functions

FOLDER = ROOT / "templates" / "mail"
SOURCES = sorted((ROOT / "services").rglob("*.py"))
TASKS: dict[str, Callable[..., object]] = {**HANDLERS, **LETTERS}
PASSED_ON = {"mail.booking_to_staff", "mail.send"}
"""Tasks whose payload names the template; where it does so with a word of its own, that is a promise as well."""


@dataclass(frozen=True)
class Promise:
    """One place in a service that promises a task, with the names of the payload it gives."""

    task: str
    payload: frozenset[str]
    place: str


def promises(tree: ast.Module, place: str) -> Iterator[Promise]:
    """Yield what ``later("…")`` promises, and what is promised through ``tell_client`` and its like.

    Such a function has a parameter ``letter`` and promises ``f"mail.{letter}"``; it may live in another file.
    """
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        where = f"{place}:{call.lineno}"
        names = frozenset(word.arg for word in call.keywords if word.arg and word.arg != "delay")
        if called(call) == "later":
            if isinstance(call.args[0], ast.Constant):
                yield Promise(str(call.args[0].value), names, where)
                yield from (Promise(task, frozenset(), where) for task in passed_on(call))
        elif called(call) in WRAPPERS:
            said = call.args[2] if len(call.args) > 2 else None
            assert isinstance(said, ast.Constant), f"{where} promises a letter that only running it would name"
            yield Promise(f"mail.{said.value}", frozenset(), where)


def passed_on(call: ast.Call) -> Iterator[str]:
    for word in call.keywords:
        if word.arg in {"letter", "name"} and isinstance(word.value, ast.Constant):
            yield "mail." + str(word.value.value).rpartition("/")[2]


def wrappers() -> dict[str, set[frozenset[str]]]:
    """Return the functions that promise the letter they are told, with the payloads they give it."""
    found: dict[str, set[frozenset[str]]] = {}
    for path in SOURCES:
        for function in functions(ast.parse(path.read_text(encoding="utf-8"))):
            for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
                if called(call) == "later" and isinstance(call.args[0], ast.JoinedStr):
                    parameters = [one.arg for one in function.args.args]
                    assert parameters.index("letter") == 2, f"{path}: {function.name} has its letter elsewhere"
                    names = frozenset(word.arg for word in call.keywords if word.arg)
                    found.setdefault(function.name, set()).add(names)
    return found


WRAPPERS = wrappers()
PROMISED = [
    promise
    for path in SOURCES
    for promise in promises(ast.parse(path.read_text(encoding="utf-8")), path.relative_to(ROOT).as_posix())
]
PROMISED_LETTERS = sorted({one.task for one in PROMISED if one.task.startswith("mail.")} - PASSED_ON)


def templates_of(name: str) -> set[str]:
    return {path.name.removeprefix(name) for path in FOLDER.rglob(f"{name}.*")}


def test_the_places_that_promise_are_seen() -> None:
    assert {"tell_client", "tell_centre"} <= WRAPPERS.keys()
    assert {"mail.booking_requested", "mail.commission_approved", "mail.report_void"} <= set(PROMISED_LETTERS)
    planted = ast.parse('work.later("mail.nothing", person_id=1)\ntell_client(work, one, "nowhere", "Words")')
    assert [(one.task, one.payload) for one in promises(planted, "planted.py")] == [
        ("mail.nothing", {"person_id"}),
        ("mail.nowhere", set()),
    ]


def test_everything_promised_is_done_by_somebody() -> None:
    spoken = {f"mail.{path.name.partition('.')[0]}" for path in FOLDER.glob("accounts/*")}
    lost = [f"{one.place} {one.task}" for one in PROMISED if one.task not in TASKS.keys() | spoken]
    assert not lost, "\n".join(lost)


def test_every_promise_gives_what_the_task_takes() -> None:
    for one in PROMISED:
        if one.payload and one.task in TASKS:
            wanted = inspect.signature(TASKS[one.task])
            wanted.bind(None, **dict.fromkeys(one.payload))  # a TypeError names what is wrong


@pytest.mark.parametrize("task", PROMISED_LETTERS)
def test_every_promised_letter_has_its_three_templates(task: str) -> None:
    assert templates_of(task.removeprefix("mail.")) == {".subject.txt", ".txt", ".html"}


def test_no_letter_lies_about_unused() -> None:
    names = {path.name.removesuffix(".subject.txt") for path in FOLDER.rglob("*.subject.txt")}
    assert {f"mail.{name}" for name in names} == set(PROMISED_LETTERS)


def test_letters_through_tell_client_take_the_subject_of_their_floor() -> None:
    """``tell_client`` of bookings gives a booking, that of commissions a commission."""
    for payload in (names for every in WRAPPERS.values() for names in every):
        assert payload in (
            {"booking_id"},
            {"commission_id", "person_id"},
            {"interest_id", "person_id"},
            {"post_id"},
            {"registration_id", "person_id"},
        )
    for path in sorted(path for path in SOURCES if Path("services/laboratory") in path.relative_to(ROOT).parents):
        for one in promises(ast.parse(path.read_text(encoding="utf-8")), path.name):
            if one.task in LETTERS and not one.payload:
                inspect.signature(LETTERS[one.task]).bind(None, commission_id=1, person_id=1)
