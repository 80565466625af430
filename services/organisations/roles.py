"""Which roles may be held in which kind of organisation, and who administers its people."""

from __future__ import annotations

from services.core.permissions import Role
from services.organisations.models import OrgKind

_FIRM = (Role.ENT_ADMIN, Role.ENT_USER)

ROLES_OF: dict[OrgKind, tuple[Role, ...]] = {
    OrgKind.ENTERPRISE: _FIRM,
    OrgKind.CARRIER: _FIRM,
    OrgKind.CENTRE: (
        Role.PROVIDER_ADMIN,
        Role.LAB_CLERK,
        Role.ANALYST,
        Role.REVIEWER_LAB,
        Role.SIGNATORY,
        Role.TRAINER,
    ),
    OrgKind.ASSOCIATION: (Role.ASSOC_STAFF, Role.ASSOC_OFFICER),
    OrgKind.DEPARTMENT: (Role.GOV_OFFICER, Role.GOV_FINANCE, Role.AUDITOR),
    OrgKind.OPERATOR: (Role.SYSADMIN, Role.AUDITOR),
    OrgKind.FINANCIAL: (Role.PROVIDER_ADMIN, Role.BANK_USER),
    OrgKind.INSTITUTE: (Role.PROVIDER_ADMIN, Role.EXPERT, Role.TRAINER),
}

ADMINISTRATOR_OF: dict[OrgKind, Role] = {
    OrgKind.ENTERPRISE: Role.ENT_ADMIN,
    OrgKind.CARRIER: Role.ENT_ADMIN,
    OrgKind.CENTRE: Role.PROVIDER_ADMIN,
    OrgKind.ASSOCIATION: Role.ASSOC_STAFF,
    OrgKind.OPERATOR: Role.SYSADMIN,
    OrgKind.FINANCIAL: Role.PROVIDER_ADMIN,
    OrgKind.INSTITUTE: Role.PROVIDER_ADMIN,
}
"""A department has none: its officers are appointed by the platform, so that nobody makes himself the second signature
(财政) of his own payments."""

ORDINARY_ROLE_OF: dict[OrgKind, Role] = {
    OrgKind.ENTERPRISE: Role.ENT_USER,
    OrgKind.CARRIER: Role.ENT_USER,
    OrgKind.CENTRE: Role.LAB_CLERK,
    OrgKind.ASSOCIATION: Role.ASSOC_OFFICER,
    OrgKind.FINANCIAL: Role.BANK_USER,
    OrgKind.INSTITUTE: Role.EXPERT,
}

SELF_REGISTERED = tuple(kind for kind in OrgKind if kind not in {OrgKind.DEPARTMENT, OrgKind.OPERATOR})
"""The kinds a person may register; departments and the operator are entered by the platform."""


def fits(role: Role, kind: OrgKind) -> bool:
    """Tell whether ``role`` may be held in an organisation of ``kind``."""
    return role in ROLES_OF[kind]
