"""The rules about Python files: each finds faults in a parsed file and carries a sample that it must refuse."""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parents[2]
MOST_LINES = 400
MOST_VIEW_LINES = 30
VAGUE = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers"}
SHARED_IN_PORTAL = {"forms", "cli", "api"}
Finder = Callable[[ast.Module, PurePosixPath], Iterator[str]]


@dataclass(frozen=True)
class Rule:
    """One rule: who it is for, what breaks it, and a sample of each."""

    name: str
    finder: Finder
    bad: str
    good: str
    bad_path: str = "services/booking/operations.py"
    good_path: str = "services/booking/operations.py"

    def faults(self, source: str, path: str) -> list[str]:
        """Return where ``source``, at ``path``, breaks this rule."""
        return [f"{path}:{fault}" for fault in self.finder(ast.parse(source), PurePosixPath(path))]


def python_files() -> list[str]:
    """Return the files of the program, as paths from the root."""
    found = [path for folder in ("portal", "services") for path in (ROOT / folder).rglob("*.py")]
    return sorted(path.relative_to(ROOT).as_posix() for path in found)


def commits(tree: ast.Module, path: PurePosixPath) -> Iterator[str]:
    if path.as_posix() in {"services/core/work.py", "services/core/migrations/env.py"}:
        return
    if path.is_relative_to("services/search/engines"):  # an index is no part of the portal's transactions
        return
    for node in ast.walk(tree):
        # A savepoint has a commit as well; it is taken back with the transaction around it. An index is thrown away.
        others = {"attempt", "savepoint", "_index"}
        if isinstance(node, ast.Call) and called(node) == "commit" and owner(node) not in others:
            yield f"{node.lineno} commits; only services/core/work.py does"


