"""What an uploaded file really is: decided by its content, never by its name (domain.md 4.4 rule 6).

Pictures are written anew, so that nothing but their pixels is kept. Documents are opened far enough to know them.
"""

from __future__ import annotations

import io
import unicodedata
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO

from PIL import Image, ImageOps

from services.core.errors import RuleBroken
from services.core.messages import N_

MOST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 40_000_000
MOST_ENTRIES = 2_000
MOST_UNPACKED = 64 * 1024 * 1024
MOST_RATIO = 100
LONGEST_NAME = 120

_HTML_SIGNS = (b"<html", b"<script", b"<!doctype html", b"<svg", b"<iframe", b"<body")
_OOXML = "application/vnd.openxmlformats-officedocument"
_MAIN_PART = {
    "word/document.xml": ("docx", f"{_OOXML}.wordprocessingml.document"),
    "xl/workbook.xml": ("xlsx", f"{_OOXML}.spreadsheetml.sheet"),
}


class FileRefused(RuleBroken):
    """The file is of another kind, too large, empty, or damaged."""

    message = N_("Only PDF, JPG, PNG, DOCX and XLSX files of at most 10 MB are taken.")
    field = "file"


class PictureTooLarge(FileRefused):
    """The picture has more pixels than a scan of a page needs."""

    message = N_("This picture has too many pixels. Please scan the page at 300 dpi.")


class FileDamaged(FileRefused):
    """The file begins like one of the known kinds, but cannot be read to its end."""

    message = N_("This file is damaged and cannot be read. Please save it again and upload the new one.")


@dataclass(frozen=True)
class Upload:
    """A file that has passed its examination; ``content`` is what will be stored."""

    name: str
    extension: str
    media_type: str
    content: bytes


def examine(stream: IO[bytes], name: str) -> Upload:
    """Return the upload behind ``stream``. Raises FileRefused when it is not one of the five kinds, whole and small."""
    stream.seek(0)  # a request that fell victim to a deadlock is answered again, and its file was read before
    content = stream.read(MOST_BYTES + 1)
    if not 0 < len(content) <= MOST_BYTES:
        raise FileRefused
    for sign, reader in _READERS.items():
        if content.startswith(sign):
            extension, media_type, kept = reader(content)
            return Upload(_display_name(name, extension), extension, media_type, kept)
    raise FileRefused


def _display_name(name: str, extension: str) -> str:
    """Return the name people see: without folders, control and direction characters, with the true extension."""
    plain = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    plain = "".join(char for char in plain if unicodedata.category(char)[0] != "C").strip(" .")
    stem, dot, given = plain.rpartition(".")
    known = {extension, "jpeg"} if extension == "jpg" else {extension}
    base = stem if dot and given.lower() in known else plain
    return f"{base[:LONGEST_NAME] or 'file'}.{extension}"


def _pdf(content: bytes) -> tuple[str, str, bytes]:
    lower = content.lower()
    if b"%%eof" not in lower[-2048:] or any(sign in lower[:4096] for sign in _HTML_SIGNS):
        raise FileDamaged
    return "pdf", "application/pdf", content


def _picture(content: bytes) -> tuple[str, str, bytes]:
    """Write the picture anew: no profile, place, comment or trailing bytes survive."""
    try:
        with Image.open(io.BytesIO(content), formats=("JPEG", "PNG")) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise PictureTooLarge
            kind = picture.format
            upright = ImageOps.exif_transpose(picture)
            return _encoded(upright, kind == "PNG")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning) as fault:
        raise FileDamaged from fault


def _encoded(picture: Image.Image, as_png: bool) -> tuple[str, str, bytes]:
    has_alpha = picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info
    pixels = picture.convert("RGBA" if has_alpha and as_png else "L" if picture.mode in {"1", "L"} else "RGB")
    bare = Image.new(pixels.mode, pixels.size)
    bare.paste(pixels)
    out = io.BytesIO()
    if as_png:
        bare.save(out, "PNG")
    else:
        bare.save(out, "JPEG", quality=88)
    if out.tell() > MOST_BYTES:
        raise PictureTooLarge
    return ("png", "image/png", out.getvalue()) if as_png else ("jpg", "image/jpeg", out.getvalue())


def _office(content: bytes) -> tuple[str, str, bytes]:
    """Look into a DOCX or XLSX without trusting what the archive says about its size."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            names = {entry.filename for entry in entries}
            _refuse_bombs(archive, entries, len(content))
    except (zipfile.BadZipFile, OSError, ValueError, EOFError, RuntimeError, NotImplementedError) as fault:
        raise FileDamaged from fault
    if "[Content_Types].xml" not in names or any("vbaproject" in name.lower() for name in names):
        raise FileRefused
    for part, (extension, media_type) in _MAIN_PART.items():
        if part in names:
            return extension, media_type, content
    raise FileRefused


def _refuse_bombs(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], packed: int) -> None:
    """Raise FileRefused for too many entries, odd paths, or more bytes than declared or allowed."""
    most = min(MOST_UNPACKED, packed * MOST_RATIO)
    odd = any(entry.filename.startswith(("/", "\\")) or ".." in entry.filename.split("/") for entry in entries)
    if odd or len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > most:
        raise FileRefused
    unpacked = 0
    for entry in entries:
        with archive.open(entry) as part:
            while piece := part.read(65536):
                unpacked += len(piece)
                if unpacked > most:
                    raise FileRefused


_READERS: dict[bytes, Callable[[bytes], tuple[str, str, bytes]]] = {
    b"%PDF-": _pdf,
    b"\xff\xd8\xff": _picture,
    b"\x89PNG\r\n\x1a\n": _picture,
    b"PK\x03\x04": _office,
}
