"""Every rule of the laboratory is proved by tests that exist (RULES.md)."""

import re
from pathlib import Path

FOLDER = Path(__file__).parent
TABLE = (FOLDER / "RULES.md").read_text(encoding="utf-8")
RULES = [f"F05 ({number})" for number in range(1, 14)] + [f"4.4 ({number})" for number in range(1, 10)]


def test_every_rule_stands_in_the_table_once() -> None:
    assert re.findall(r"^\| ((?:F05|4\.4) \(\d+\)) \|", TABLE, re.MULTILINE) == RULES


def test_every_test_in_the_table_exists() -> None:
    named = re.findall(r"`([^`]+)::(test_\w+)`", TABLE)
    assert len(named) >= len(RULES)
    missing = [
        f"{file}::{name}"
        for file, name in named
        if f"def {name}(" not in (FOLDER / file).resolve().read_text(encoding="utf-8")
    ]
    assert not missing
