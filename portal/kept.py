"""Pages that visitors see often are rendered once and kept until something in the portal changes.

Every operation leaves an entry in the audit log within its transaction, so the newest entry tells whether a kept page
still holds: one small query instead of the page's own. Nothing is kept for longer than a minute, because free times pass.
Who has signed in, or has a message waiting, is always answered anew.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from threading import Lock
from typing import Any

from flask import current_app, request, session
from sqlalchemy import func, select

from portal.current import user
from portal.extensions import db
from portal.i18n import chosen_locale
from services.catalogue.models import ServiceModule
from services.core import clock
from services.core.audit import AuditEntry

MOST_PAGES = 256
MOST_ADDRESS = 300

View = Callable[..., Any]
_STATE = select(
    select(func.max(AuditEntry.id)).scalar_subquery(),
    select(func.max(ServiceModule.id)).scalar_subquery(),
)


class KeptPages:
    """The pages of one application, the least used thrown away first."""

    def __init__(self) -> None:
        self._pages: OrderedDict[Any, tuple[Any, str]] = OrderedDict()
        self._lock = Lock()

    def find(self, key: Any, state: Any) -> str | None:
        """Return the page kept under ``key`` while the portal was in ``state``."""
        with self._lock:
            kept_in, page = self._pages.get(key, (None, None))
            if kept_in != state:
                return None
            self._pages.move_to_end(key)
            return page

    def keep(self, key: Any, state: Any, page: str) -> None:
        """Keep a page that was rendered after ``state`` was read."""
        with self._lock:
            self._pages[key] = state, page
            self._pages.move_to_end(key)
            while len(self._pages) > MOST_PAGES:
                self._pages.popitem(last=False)


def kept_for_visitors(view: View) -> View:
    """Answer visitors with what was rendered before, as long as it holds; stands below ``@public``."""

    def state() -> Any:
        return int(clock.now().timestamp()) // 60, *db.session.execute(_STATE).one()

    return _kept(view, state)


def kept_for_a_moment(view: View) -> View:
    """Answer visitors within the same second with the same page, without asking the database; stands below ``@public``.

    For pages that everybody opens while much changes: counts in them are those of a moment ago in any case.
    """
    return _kept(view, lambda: int(clock.now().timestamp()))


def _kept(view: View, state_now: Callable[[], Any]) -> View:
    @wraps(view)
    def answer(*args: Any, **kwargs: Any) -> Any:
        if user() is not None or session.get("_flashes") or len(request.full_path) > MOST_ADDRESS:
            return view(*args, **kwargs)
        pages = current_app.extensions.setdefault("kept_pages", KeptPages())
        key = request.full_path, chosen_locale(), request.cookies.get("large_text") == "1"
        state = state_now()
        page = pages.find(key, state)
        if page is None:
            page = view(*args, **kwargs)
            if isinstance(page, str):
                pages.keep(key, state, page)
        return page

    return answer
