"""Everything that can happen to a booking, a file per subject."""
