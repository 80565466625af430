"""Who a view is for. Every view declares it; the application refuses to start with one that does not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from flask import Flask, flash, redirect, request, url_for

from portal.current import actor
from portal.i18n import gettext
from portal.security import safe_next
from services.core.errors import NotAllowed
from services.core.permissions import Permission

View = Callable[..., Any]


@dataclass(frozen=True)
class Audience:
    """``public``, ``signed_in``, or the holders of a permission."""

    name: str
    permission: Permission | None = None


def public(view: View) -> View:
    """Anybody may open this view."""
    view.audience = Audience("public")  # type: ignore[attr-defined]
    return view


def signed_in(view: View) -> View:
    """Whoever has signed in may open this view; others are asked to."""
    return _guarded(view, Audience("signed_in"))


def holds(permission: Permission) -> Callable[[View], View]:
    """Whoever holds ``permission`` in the active organisation may open this view."""
    return lambda view: _guarded(view, Audience("holds", permission))


def _guarded(view: View, audience: Audience) -> View:
    @wraps(view)
    def guard(*args: Any, **kwargs: Any) -> Any:
        who = actor()
        if who.person_id is None:
            return _ask_to_sign_in()
        if audience.permission is not None and not who.may(audience.permission):
            raise NotAllowed
        return view(*args, **kwargs)

    guard.audience = audience  # type: ignore[attr-defined]
    return guard


def _ask_to_sign_in() -> Any:
    """Lead to the sign-in and back from there; whoever sent a form is told that it was not saved, and led back to it."""
    wanted = request.full_path.rstrip("?")
    if request.method == "POST":
        flash(
            gettext("You had been signed out, so nothing was saved. Please sign in and fill it in once more."),
            "warning",
        )
        path = (request.referrer or "").partition("://")[2].partition("/")[2].partition("?")[0]
        wanted = path and f"/{path}"
    return redirect(url_for("accounts.sign_in", next=safe_next(wanted)))


def audiences(app: Flask) -> dict[str, Audience]:
    """Return the audience of every endpoint. Raises RuntimeError when a view declares none."""
    undeclared = [name for name, view in app.view_functions.items() if not hasattr(view, "audience")]
    if undeclared:
        raise RuntimeError(f"These views declare no audience: {', '.join(sorted(undeclared))}")
    return {name: view.audience for name, view in app.view_functions.items()}  # type: ignore[attr-defined]
