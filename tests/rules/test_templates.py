"""The templates keep the house rules, and each rule notices when it is broken."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from tests.rules.python_rules import ROOT

TEMPLATES = ROOT / "templates"
MOST_LINES = 120
COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
# Words shown as they stand in a template are written in English and marked; Chinese belongs into the translations.
CHINESE = re.compile(r"[\u4e00-\u9fff]+")


@dataclass(frozen=True)
class Rule:
    """One rule about the text of a template."""

    name: str
    finder: Callable[[str, str], Iterator[str]]
    bad: str
    good: str
    path: str = "booking/new.html"


def lines_with(pattern: str, text: str) -> Iterator[int]:
    plain = COMMENT.sub(lambda comment: "\n" * comment.group().count("\n"), text)
    for match in re.finditer(pattern, plain, re.IGNORECASE):
        yield plain.count("\n", 0, match.start()) + 1


def inline_script(text: str, path: str) -> Iterator[str]:
    for line in lines_with(r"<script\b(?![^>]*\bsrc=)[^>]*>", text):
        yield f"{line} an inline script"
    for line in lines_with(r"\son[a-z]+\s*=\s*[\"'{]", text):
        yield f"{line} an event attribute"
    for line in lines_with(r"javascript:|\bhx-on\b|\bx-data\b", text):
        yield f"{line} script in an attribute"


def inline_style(text: str, path: str) -> Iterator[str]:
    if path == "layouts/mail.html" or path.startswith("mail/"):
        return  # readers of mail know no style sheets
    for line in lines_with(r"<style\b|\sstyle\s*=", text):
        yield f"{line} an inline style"


def unescaped(text: str, path: str) -> Iterator[str]:
    for line in lines_with(r"\|\s*safe\b|\bautoescape\s+false|\bMarkup\(", text):
        yield f"{line} escaping switched off"


def too_long(text: str, path: str) -> Iterator[str]:
    if len(text.splitlines()) > MOST_LINES:
        yield f"{len(text.splitlines())} lines"


def without_layout(text: str, path: str) -> Iterator[str]:
    folder, _, name = path.rpartition("/")
    in_parts = folder.split("/")[0] in {"_components", "components", "layouts", "mail"}
    if in_parts or name.startswith("_") or path == "errors/base.html" or not path.endswith(".html"):
        return  # pages of errors have a layout of their own, which asks for nothing
    if not re.search(r"\{%-?\s*extends\s", text):
        yield "1 extends no layout"


def logic(text: str, path: str) -> Iterator[str]:
    for line in lines_with(r"current_user|\brole\s*==|\.query\b|\bsession\.", text):
        yield f"{line} asks for what a view should have given"


def components_are_plain(text: str, path: str) -> Iterator[str]:
    if not path.startswith("components/"):
        return
    name = path.removeprefix("components/").removesuffix(".html")
    if not re.match(r"\s*\{#", text):
        yield "1 a component starts with a comment of its parameters"
    if not re.search(r"\{%-?\s*macro\s+" + re.escape(name) + r"\(", text):
        yield f"1 holds no macro called {name}"
    for line in lines_with(r"\bcurrent_user\b|\brequest\.|\bconfig\.", text):
        yield f"{line} a component reads what it was not given"


def untranslated(text: str, path: str) -> Iterator[str]:
    if path.startswith("_components"):
        return  # the page for developers shows made-up data
    for line in sorted(set(lines_with(CHINESE.pattern, text))):
        yield f"{line} Chinese in a template; mark English and translate it"


RULES = [
    Rule("no inline script", inline_script, "<script>go()</script>", '<script src="/x.js" defer></script>'),
    Rule("no event attributes", inline_script, '<a onclick="go()">', '<a data-on="go">'),
    Rule("no inline style", inline_style, '<p style="color:red">', '<p class="warning">'),
    Rule("escaping stays on", unescaped, "{{ text|safe }}", "{{ text }}"),
    Rule("short", too_long, "\n" * 121, "\n" * 120),
    Rule("a page extends a layout", without_layout, "<html></html>", '{% extends "layouts/page.html" %}'),
    Rule("no logic", logic, "{% if current_user.is_admin %}", "{% if may(Permission.BOOKING_REQUEST) %}"),
    Rule(
        "components are plain",
        components_are_plain,
        "{# tag() #}{% macro tag() %}{{ request.path }}{% endmacro %}",
        "{# tag() #}{% macro tag() %}{% endmacro %}",
        path="components/tag.html",
    ),
    Rule("words are translated", untranslated, "<p>开放预约</p>", "<p>{% trans %}Open{% endtrans %}</p>{# 开放 #}"),
]
BY_NAME = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)


@BY_NAME
def test_every_template_keeps_the_rule(rule: Rule) -> None:
    faults = []
    for file in sorted([*TEMPLATES.rglob("*.html"), *TEMPLATES.rglob("*.txt")]):
        path = file.relative_to(TEMPLATES).as_posix()
        faults += [f"{path}:{fault}" for fault in rule.finder(file.read_text(encoding="utf-8"), path)]
    assert not faults, "\n" + "\n".join(faults)


@BY_NAME
def test_the_rule_catches_a_planted_violation(rule: Rule) -> None:
    assert list(rule.finder(rule.bad, rule.path))
    assert not list(rule.finder(rule.good, rule.path))


def incomplete_letters(names: set[str]) -> list[str]:
    """Return the letters of which one of the three files is missing."""
    letters = {re.sub(r"(\.subject)?\.(txt|html)$", "", name) for name in names}
    parts = (".subject.txt", ".txt", ".html")
    return sorted(letter + part for letter in letters for part in parts if letter + part not in names)


def test_every_letter_is_complete() -> None:
    mail = TEMPLATES / "mail"
    names = {file.relative_to(mail).as_posix() for file in mail.rglob("*") if file.is_file() and file.name[0] != "_"}
    assert not incomplete_letters(names)
    assert incomplete_letters({"booking/new.txt", "booking/new.html"}) == ["booking/new.subject.txt"]
