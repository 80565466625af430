"""Readings of the training."""
