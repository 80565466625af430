"""Pure rules of the board: steps, directions, contents, duplicates."""
