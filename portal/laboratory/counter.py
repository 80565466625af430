"""The sample counter: receipt by scanner, labels, division, custody, retained samples and disposal."""

from __future__ import annotations
