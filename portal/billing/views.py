"""What a firm owes and has paid, its statements and invoice requests."""

from __future__ import annotations
