"""What can happen in the laboratory, by subject."""
