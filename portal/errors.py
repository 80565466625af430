"""Errors become pages, in this one place."""

from __future__ import annotations

import logging
import secrets
from typing import Any

from flask import Flask, current_app, redirect, request, url_for
from flask_babel import force_locale
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from portal.extensions import db
from portal.i18n import DEFAULT_LOCALE, gettext, switched_locale, translate_error
from portal.security import safe_next
from services.core.engine import is_unreachable
from services.core.errors import NotAllowed, NotFound, ServiceError
from services.core.receipts import Repeated

log = logging.getLogger(__name__)
_PAGES = {400, 403, 404, 405, 409, 413, 429, 500, 503}


def status_of(error: ServiceError) -> int:
    """Return the HTTP status of a service's no."""
    if isinstance(error, NotFound):
        return 404
    return 403 if isinstance(error, NotAllowed) else 409


def error_page(status: int, message: str = "", reference: str = "") -> tuple[Any, int]:
    """Render the page of ``status``; it needs no database, so the person's own language is not asked for."""
    page = status if status in _PAGES else 400 if status < 500 else 500
    with force_locale(switched_locale() or DEFAULT_LOCALE):
        template = current_app.jinja_env.get_template(f"errors/{page}.html")
        return template.render(status=status, message=message, reference=reference), status


def init_app(app: Flask) -> None:
    """Register the handlers."""

    @app.errorhandler(ServiceError)
    def _service(error: ServiceError) -> Any:
        _roll_back()
        status = status_of(error)
        return error_page(status, translate_error(error) if status != 404 else "")

    @app.errorhandler(Repeated)
    def _repeated(error: Repeated) -> Any:
        _roll_back()
        return redirect(safe_next(error.outcome) or url_for("home.index"), code=303)

    @app.errorhandler(CSRFError)
    def _forged(error: CSRFError) -> Any:
        if app.config["SESSION_COOKIE_NAME"] not in request.cookies:
            return error_page(
                400, gettext("Your browser sent no cookie. Allow cookies for this site and reload the page.")
            )
        return error_page(400, gettext("This page was open for too long. Go back, reload it and send it again."))

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> Any:
        if error.code is None or error.code < 400:
            return error
        _roll_back()
        body, status = error_page(error.code)
        response = app.make_response((body, status))
        if error.code == 405 and getattr(error, "valid_methods", None):
            response.headers["Allow"] = ", ".join(error.valid_methods)  # type: ignore[attr-defined]
        return response

    @app.errorhandler(UnicodeEncodeError)
    def _surrogate(error: UnicodeEncodeError) -> Any:
        _roll_back()
        return error_page(400)

    @app.errorhandler(Exception)
    def _defect(error: Exception) -> Any:
        _roll_back()
        if isinstance(error, PoolTimeout) or (isinstance(error, DBAPIError) and is_unreachable(error)):
            log.error("the database does not answer: %s", error)
            response = app.make_response(error_page(503))
            response.headers["Retry-After"] = "5"
            return response
        reference = secrets.token_hex(4)
        log.exception("defect %s at %s %s", reference, request.method, request.path)
        return error_page(500, reference=reference)


def _roll_back() -> None:
    """Let go of the transaction; when even that fails, the page is still shown."""
    try:
        db.session.rollback()
    except DBAPIError:
        db.session.remove()
