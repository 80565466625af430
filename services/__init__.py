"""Everything the portal knows and does; no web framework inside."""
