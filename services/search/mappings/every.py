"""All kinds that can be searched, in the order in which they are shown."""

from __future__ import annotations

from services.search.documents import Kind
from services.search.mappings.courses import COURSES
from services.search.mappings.enterprises import ENTERPRISES
from services.search.mappings.mapping import KindMapping
from services.search.mappings.modules import ITEMS, MODULES
from services.search.mappings.posts import POSTS
from services.search.mappings.standards import STANDARDS

MAPPINGS: dict[Kind, KindMapping] = {
    mapping.kind: mapping for mapping in (MODULES, ITEMS, STANDARDS, POSTS, COURSES, ENTERPRISES)
}
