"""The centre's desk for its resources."""
