"""Registers the pages of the board."""

from __future__ import annotations

from portal.board import (  # noqa: F401 - registers the pages
    behalf,
    counting,
    deals,
    desk,
    desk_cases,
    desk_lists,
    feeds,
    importing,
    index,
    interests,
    matches,
    papers,
    pictures,
    posting,
    posts,
    searches,
)
