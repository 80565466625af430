"""What an answer to somebody hostile may and may not be."""

from werkzeug.test import TestResponse

from tests.portal.hostile.vectors import MARK

ALLOWED = {200, 204, 302, 303, 400, 403, 404, 405, 409, 413, 414, 422}


def fault_of(answer: TestResponse) -> str | None:
    """Return what is wrong with an answer, None when nothing is."""
    if answer.status_code not in ALLOWED:
        return f"answered {answer.status_code}"
    if answer.mimetype.startswith("text/") and f"<{MARK}" in answer.get_data(as_text=True).lower():
        return "typed text became HTML"
    onward = answer.headers.get("Location", "/")
    if not onward.startswith("/") or onward.startswith("//"):
        return f"leads to {onward[:80]}"
    if "hostile=1" in answer.headers.get("Set-Cookie", ""):
        return "typed text became a header"
    return None
