"""Puts odd words wherever the database holds what people typed."""

from itertools import cycle

from sqlalchemy import Engine, String, Text, text

import services.jobs.models  # noqa: F401 - every table has to be known
from portal.extensions import db
from services.core.base import Words

# Codes, hashes, addresses and words of the portal; nobody types them, and what they look like is checked.
KEPT = {
    *(
        "key",
        "code",
        "name_key",
        "login",
        "mobile",
        "email",
        "locale",
        "token",
        "token_hash",
        "code_hash",
        "salt",
        "no",
    ),
    *(
        "password_hash",
        "credit_code",
        "region_code",
        "industry_code",
        "contact_phone",
        "owner_phone",
        "phone",
        "address",
    ),
    *(
        "kind",
        "purpose",
        "media_type",
        "sha256",
        "task",
        "link",
        "message",
        "subject_table",
        "digest",
        "outcome",
        "unit",
    ),
    *(
        "secret",
        "receipt_no",
        "website",
        "center_type",
        "contact",
        "last_error",
        "browser",
        "source_url",
        "version_num",
    ),
}
PURPOSE_OF_PEOPLE = ("booking", "purpose")
SHORTEST = 20


def plant(engine: Engine, *words: str) -> int:
    """Put ``words``, one after the other, into every column of free text; return how many rows were changed."""
    todo, count = cycle(words), 0
    with engine.begin() as connection:
        triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        for (name,) in connection.execute(text(triggers)).all():
            connection.execute(text(f"DROP TRIGGER {name}"))  # histories are kept from people, not from this test
        for table, column in free_texts():
            number = next(todo)
            statement = f"UPDATE {table} SET {column.name} = substr(:word, 1, :most) || rowid WHERE {column.name} <> ''"
            most = (column.type.length or 2_000) - 6
            count += connection.execute(text(statement), {"word": number, "most": most}).rowcount
    return count


def free_texts():
    """Yield each table's name with its columns of free text."""
    for table in db.metadata.sorted_tables:
        for column in table.columns:
            plain = isinstance(column.type, String | Text) and not isinstance(column.type, Words)
            typed = plain and not column.foreign_keys and (column.type.length or SHORTEST) >= SHORTEST
            if typed and (column.name not in KEPT or (table.name, column.name) == PURPOSE_OF_PEOPLE):
                yield table.name, column
