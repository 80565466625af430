"""Free questions before an order (检测咨询), the client's and the clerk's side."""

from __future__ import annotations
