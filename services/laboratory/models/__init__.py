"""Tables of the laboratory, by subject."""
