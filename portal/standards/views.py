"""Standards: search, one standard with its chain, and the desk that maintains them."""

from __future__ import annotations
