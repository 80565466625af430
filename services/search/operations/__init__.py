"""What staff do to the search: synonyms, and a rebuild of the index."""
