"""A database that is put back to what it was, while the portal is running on it."""

import sqlite3
from pathlib import Path


class Kept:
    """What an SQLite database held when this was made."""

    def __init__(self, path: Path) -> None:
        self.present, self._before = sqlite3.connect(path), sqlite3.connect(":memory:")
        self.present.backup(self._before)

    def put_back(self) -> None:
        """Let the database hold that again."""
        self._before.backup(self.present)

    def close(self) -> None:
        self.present.close()
        self._before.close()
