"""Files that people upload and fetch again; whether somebody may fetch one is decided by the page that offers it."""

from __future__ import annotations

import io
import logging
from pathlib import Path

from flask import Response, current_app, send_file
from wtforms.validators import StopValidation

from portal.forms.fields import UploadField
from portal.i18n import translate_error
from services.core.files import Attachment, FileLost, content_of
from services.core.uploads import FileRefused, Upload, examine

log = logging.getLogger(__name__)
POLICY = "sandbox; default-src 'none'"


class ExaminedField(UploadField):
    """One file, examined by its content before any transaction begins; ``upload`` is what may be stored."""

    upload: Upload | None = None

    def pre_validate(self, form) -> None:
        """Refuse a file that is not what it may be; no file at all is no fault here."""
        if not self.data:
            return
        try:
            self.upload = examine(self.data.stream, self.data.filename or "")
        except FileRefused as fault:
            raise StopValidation(translate_error(fault)) from fault


def uploads_folder() -> Path:
    """Return where attachments lie."""
    return current_app.config["PORTAL"].uploads


def send_attachment(attachment: Attachment) -> Response:
    """Answer with the stored file, to be saved and never shown inside the portal. Raises FileLost."""
    try:
        content = content_of(uploads_folder(), attachment)
    except FileLost:
        log.error("attachment %s is missing or not what was stored", attachment.id)
        raise
    response = send_file(
        io.BytesIO(content), mimetype=attachment.media_type, as_attachment=True, download_name=attachment.name
    )
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Cache-Control"] = "no-store"
    return response
