"""One search over everything people look for: our own words, three thin engines, and an index that can be thrown away.

A *document* is what is searched of one thing (a module, a standard, a post …). The database is the truth: what is found is
read again with the visitor's rights before it is shown. The index is written by the worker alone.
"""
