"""What staff read of the search: groups of synonyms, and how the index stands."""
