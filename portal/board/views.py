"""Registers the pages of the board."""
