"""The reasons calendars say no."""

from services.core.errors import RuleBroken
from services.core.messages import N_


class TooManyFeeds(RuleBroken):
    """A person keeps a handful of feeds."""

    message = N_("You have %(most)s calendar addresses already. Revoke one that is no longer used first.")
