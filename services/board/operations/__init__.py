"""What can happen on the board."""
