"""What the pages of the search have addresses of: a group of synonyms, and questions."""

from typing import Any

from sqlalchemy.orm import Session

from services.core import clock
from services.search.models import SynonymGroup, SynonymTerm


def searched(session: Session) -> dict[str, list[Any]]:
    """Enter a group of synonyms; return the places of addresses."""
    group = SynonymGroup(note="同义", changed_at=clock.now())
    group.terms = [SynonymTerm(term=term, position=place) for place, term in enumerate(("料棒", "玻璃棒"))]
    session.add(group)
    session.flush()
    kinds = ("module", "item", "standard", "post", "enterprise")
    return {
        "group_id": [group.id],
        "search.index ?": ["q=canary", "q=玻璃", *(f"q=canary&kind={kind}" for kind in kinds)],
        "search.suggest ?": ["q=can", "q=canary"],
        "search.synonyms ?": ["q=料棒"],
    }
