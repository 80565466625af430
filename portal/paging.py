"""Lists in pages of twenty: bounded, stable, and an impossible page number shows the last page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from sqlalchemy import Select, func, select

from portal.extensions import db

PER_PAGE = 20
LONGEST_NUMBER = 9
MOST_PER_PAGE = 100


@dataclass(frozen=True)
class Page:
    """One page of a list."""

    items: Sequence[Any]
    number: int
    pages: int
    total: int

    @property
    def has_prev(self) -> bool:
        """Whether there is a page before this one."""
        return self.number > 1

    @property
    def has_next(self) -> bool:
        """Whether there is a page after this one."""
        return self.number < self.pages

    def url_for(self, number: int) -> str:
        """Return the address of page ``number`` with the present filters."""
        arguments = {**(request.view_args or {}), **request.args.to_dict(flat=False), "page": number}
        return url_for(request.endpoint or "home.index", **arguments)


def asked_page() -> int:
    """Return the asked page number, 1 for anything that is not a sensible one; of endless digits the first nine count."""
    text = request.args.get("page", "1")
    return max(1, int(text[:LONGEST_NUMBER])) if text.isascii() and text.isdigit() else 1


def paged(statement: Select[Any], *, per_page: int = PER_PAGE, scalars: bool = True) -> Page:
    """Run ``statement`` (which must have a total order) for the asked page: two queries, whatever its length."""
    per_page = min(per_page, MOST_PER_PAGE)
    total = db.session.scalar(select(func.count()).select_from(statement.order_by(None).subquery())) or 0
    pages = max(1, -(-total // per_page))
    number = min(asked_page(), pages)
    result = db.session.execute(statement.limit(per_page).offset((number - 1) * per_page))
    return Page(result.scalars().all() if scalars else result.all(), number, pages, total)
