"""Registers the pages of the search."""

import portal.search.desk
import portal.search.results  # noqa: F401 - registers its views
