"""A transaction for the person behind the request."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager

from flask import request

from portal.current import actor
from portal.extensions import db
from portal.forms import PortalForm
from services.core.work import Work, working

_NOT_CONTENT = {"csrf_token", "form_token"}


@contextmanager
def begin_work(form: PortalForm | None = None) -> Iterator[Work]:
    """Open the transaction of this request; with ``form``, its token is spent so that a repetition does nothing twice.

    Say ``work.leads_to(address)`` inside, so that the repeated request is answered like the first.
    """
    who = actor()
    with working(db.session(), who) as work:
        if form is not None and form.form_token.data:
            work.once(_key(form.form_token.data, who.person_id), _digest())
        yield work


def _key(token: str, person_id: int | None) -> str:
    """Bind the token to its sender and the address it was sent to."""
    return hashlib.sha256(f"{person_id}|{request.path}|{token}".encode()).hexdigest()


def _digest() -> str:
    """Return the digest of everything that was sent but passwords, files by name."""
    content = sorted(
        (name, values) for name, values in request.form.lists() if name not in _NOT_CONTENT and "password" not in name
    )
    files = sorted((name, file.filename or "") for name, file in request.files.items(multi=True))
    return hashlib.sha256(json.dumps([content, files], ensure_ascii=True).encode()).hexdigest()
