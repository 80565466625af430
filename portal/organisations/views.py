"""Pages of organisations."""

from portal.organisations import bp  # noqa: F401
