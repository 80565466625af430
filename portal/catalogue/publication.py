"""The platform's queue of modules that wait for publication."""
