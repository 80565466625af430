"""Rules of the association, without a database."""
