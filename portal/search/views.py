"""Registers the pages of the search."""
