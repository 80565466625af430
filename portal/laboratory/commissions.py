"""A firm's commissions: the list, one with its time line, quotations to accept, changes, cancelling, re-order, print."""

from __future__ import annotations
