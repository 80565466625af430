"""The folder of letters: one file each, there as a whole or not at all."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from heapq import nlargest
from pathlib import Path

_STAMP = "%Y%m%dT%H%M%S"


@dataclass(frozen=True)
class Kept:
    """A letter or a text message as it lies in the folder."""

    at: datetime
    reader: str
    subject: str
    text: str


@dataclass(frozen=True)
class Folder:
    """A folder to which letters (.eml) and text messages (.txt) are written."""

    path: Path

    def keep(self, name: str, content: bytes) -> None:
        """Write ``content`` to the file ``name``; a repetition writes the same file again."""
        self.path.mkdir(parents=True, exist_ok=True)
        part = self.path / f".{name}.part"
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(self.path / name)

    def newest(self, count: int) -> list[Kept]:
        """Return the ``count`` letters that were promised last, the latest first; their names begin with the time."""
        files = [path for ending in ("eml", "txt") for path in self.path.glob(f"[0-9]*.{ending}")]
        return [_read(path) for path in nlargest(count, files, key=_order)]


def _order(path: Path) -> tuple[str, int]:
    stamp, _, rest = path.stem.partition("-")
    number = rest.partition("-")[0]
    return stamp, int(number) if number.isdigit() else 0


def _read(path: Path) -> Kept:
    at = datetime.strptime(path.stem.partition("-")[0], _STAMP).replace(tzinfo=UTC)
    if path.suffix == ".txt":
        head, _, text = path.read_text(encoding="utf-8").partition("\n\n")
        return Kept(at, head.removeprefix("To: "), "", text.strip())
    message = message_from_bytes(path.read_bytes(), policy=default)
    assert isinstance(message, EmailMessage)
    body = message.get_body(("plain",))
    text = body.get_content().strip() if body else ""
    return Kept(at, str(message["To"] or ""), str(message["Subject"] or ""), text)
