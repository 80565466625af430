"""What an organisation says about itself, and what can be wrong with it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from services.core.errors import RuleBroken
from services.core.messages import N_
from services.organisations import rules
from services.organisations.credit_code import CodeShape, checked
from services.organisations.errors import (
    FoundedLater,
    Missing,
    NoSuchIndustry,
    NoSuchRegion,
    NoTelephone,
    NoWebAddress,
)
from services.organisations.models import Organisation, OrgType, Region

VERIFIED_FACTS = ("name", "credit_code", "org_type")
"""What a verifier has compared with the licence: a change of one of them is verified again."""


@dataclass(frozen=True)
class Particulars:
    """What an organisation says about itself."""

    name: str
    org_type: OrgType
    credit_code: str | None = None
    region_code: str | None = None
    short_name: str = ""
    town: str = ""
    address: str = ""
    industry_code: str = ""
    founded_on: date | None = None
    employees: int | None = None
    products: str = ""
    chain_node: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    shows_contact: bool = True
    website: str = ""
    introduction: str = ""

    @classmethod
    def of(cls, organisation: Organisation) -> Particulars:
        """Return the particulars as they are stored."""
        return cls(**{one.name: getattr(organisation, one.name) for one in fields(cls)})

    def differing(self, other: Particulars) -> dict[str, Any]:
        """Return the values here that ``other`` does not have."""
        theirs = asdict(other)
        return {name: value for name, value in asdict(self).items() if value != theirs[name]}


def faults_of(session: Session, particulars: Particulars, today: date) -> list[RuleBroken]:
    """Return everything that is wrong with the particulars, to be told at once."""
    one = particulars
    founded_later = one.founded_on is not None and one.founded_on > today
    checks: list[tuple[bool, RuleBroken]] = [
        (not one.name, Missing(N_("Please fill in the name as it stands on the licence."), field="name")),
        (bool(one.region_code) and session.get(Region, one.region_code) is None, NoSuchRegion()),
        (bool(one.industry_code) and not rules.is_industry_class(one.industry_code), NoSuchIndustry()),
        (bool(one.contact_phone) and rules.telephone(one.contact_phone) is None, NoTelephone()),
        (bool(one.website) and not one.website.startswith(("https://", "http://")), NoWebAddress()),
        (founded_later, FoundedLater()),
    ]
    return [fault for is_wrong, fault in checks if is_wrong] + _faults_of_code(one.credit_code)


def _faults_of_code(code: str | None) -> list[RuleBroken]:
    try:
        return [] if code is None or checked(code) == code else [CodeShape()]
    except RuleBroken as fault:
        return [fault]
