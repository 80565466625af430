"""The declarative base, and the column types every table uses."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, ClassVar, TypeVar

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    Dialect,
    Integer,
    MetaData,
    String,
    Table,
    event,
)
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

W = TypeVar("W", bound=StrEnum)

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Every table of the portal."""

    metadata = MetaData(naming_convention=NAMES)
    __table__: ClassVar[Table]


class Instant(TypeDecorator[datetime]):
    """A moment: aware in Python, UTC in the database. A naive value raises ValueError."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive moment: {value!r}")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Words(TypeDecorator[W]):
    """One word of a fixed list, stored as text; the table checks the list."""

    impl = String
    cache_ok = True

    def __init__(self, words: type[W]) -> None:
        super().__init__(max(len(word) for word in words))
        self.words = words

    def process_bind_param(self, value: W | str | None, dialect: Dialect) -> str | None:
        return None if value is None else self.words(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> W | None:
        return None if value is None else self.words(value)


Fen = BigInteger().with_variant(Integer(), "sqlite")
Facts = JSON


@event.listens_for(Column, "after_parent_attach")
def _hold_the_column_to_its_type(column: Column[Any], table: Any) -> None:
    """SQLite keeps 5,000 characters in varchar(20) and any word in an enum; the tables refuse both themselves."""
    if not isinstance(table, Table) or table.metadata is not Base.metadata:
        return  # a migration's tables spell their constraints out
    kind = column.type
    if isinstance(kind, Words):
        words = ", ".join(f"'{word.value}'" for word in kind.words)
        table.append_constraint(CheckConstraint(f"{column.name} IN ({words})", name=f"{column.name}_word"))
    elif isinstance(kind, String) and kind.length:
        rule = f"length({column.name}) <= {kind.length}"
        table.append_constraint(CheckConstraint(rule, name=f"{column.name}_length"))
