"""Organisations and their people for tests; everything is flushed, so it has an id."""

from datetime import timedelta
from itertools import count

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.accounts.models import Person
from services.accounts.rules import token_hash
from services.core import clock
from services.core.actor import Actor
from services.core.permissions import Role
from services.organisations.credit_code import check_character
from services.organisations.models import (
    Invitation,
    JoinKind,
    JoinRequest,
    Membership,
    Organisation,
    OrgKind,
    OrgState,
    OrgType,
    Region,
    Verification,
)
from services.organisations.rules import name_key

BAOYING = "321023"
_numbers = count(1)


def credit_code_of(number: int, region: str = BAOYING, prefix: str = "91") -> str:
    """Return a right code whose body no issued code has."""
    body = f"{prefix}{region}DEM{number:06d}"
    return body + check_character(body)


def make_region(session: Session, code: str = BAOYING, name: str = "") -> Region:
    """Make a region, or return the one that is there."""
    region = session.get(Region, code)
    if region is None:
        region = Region(code=code, name=name or f"地区{code}")
        session.add(region)
        session.flush()
    return region


def make_organisation(session: Session, **over) -> Organisation:
    """Make a verified enterprise of Baoying with everything a verifier asks for."""
    number = next(_numbers)
    values = {
        "name": f"示例·晶石{number}玻璃有限公司",
        "org_type": OrgType.MAKER,
        "kind": OrgKind.ENTERPRISE,
        "credit_code": credit_code_of(number),
        "region_code": BAOYING,
        "town": "小官庄镇",
        "address": "演示路8号",
        "contact_name": "王示例",
        "contact_phone": "0514-88000001",
        "products": "玻璃管",
        "level": 2,
        "state": OrgState.VERIFIED,
        "created_at": clock.now(),
    } | over
    values.setdefault("name_key", name_key(values["name"]))
    if values["region_code"]:
        make_region(session, values["region_code"])
    organisation = Organisation(**values)
    session.add(organisation)
    session.flush()
    return organisation


def make_member(
    session: Session, person: Person, organisation: Organisation, role: Role = Role.ENT_ADMIN
) -> Membership:
    """Give a person a role in an organisation."""
    membership = Membership(
        person_id=person.id, organisation_id=organisation.id, role=role, started_at=clock.now() - timedelta(days=30)
    )
    session.add(membership)
    session.flush()
    return membership


def make_invitation(session: Session, organisation: Organisation, inviter: Person, contact: str, **over) -> str:
    """Make an open invitation and return the token of its link."""
    token = f"token-{next(_numbers)}"
    now = clock.now()
    values = {"role": Role.ENT_USER, "invited_at": now, "expires_at": now + timedelta(days=7)} | over
    session.add(
        Invitation(
            token_hash=token_hash(token),
            organisation_id=organisation.id,
            invited_by_id=inviter.id,
            contact=contact,
            **values,
        )
    )
    session.flush()
    return token


def make_join_request(session: Session, person: Person, organisation: Organisation, **over) -> JoinRequest:
    """Make a request to join that waits."""
    request = JoinRequest(
        person_id=person.id,
        organisation_id=organisation.id,
        **{"kind": JoinKind.JOIN, "asked_at": clock.now()} | over,
    )
    session.add(request)
    session.flush()
    return request


def make_verification(session: Session, organisation: Organisation, submitter: Person, **over) -> Verification:
    """Make a submission of the organisation as it stands that waits; the organisation waits, too."""
    values = {
        "particulars": {
            "name": organisation.name,
            "credit_code": organisation.credit_code,
            "org_type": organisation.org_type.value,
        },
        "submitted_at": clock.now(),
    } | over
    if organisation.state is OrgState.VERIFIED:
        organisation.state = OrgState.CHANGING
    elif organisation.state is OrgState.DRAFT:
        organisation.state, organisation.level = OrgState.SUBMITTED, 1
    verification = Verification(organisation_id=organisation.id, submitted_by_id=submitter.id, **values)
    session.add(verification)
    session.flush()
    return verification


def actor_of(session: Session, person: Person, organisation: Organisation | None) -> Actor:
    """Return the actor that the portal makes of a person who acts for an organisation."""
    roles = session.scalars(
        select(Membership.role).where(
            Membership.person_id == person.id,
            Membership.organisation_id == (organisation.id if organisation else None),
            Membership.ended_at.is_(None),
        )
    )
    return Actor(person.id, person.name, organisation.id if organisation else None, frozenset(roles))
