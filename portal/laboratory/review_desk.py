"""The clerk's desk: commissions to review, the contract review, quotations, requests, on behalf of a firm."""

from __future__ import annotations
