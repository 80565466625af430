"""Groups of words that mean the same, which staff maintain."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from services.core.errors import ChangedMeanwhile, NotFound
from services.core.permissions import Permission
from services.core.work import Work
from services.search.analysis import LONGEST_TERM, fold
from services.search.errors import TermTwice, TooFewTerms, TooManyTerms
from services.search.models import SynonymGroup, SynonymTerm
from services.search.operations.rebuilding import promise_rebuild

MOST_TERMS = 7
SHORTEST_TERM = 2


def terms_of(text: str) -> list[str]:
    """Return the words of a typed line, folded as queries are; they stand between blanks, commas or 、."""
    spaced = fold(text)
    for separator in "、,;，；=/|":
        spaced = spaced.replace(separator, " ")
    return list(dict.fromkeys(spaced.split()))


def save_group(
    work: Work, terms: Iterable[str], *, note: str = "", group_id: int | None = None, version: int | None = None
) -> SynonymGroup:
    """Make or change a group; searches know of it at once, and the index is made anew with its words.

    Raises TooFewTerms, TooManyTerms, TermTwice, and ChangedMeanwhile when another version was looked at.
    """
    work.require(Permission.SYNONYM_EDIT)
    wanted = [term for given in terms for term in terms_of(given)]
    wanted = [term for term in dict.fromkeys(wanted) if SHORTEST_TERM <= len(term) <= LONGEST_TERM]
    if len(wanted) < 2:
        raise TooFewTerms
    if len(wanted) > MOST_TERMS:
        raise TooManyTerms(most=MOST_TERMS)
    group = SynonymGroup() if group_id is None else _group(work, group_id, version)
    _refuse_doubles(work, wanted, group_id)
    group.note, group.changed_at, group.changed_by_id = note.strip()[:200], work.now, work.actor.person_id
    before = [one.term for one in group.terms]
    group.terms = []
    work.session.add(group)
    if group_id is not None:
        flag_modified(group, "changed_at")  # other words alone make a new version, too
    work.session.flush()
    group.terms = [SynonymTerm(term=term, position=place) for place, term in enumerate(wanted)]
    work.record("synonyms.saved", group, terms=wanted, before=before)
    promise_rebuild(work)
    return group


def remove_group(work: Work, group_id: int) -> None:
    """Remove a group: its words are different words from now on. Raises NotFound."""
    work.require(Permission.SYNONYM_EDIT)
    group = _group(work, group_id, None)
    work.record("synonyms.removed", group, terms=[one.term for one in group.terms])
    work.session.delete(group)


def _group(work: Work, group_id: int, version: int | None) -> SynonymGroup:
    group = work.session.get(SynonymGroup, group_id, with_for_update=True)
    if group is None:
        raise NotFound
    if version is not None and group.version != version:
        raise ChangedMeanwhile
    return group


def _refuse_doubles(work: Work, terms: list[str], group_id: int | None) -> None:
    taken = select(SynonymTerm.term).where(SynonymTerm.term.in_(terms), SynonymTerm.group_id != (group_id or 0))
    if found := work.session.scalars(taken.order_by(SynonymTerm.term).limit(1)).first():
        raise TermTwice(term=found)
