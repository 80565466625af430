"""What the pages share on which everybody verifies a paper of the portal: a file to compare, and the answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import request

from portal.errors import error_page
from portal.forms import PortalForm
from portal.forms.fields import UploadField
from portal.i18n import gettext, translate_error
from portal.work import begin_work
from services.core.messages import N_
from services.core.uploads import MOST_BYTES
from services.core.verifying import TooManyChecks
from services.core.work import Work

V = TypeVar("V")


class FileForm(PortalForm):
    """The paper itself, as the file that was received."""

    file = UploadField(
        N_("The PDF file"),
        description=N_("PDF, at most 10 MB. It is compared and not kept."),
        render_kw={"accept": ".pdf"},
    )

    def content(self) -> bytes | None:
        """Return the bytes that were sent, of a sensible size; None when the form has to be shown again."""
        if not self.submitted():
            return None
        sent: bytes = self.file.data.stream.read(MOST_BYTES + 1) if self.file.data else b""
        if not 0 < len(sent) <= MOST_BYTES:
            self.file.errors = [gettext("Please choose a PDF file of at most 10 MB.")]
            return None
        return sent


def verified(
    number: PortalForm,
    file: FileForm,
    page: Callable[..., Any],
    by_number: Callable[[Work], V],
    by_file: Callable[[Work, bytes], V],
) -> Any:
    """Show the page with its two forms, or below them what was found by the one that was sent."""
    if request.method != "POST":
        return page(number, file)
    if "file" in request.files:
        content = file.content()
        if content is None:
            return page(number, file, sent=file)
        return answered(lambda work: by_file(work, content), lambda found: page(number, file, found))
    if not number.submitted():
        return page(number, file, sent=number)
    return answered(by_number, lambda found: page(number, file, found))


def answered(ask: Callable[[Work], V], show: Callable[[V], Any]) -> Any:
    """Answer what is asked, and note that somebody did; whoever asks too often is told so (429)."""
    try:
        with begin_work() as work:
            found = ask(work)
    except TooManyChecks as error:
        return error_page(429, translate_error(error))
    return show(found)
