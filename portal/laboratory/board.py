"""The laboratory's board: to receive, in test, due, overdue, turnaround, instruments, certificates."""

from __future__ import annotations
