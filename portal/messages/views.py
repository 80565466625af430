"""Pages of messages."""

from portal.messages import bp  # noqa: F401
