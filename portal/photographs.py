"""Photographs that people send along: what is wrong with one is said in words that name it."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from werkzeug.datastructures import FileStorage
from wtforms import MultipleFileField
from wtforms.validators import StopValidation

from portal.files import ExaminedField
from portal.i18n import gettext, translate_error
from services.core.messages import N_
from services.core.uploads import MOST_BYTES, FileRefused, Upload, examine

MEGABYTE = 1024 * 1024
MOST_PHOTOS = 6


def photograph(file: FileStorage) -> Upload:
    """Return the picture in an uploaded file. Raises StopValidation with a sentence that names the file."""
    name = file.filename or ""
    try:
        upload = examine(file.stream, name)
    except FileRefused as fault:
        is_plain = type(fault) is FileRefused
        raise StopValidation(_fault(file) if is_plain else _told(name, translate_error(fault))) from fault
    if not upload.media_type.startswith("image/"):
        raise StopValidation(gettext("“%(name)s” is no photograph. Please choose a JPG or PNG file.", name=name))
    return upload


def _fault(file: FileStorage) -> str:
    """Say whether a file is empty, too large, or of another kind."""
    size, name = file.stream.seek(0, io.SEEK_END), file.filename or ""
    if size == 0:
        return gettext("“%(name)s” is empty. Please choose it again.", name=name)
    if size > MOST_BYTES:
        return gettext("“%(name)s” is larger than %(most)s MB.", name=name, most=MOST_BYTES // MEGABYTE)
    return gettext("“%(name)s” is no photograph. Please choose a JPG or PNG file.", name=name)


def _told(name: str, reason: str) -> str:
    return gettext("“%(name)s”: %(reason)s", name=name, reason=reason)


class PhotoField(ExaminedField):
    """One photograph, taken at once where the device has a camera."""

    def __init__(self, label: str, validators: Any = None, **kwargs: Any) -> None:
        taken = {"accept": "image/jpeg,image/png", "capture": "environment"}
        super().__init__(label, validators, description=N_("JPG or PNG, at most 10 MB."), render_kw=taken, **kwargs)

    def pre_validate(self, _form: Any) -> None:
        """Refuse what is no picture; none at all is no fault here."""
        if self.data:
            self.upload = photograph(self.data)


class PhotosField(MultipleFileField):
    """Several photographs, each examined by its content before any transaction begins."""

    uploads: Sequence[Upload] = ()

    def __init__(self, label: str, validators: Any = None, **kwargs: Any) -> None:
        hint = N_("JPG or PNG, at most six, each at most 10 MB.")
        kwargs = {"description": hint, "render_kw": {"accept": ".jpg,.jpeg,.png"}, **kwargs}
        super().__init__(label, validators, **kwargs)

    def pre_validate(self, _form: Any) -> None:
        """Refuse what is no picture, each by its name, and more than six."""
        files = [one for one in self.data or [] if getattr(one, "filename", "")]
        if len(files) > MOST_PHOTOS:
            raise StopValidation(gettext("At most %(most)s pictures can be sent.", most=MOST_PHOTOS))
        found, faults = [], []
        for file in files:
            try:
                found.append(photograph(file))
            except StopValidation as fault:
                faults.append(str(fault))
        if faults:
            self.errors = [*self.errors, *faults]
            raise StopValidation
        self.uploads = found
