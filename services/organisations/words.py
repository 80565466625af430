"""The words people see for kinds, types, levels and states of organisations."""

from __future__ import annotations

from services.core.messages import N_
from services.organisations.models import OrgKind, OrgState, OrgType

TYPE_NAMES: dict[OrgType, str] = {
    OrgType.SUPPLIER: N_("Supplier"),
    OrgType.MAKER: N_("Maker of finished goods"),
    OrgType.TRADER: N_("Buyer or trader"),
    OrgType.INTERMEDIARY: N_("Intermediary service body"),
    OrgType.ADMINISTRATION: N_("Planning and administration body"),
}

KIND_NAMES: dict[OrgKind, str] = {
    OrgKind.ENTERPRISE: N_("Enterprise"),
    OrgKind.CENTRE: N_("Service centre"),
    OrgKind.ASSOCIATION: N_("Industry association"),
    OrgKind.DEPARTMENT: N_("Department"),
    OrgKind.OPERATOR: N_("Platform operator"),
    OrgKind.FINANCIAL: N_("Bank or guarantee body"),
    OrgKind.INSTITUTE: N_("Institute or school"),
    OrgKind.CARRIER: N_("Carrier"),
}

LEVEL_NAMES: dict[int, str] = {
    0: N_("Not verified"),
    1: N_("Documents submitted"),
    2: N_("Licence verified"),
    3: N_("Visited"),
}

STATE_NAMES: dict[OrgState, str] = {
    OrgState.DRAFT: N_("Draft"),
    OrgState.SUBMITTED: N_("Waiting for verification"),
    OrgState.VERIFIED: N_("Verified"),
    OrgState.RETURNED: N_("Returned"),
    OrgState.CHANGING: N_("Change waiting for verification"),
    OrgState.SUSPENDED: N_("Suspended"),
}
