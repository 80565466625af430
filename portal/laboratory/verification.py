"""Verification of reports by everybody (报告验真)."""

from __future__ import annotations
