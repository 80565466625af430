"""Headers, cookies and small defences that every answer gets."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Request, Response, abort, request
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import BaseConverter, IntegerConverter
from werkzeug.utils import cached_property

from portal.config import Settings

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "object-src 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class IdConverter(IntegerConverter):
    """A row id in an address: ASCII digits up to 2³¹−1; anything else is no address at all (404)."""

    regex = r"[0-9]{1,10}"

    def __init__(self, url_map) -> None:  # type: ignore[no-untyped-def]
        super().__init__(url_map, min=1, max=2**31 - 1)


class TextConverter(BaseConverter):
    """A word in an address; one with NUL, which PostgreSQL refuses and SQLite would look for, is none (404)."""

    regex = r"[^/\x00]+"


class PortalRequest(Request):
    """A request whose filters hold no NUL, so that both databases find the same."""

    @cached_property
    def args(self) -> ImmutableMultiDict[str, str]:
        """Return what stands behind the question mark."""
        given = super().args
        if "\x00" not in "".join(value for _, value in given.items(multi=True)):
            return given
        return ImmutableMultiDict([(name, value.replace("\x00", "")) for name, value in given.items(multi=True)])


class OneName:
    """Answers under the portal's own name: no Host header, however odd, gets into an address or an error page."""

    def __init__(self, answer: Any, base_url: str) -> None:
        self.answer = answer
        self.scheme, self.host = urlsplit(base_url)[:2]

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        """Pass the request on as one to the portal's own name."""
        own = {"HTTP_HOST": self.host, "wsgi.url_scheme": self.scheme}
        return self.answer(environ | own, start_response)


def safe_next(address: str | None) -> str | None:
    """Return ``address`` when it is a path on this portal, else None."""
    if not address or not address.startswith("/") or address.startswith(("//", "/\\")):
        return None
    if any(ord(char) < 33 or char == "\\" for char in address):
        return None
    parts = urlsplit(address)
    return None if parts.scheme or parts.netloc else address


def init_app(app: Flask, settings: Settings) -> None:
    """Set cookies and limits, and stamp every answer."""
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_NAME="__Host-session" if settings.is_secure else "session",
        SESSION_COOKIE_SECURE=settings.is_secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=12 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=1024 * 1024,
        MAX_FORM_PARTS=1000,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
    )
    app.request_class = PortalRequest
    app.url_map.converters.update(id=IdConverter, default=TextConverter)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=0, x_host=0)  # type: ignore[method-assign]
    app.wsgi_app = OneName(app.wsgi_app, settings.base_url)  # type: ignore[method-assign]

    @app.before_request
    def _refuse_nameless() -> None:
        """A part of a form that has no name is none of ours."""
        if request.method == "POST" and (None in request.form or None in request.files):
            abort(400)

    @app.after_request
    def _stamp(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if settings.is_secure:
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        if request.endpoint == "static":
            response.headers["Cache-Control"] = "public, max-age=86400"
        else:
            response.headers.setdefault("Cache-Control", "no-store")
            response.vary.add("Cookie")
        return response
