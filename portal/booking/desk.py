"""The desk of a centre: what waits, the booking itself, and what staff do with it."""
