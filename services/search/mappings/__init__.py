"""How each kind of thing becomes a document, and how it is read again for the visitor: one file a kind."""
