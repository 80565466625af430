"""The centre's desk for its booking policies."""
