"""What the portal costs, measured beside the least that the same machine needs for the same thing, as ratios."""
