"""Reports: preparing, reviewing, issuing, amending, withdrawing."""

from __future__ import annotations
