"""The least a Flask view can be: one query and a template of a given size, and a view that inserts given rows.

Run as ``python -m bench.bare PORT DATABASE_URL PLAN.json``.
"""

from __future__ import annotations

import json
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask, render_template_string
from sqlalchemy import insert, text
from waitress import serve

from services.booking import models as booking_models  # noqa: F401 - its tables are filled here
from services.core.base import Base
from services.core.engine import IMMEDIATE, make_engine

PAGE = (
    "<!doctype html><html><head><title>{{ title }}</title></head><body><ul>"
    "{% for row in rows %}<li><a href='/{{ row.id }}'>{{ row.name }}</a> {{ row.summary }}</li>{% endfor %}"
    "</ul>{{ padding }}</body></html>"
)


def create_bare(url: str, plan: dict[str, Any]) -> Flask:
    """Return the bare application of a plan: pages of given sizes, and the rows of one booking in two parts."""
    app = Flask(__name__)
    engine = make_engine(url, pool_size=8)
    numbers = iter(range(10**9))

    @app.get("/page/<int:size>")
    def page(size: int) -> str:
        with engine.connect() as connection:
            rows = connection.execute(text("SELECT id, name, summary FROM service_module ORDER BY id LIMIT 20")).all()
        used = sum(len(row.name) + len(row.summary) + 40 for row in rows)
        return render_template_string(PAGE, title="bare", rows=rows, padding="x" * max(0, size - used))

    @app.post("/book/<int:part>")
    def book(part: int) -> str:
        number = next(numbers)
        with engine.connect().execution_options(**IMMEDIATE) as connection, connection.begin():
            for name, row in plan["rows"][part]:
                table = Base.metadata.tables[name]
                connection.execute(insert(table).inline(), _values(table, row, number))
        return "ok"

    return app


def _values(table: Any, row: dict[str, Any], number: int) -> dict[str, Any]:
    """Return a copy of a row with what must differ: the number of a booking, the time of a claim, a form's token."""
    values = dict(row)
    for column in table.columns:
        if "Instant" in type(column.type).__name__ and values.get(column.name):
            values[column.name] = datetime.fromisoformat(values[column.name])
    if table.name == "claim":
        shift = timedelta(days=4000) + timedelta(minutes=30) * number
        values |= {"busy_from": values["busy_from"] + shift, "busy_to": values["busy_to"] + shift}
    if table.name == "form_receipt":
        values["token"] = f"bare-{number}"
    if table.name == "booking":
        values["no"] = f"BARE-{number}"
    return values


if __name__ == "__main__":
    port, url, path = sys.argv[1:]
    plan = json.loads(Path(path).read_text())
    serve(create_bare(url, plan), host="127.0.0.1", port=int(port), threads=8, _quiet=True)
