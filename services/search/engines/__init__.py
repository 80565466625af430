"""The engines: each keeps entries in an index of its own kind and answers questions from it."""
