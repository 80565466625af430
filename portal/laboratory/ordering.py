"""The order wizard (我要检测): product, package or items, samples, options, price, confirm."""

from __future__ import annotations
