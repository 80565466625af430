"""Queries of the association."""
