"""The centre's desk for its service modules: list, entry, states."""
