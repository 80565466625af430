"""The folder of letters: one file each, there as a whole or not at all."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Folder:
    """A folder to which letters and text messages are written."""

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
