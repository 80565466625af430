"""Pure rules of the laboratory, by subject."""
