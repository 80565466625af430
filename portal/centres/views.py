"""Pages of centres."""

from portal.centres import bp  # noqa: F401
