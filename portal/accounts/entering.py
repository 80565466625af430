"""What the browser keeps of a sign-in: the random token, and nothing from before."""

from __future__ import annotations

from flask import current_app, g, redirect, request, session, url_for
from flask_login import login_user
from werkzeug.wrappers import Response

from portal.current import load
from portal.security import safe_next
from services.accounts.operations.sign_ins import Entry
from services.accounts.vault import Vault

WAITING = "waiting"


def vault() -> Vault:
    """Return what seals the secrets of second factors."""
    return Vault(current_app.config["PORTAL"].secret_key, "second factor")


def browser() -> str:
    """Return how the browser of this request calls itself."""
    return request.headers.get("User-Agent", "")


def keep(entry: Entry) -> None:
    """Put the sign-in into the cookie; everything else in it is dropped, the token of forms too."""
    session.clear()
    g.pop("actor", None)
    g.pop("csrf_token", None)
    login_user(load(entry.token))


def enter(entry: Entry, address: str | None, *, otherwise: str = "home.bench") -> Response:
    """Answer a right password or code: go on to the second factor, or in, to ``address`` if that is a page here."""
    wanted = safe_next(address)
    if entry.needs_second_factor:
        session.clear()
        session[WAITING] = entry.token
        return redirect(url_for("accounts.second_factor", next=wanted), code=303)
    keep(entry)
    return redirect(wanted or url_for(otherwise), code=303)
