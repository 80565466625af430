"""Tables of the association."""
