"""The analysts' and checkers' lists: raw data, results, checks, retests, subcontracting."""

from __future__ import annotations
