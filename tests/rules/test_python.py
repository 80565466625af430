"""The program's Python keeps the house rules, and each rule notices when it is broken."""

import pytest

from tests.rules.python_rules import MOST_LINES, ROOT, RULES, Rule, python_files

BY_NAME = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)


@BY_NAME
def test_every_file_keeps_the_rule(rule: Rule) -> None:
    faults = [
        fault for path in python_files() for fault in rule.faults((ROOT / path).read_text(encoding="utf-8"), path)
    ]
    assert not faults, "\n" + "\n".join(faults)


@BY_NAME
def test_the_rule_catches_a_planted_violation(rule: Rule) -> None:
    assert rule.faults(rule.bad, rule.bad_path)
    assert not rule.faults(rule.good, rule.good_path)


def long_files(sizes: dict[str, int]) -> list[str]:
    return [f"{path} has {lines} lines" for path, lines in sizes.items() if lines > MOST_LINES]


def test_no_file_is_longer_than_a_room() -> None:
    found = [path for folder in ("portal", "services", "tests", "bench") for path in (ROOT / folder).rglob("*.py")]
    rooms = [path for path in found if "versions" not in path.parts]  # a migration is a list of tables
    sizes = {str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in rooms}
    assert not long_files(sizes), "\n".join(long_files(sizes))
    assert long_files({"planted.py": MOST_LINES + 1})


def unfinished(text: str) -> list[int]:
    marks = ("TO" + "DO", "FIX" + "ME", "XX" + "X:")
    return [number for number, line in enumerate(text.splitlines(), 1) if any(mark in line for mark in marks)]


def test_nothing_is_left_for_later() -> None:
    folders = [
        path for folder in ("portal", "services", "tests", "templates", "docs") for path in (ROOT / folder).rglob("*")
    ]
    texts = [path for path in folders if path.suffix in {".py", ".html", ".txt", ".md"} and "vendor" not in path.parts]
    faults = [
        f"{path.relative_to(ROOT)}:{line}" for path in texts for line in unfinished(path.read_text(encoding="utf-8"))
    ]
    assert not faults, "\n".join(faults)
    assert unfinished("x = 1  # TO" + "DO: better") == [1]


def test_the_wiring_of_the_tests_stays_short() -> None:
    assert len((ROOT / "tests" / "conftest.py").read_text(encoding="utf-8").splitlines()) < 150