def asks_for_the_time(tree: ast.Module, path: PurePosixPath) -> Iterator[str]:
    if path.as_posix() == "services/core/clock.py":
        return
    forbidden = {
        "datetime": {"now", "utcnow", "today", "utcfromtimestamp"},
        "date": {"today"},
        "time": {"time", "time_ns", "localtime", "gmtime"},
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and called(node) in forbidden.get(owner(node), ()):
            yield f"{node.lineno} asks for the time; only services/core/clock.py does"


def imports_inside_functions(tree: ast.Module, path: PurePosixPath) -> Iterator[str]:
    for function in functions(tree):
        if path.as_posix() == "portal/app.py" and function.name == "create_app":
            continue
        for node in ast.walk(function):
            if isinstance(node, ast.Import | ast.ImportFrom):
                yield f"{node.lineno} imports inside {function.name}()"


def type_checking(tree: ast.Module, path: PurePosixPath) -> Iterator[str]:
    for node in ast.walk(tree):
        if (isinstance(node, ast.Name) and node.id == "TYPE_CHECKING") or (
            isinstance(node, ast.Attribute) and node.attr == "TYPE_CHECKING"
        ):
            yield f"{node.lineno} TYPE_CHECKING hides a cycle"


def relative_imports(tree: ast.Module, path: PurePosixPath) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level:
            yield f"{node.lineno} a relative import"


def swallows_errors(tree: ast.Module, path: PurePosixPath) -> Iterator[str]:
    if path.as_posix() in {"portal/errors.py", "services/jobs/worker.py", "services/search/indexing.py"}:
        return
    for node in ast.walk(tree):
        if not isinstance(node, ast.ExceptHandler) or ends_in_raise(node):
            continue
        caught = [node.type] if not isinstance(node.type, ast.Tuple) else node.type.elts
        names = {last_name(kind) if kind else "everything" for kind in caught}
        if names & {"everything", "Exception", "BaseException"}:
            yield f"{node.lineno} catches everything"


def web_in_services(tree: ast.Module, path: PurePosixPath) -> Iterator[str]:
    web = {"flask", "flask_babel", "flask_login", "flask_sqlalchemy", "flask_wtf", "waitress", "werkzeug", "wtforms"}
    if path.parts[0] == "services":
        for line, module in imported(tree):
            if module.split(".")[0] in web | {"portal"}:
                yield f"{line} services know nothing of {module}"


def libraries_out_of_place(tree: ast.Module, path: PurePosixPath) -> Iterator[str]:
    homes = {"whoosh": ("services/search",), "jinja2": ("services/mail", "services/documents", "portal")}
    for line, module in imported(tree):
        allowed = homes.get(module.split(".")[0])
        if allowed and not path.as_posix().startswith(allowed):
            yield f"{line} only {', '.join(allowed)} import {module}"


def pages_use_each_other(tree: ast.Module, path: PurePosixPath) -> Iterator[str]:
    if path.parts[0] != "portal" or len(path.parts) < 3 or path.parts[1] in SHARED_IN_PORTAL:
        return
    for line, module in imported(tree):
        parts = module.split(".")
        outside = parts[0] == "portal" and len(parts) > 1 and parts[1] not in {path.parts[1], "forms"}
        if outside and (ROOT / "portal" / parts[1]).is_dir():
            yield f"{line} page packages do not use each other: {module}"


def long_views(tree: ast.Module, path: PurePosixPath) -> Iterator[str]:
    if path.parts[0] != "portal":
        return
    for function in functions(tree):
        if any(isinstance(mark, ast.Call) and called(mark) == "route" for mark in function.decorator_list):
            length = (function.end_lineno or 0) - function.body[0].lineno + 1
            if length > MOST_VIEW_LINES:
                yield f"{function.lineno} the view {function.name}() has {length} lines"


def files_without_docstring(tree: ast.Module, path: PurePosixPath) -> Iterator[str]:
    if not ast.get_docstring(tree) and "versions" not in path.parts:
        yield "1 has no line saying what it is for"


def vague_names(tree: ast.Module, path: PurePosixPath) -> Iterator[str]:
    for part in path.with_suffix("").parts:
        if part in VAGUE:
            yield f"1 nothing is called {part}"


def reexports(tree: ast.Module, path: PurePosixPath) -> Iterator[str]:
    """``__init__.py`` holds a docstring and, in the portal, the blueprint with what registers its views."""
    if path.name != "__init__.py" or path.parts[0] != "services":
        return
    for node in tree.body:
        if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
            yield f"{node.lineno} code in __init__.py"


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def imported(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, name.name) for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.lineno, node.module
            # ``from portal import booking`` names a package as well
            yield from ((node.lineno, f"{node.module}.{name.name}") for name in node.names if node.module == "portal")


def last_name(node: ast.expr) -> str:
    return getattr(node, "attr", None) or getattr(node, "id", None) or ""


def called(call: ast.Call) -> str:
    return last_name(call.func)


def owner(call: ast.Call) -> str:
    return last_name(call.func.value) if isinstance(call.func, ast.Attribute) else ""


def ends_in_raise(handler: ast.ExceptHandler) -> bool:
    """A handler that lets the error go on has not swallowed it."""
    return isinstance(handler.body[-1], ast.Raise)


RULES = [
    Rule(
        "one place commits",
        commits,
        "def f(session):\n    session.commit()\n",
        "def f(session):\n    session.flush()\n",
    ),
    Rule(
        "one place asks for the time",
        asks_for_the_time,
        "import datetime as d\nx = d.datetime.now(d.UTC)\n",
        "from services.core import clock\nx = clock.now()\n",
    ),
    Rule("no time.time()", asks_for_the_time, "import time\nx = time.time()\n", "import time\nx = time.monotonic()\n"),
    Rule("no imports inside functions", imports_inside_functions, "def f():\n    import os\n", "import os\n"),
    Rule("no TYPE_CHECKING", type_checking, "import typing\nif typing.TYPE_CHECKING:\n    pass\n", "import typing\n"),
    Rule("absolute imports", relative_imports, "from . import rules\n", "from services.booking import rules\n"),
    Rule(
        "nothing is swallowed",
        swallows_errors,
        "try:\n    f()\nexcept (ValueError, Exception):\n    pass\n",
        "try:\n    f()\nexcept ValueError:\n    pass\n",
    ),
    Rule(
        "no bare except", swallows_errors, "try:\n    f()\nexcept:\n    pass\n", "try:\n    f()\nexcept:\n    raise\n"
    ),
    Rule("services know no web", web_in_services, "from flask import g\n", "from sqlalchemy import select\n"),
    Rule("services know no portal", web_in_services, "import portal.access\n", "import services.core\n"),
    Rule("Whoosh stays in its room", libraries_out_of_place, "from whoosh import index\n", "import json\n"),
    Rule(
        "page packages are independent",
        pages_use_each_other,
        "from portal.forms import base\nfrom portal.static import x\n",
        "from portal.access import public\nfrom portal.booking import forms\nfrom portal.forms import fields\n",
        bad_path="portal/booking/views.py",
        good_path="portal/booking/views.py",
    ),
    Rule(
        "views are short",
        long_views,
        "@bp.route('/')\ndef f():\n" + "    x = 1\n" * 31,
        "@bp.route('/')\ndef f():\n" + "    x = 1\n" * 30,
        bad_path="portal/booking/views.py",
        good_path="portal/booking/views.py",
    ),
    Rule("files say what they are for", files_without_docstring, "x = 1\n", '"""What it is for."""\n'),
    Rule("no vague names", vague_names, "", "", bad_path="services/booking/utils.py"),
    Rule(
        "no code in a service package's __init__",
        reexports,
        "from services.booking.rules import f\n",
        '"""Booking."""\n',
        bad_path="services/booking/__init__.py",
        good_path="services/booking/__init__.py",
    ),
]
