"""Pages of catalogue."""

from portal.catalogue import bp  # noqa: F401
