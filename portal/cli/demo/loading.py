"""What the stages of a load share: the transaction, the days, the size, and the count of what is new."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import select

from portal.cli.demo.days import Days
from portal.cli.demo.sheets import Row, sheet
from portal.config import Settings
from services.core.base import Base
from services.core.work import Work

Made = TypeVar("Made", bound=Base)


@dataclass
class Loading:
    """One stage of a load inside its transaction."""

    work: Work
    days: Days
    small: bool
    settings: Settings
    added: Counter[str] = field(default_factory=Counter)

    def sheet(self, name: str) -> list[Row]:
        """Return the rows of a table that belong to this size."""
        return sheet(name, small=self.small)

    def add_missing(
        self, rows: Iterable[Row], key: Any, column: str, make: Callable[[Row], Made]
    ) -> list[tuple[Row, Made]]:
        """Add what ``make`` returns for each row whose ``column`` no row of the database has as its ``key``.

        Return the new ones, with their ids, each beside the row it came from.
        """
        known = set(self.work.session.scalars(select(key).order_by(key)))
        made = [(row, make(row)) for row in rows if row[column] not in known]
        self.work.session.add_all(new for _, new in made)
        self.work.session.flush()  # what comes next refers to their ids
        self.count(new for _, new in made)
        return made

    def count(self, new: Iterable[Base]) -> None:
        """Count rows that have been added."""
        self.added.update(one.__tablename__ for one in new)

    def ids(self, key: Any, identity: Any) -> dict[str, int]:
        """Return the ids of a table by their natural key."""
        statement = select(key, identity).where(key.is_not(None)).order_by(identity)
        return {str(name): int(number) for name, number in self.work.session.execute(statement)}
