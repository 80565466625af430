"""The centre's desk for opening hours and exceptions."""
