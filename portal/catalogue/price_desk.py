"""The centre's desk for the prices and extras of a module."""
