"""The addresses that services write into letters and messages lead to pages."""

import ast
import inspect
import re
from collections.abc import Iterator

import pytest
from flask import Flask

from services.core import links
from tests.rules.python_rules import ROOT

ADDRESSES = [
    pytest.param(made(*("abc" if kind.annotation == "str" else 7 for kind in parameters)), id=name)
    for name, made in inspect.getmembers(links, inspect.isfunction)
    for parameters in [inspect.signature(made).parameters.values()]
]
LIKE_AN_ADDRESS = re.compile(r"/[a-z][a-z/7?=&-]*")


def written(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Yield every address that stands in a source, with its line; numbers that are filled in are sevens."""
    parts = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in parts:
            text = node.value
        elif isinstance(node, ast.JoinedStr):
            text = "".join(str(part.value) if isinstance(part, ast.Constant) else "7" for part in node.values)
        else:
            continue
        if LIKE_AN_ADDRESS.fullmatch(text):
            yield text, node.lineno


WRITTEN = [
    pytest.param(address, id=f"{path.relative_to(ROOT / 'services').as_posix()}:{line}")
    for path in sorted((ROOT / "services").rglob("*.py"))
    if path.parent.name != "core"  # those of links.py stand in ADDRESSES
    for address, line in written(ast.parse(path.read_text(encoding="utf-8")))
]


@pytest.mark.parametrize("address", [*ADDRESSES, *WRITTEN])
def test_an_address_leads_to_a_page(app: Flask, address: str) -> None:
    endpoint, _ = app.url_map.bind("localhost").match(address.partition("?")[0], method="GET")
    assert endpoint in app.view_functions


def test_addresses_in_the_sources_are_seen() -> None:
    source = 'a = "/work?show=all"\nb = f"/work/{line.id}"\nc = f"{one} / {two}/s"\nd = " / "\ne = LINKS or f"/x/{y}/z"'
    assert [address for address, _ in written(ast.parse(source))] == ["/work?show=all", "/work/7", "/x/7/z"]
    assert len(WRITTEN) > 15
