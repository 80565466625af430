"""Reads of the laboratory, by subject."""
