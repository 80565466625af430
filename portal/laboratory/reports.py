"""Reports as clients fetch them, and objections."""

from __future__ import annotations
