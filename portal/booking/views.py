"""Pages of booking."""

from portal.booking import bp  # noqa: F401
