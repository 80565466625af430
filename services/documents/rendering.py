"""Typesets documents: a template, plain data, and the fonts that lie beside this file; nothing else is read."""

from __future__ import annotations

import io
import json
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import segno
import typst

HERE = Path(__file__).resolve().parent
FONTS = HERE / "fonts"
TEMPLATES = HERE / "templates"


@lru_cache
def _fonts() -> typst.Fonts:
    """Return the fonts of documents, read once; those of the machine are left alone so that every machine prints alike."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])


def typeset(template: str, data: dict[str, Any], *, created_at: datetime) -> bytes:
    """Return the PDF of ``template`` with ``data``, which is only ever shown as text, never read as markup."""
    return typst.compile(
        TEMPLATES / f"{template}.typ",
        font_paths=_fonts(),
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        timestamp=int(created_at.timestamp()),
    )


def picture(template: str, data: dict[str, Any], *, pixels_per_inch: float = 96) -> list[bytes]:
    """Return the pages as PNG pictures, to be looked at."""
    pages = typst.compile(
        TEMPLATES / f"{template}.typ",
        font_paths=_fonts(),
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        format="png",
        ppi=pixels_per_inch,
    )
    return [pages] if isinstance(pages, bytes) else list(pages)


def qr_code(address: str) -> str:
    """Return the QR code of an address as SVG."""
    out = io.BytesIO()
    segno.make(address, error="m").save(out, kind="svg", xmldecl=False, border=0)
    return out.getvalue().decode()
