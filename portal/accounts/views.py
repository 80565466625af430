"""Pages of accounts."""

from portal.accounts import bp  # noqa: F401
