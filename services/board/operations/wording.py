"""What firms write to each other is searched for contact data: that is revealed by acceptance alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from services.board.interest_errors import ContactFound, NameFound
from services.board.rules.contents import Fault, Finding, Told, findings_in
from services.core.errors import RuleBroken, RulesBroken

_REFUSED = {Fault.CONTACT: ContactFound, Fault.IDENTITY: NameFound}


def refuse_contact_data(texts: Mapping[str, str], *, identity: Iterable[str] = ()) -> None:
    """Raise RulesBroken with every place of the named texts where contact data stands, or a name of ``identity``."""
    found = findings_in([Told(field, text) for field, text in texts.items()], identity=identity)
    errors = [_error(one) for one in found if one.fault in _REFUSED]
    if errors:
        raise RulesBroken(errors)


def _error(found: Finding) -> RuleBroken:
    return _REFUSED[found.fault](field=found.field, shown=found.shown)
