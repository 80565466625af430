"""What the laboratory can do: items, methods, limits, packages, scope, calibrations, signatories."""

from __future__ import annotations
