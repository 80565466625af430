"""Who may do what: permissions, the roles of domain.md 4.1, and the one table that joins them."""

from __future__ import annotations

from enum import StrEnum

from services.core.messages import N_


class Permission(StrEnum):
    """``resource:action``, alphabetical."""

    ASSOCIATION_SUPERVISE = "association:supervise"
    AUDIT_READ = "audit:read"
    BILL_READ = "bill:read"
    BOOKING_APPROVE = "booking:approve"
    BOOKING_READ = "booking:read"
    BOOKING_REQUEST = "booking:request"
    BOOKING_RUN = "booking:run"
    CALENDAR_EDIT = "calendar:edit"
    CAPABILITY_EDIT = "capability:edit"
    CASE_HANDLE = "case:handle"
    CLASS_RUN = "class:run"
    COMMISSION_PLACE = "commission:place"
    COMMISSION_READ = "commission:read"
    COMMISSION_REVIEW = "commission:review"
    CREDIT_GRANT = "credit:grant"
    DUES_MANAGE = "dues:manage"
    INDEX_MANAGE = "index:manage"
    INTEREST_SEND = "interest:send"
    INVOICE_ASK = "invoice:ask"
    MEETING_RUN = "meeting:run"
    MEMBER_MANAGE = "member:manage"
    MEMBERSHIP_ACT = "membership:act"
    MODULE_EDIT = "module:edit"
    MODULE_PUBLISH = "module:publish"
    OBJECTION_HANDLE = "objection:handle"
    ORGANISATION_EDIT = "organisation:edit"
    ORGANISATION_STAFF = "organisation:staff"
    ORGANISATION_SUSPEND = "organisation:suspend"
    ORGANISATION_VERIFY = "organisation:verify"
    OUTBOX_MANAGE = "outbox:manage"
    PAYMENT_RECORD = "payment:record"
    PERSON_MANAGE = "person:manage"
    POST_REVIEW = "post:review"
    POST_WRITE = "post:write"
    REPORT_ISSUE = "report:issue"
    REPORT_OPEN = "report:open"
    REPORT_PREPARE = "report:prepare"
    REPORT_READ = "report:read"
    REPORT_REVIEW = "report:review"
    RESOURCE_EDIT = "resource:edit"
    RESULT_CHECK = "result:check"
    RESULT_ENTER = "result:enter"
    SAMPLE_HANDLE = "sample:handle"
    SAMPLE_RECEIVE = "sample:receive"
    SETTING_EDIT = "setting:edit"
    STANDARD_EDIT = "standard:edit"
    STATISTICS_READ = "statistics:read"
    SUBSIDY_DECIDE = "subsidy:decide"
    SYNONYM_EDIT = "synonym:edit"
    TRAINEE_REGISTER = "trainee:register"
    WORKLIST_READ = "worklist:read"


class Role(StrEnum):
    """A role is held by a person in one organisation."""

    ANALYST = "analyst"
    ASSOC_OFFICER = "assoc_officer"
    ASSOC_STAFF = "assoc_staff"
    AUDITOR = "auditor"
    BANK_USER = "bank_user"
    ENT_ADMIN = "ent_admin"
    ENT_USER = "ent_user"
    EXPERT = "expert"
    GOV_FINANCE = "gov_finance"
    GOV_OFFICER = "gov_officer"
    LAB_CLERK = "lab_clerk"
    PROVIDER_ADMIN = "provider_admin"
    REVIEWER_LAB = "reviewer_lab"
    SIGNATORY = "signatory"
    SYSADMIN = "sysadmin"
    TRAINER = "trainer"


ROLE_NAMES: dict[Role, str] = {
    Role.ANALYST: N_("Analyst"),
    Role.ASSOC_OFFICER: N_("Association council member"),
    Role.ASSOC_STAFF: N_("Association secretariat"),
    Role.AUDITOR: N_("Auditor"),
    Role.BANK_USER: N_("Bank or guarantor"),
    Role.ENT_ADMIN: N_("Enterprise administrator"),
    Role.ENT_USER: N_("Enterprise agent"),
    Role.EXPERT: N_("Expert"),
    Role.GOV_FINANCE: N_("Finance department"),
    Role.GOV_OFFICER: N_("Department officer"),
    Role.LAB_CLERK: N_("Reception clerk"),
    Role.PROVIDER_ADMIN: N_("Centre administrator"),
    Role.REVIEWER_LAB: N_("Laboratory reviewer"),
    Role.SIGNATORY: N_("Authorised signatory"),
    Role.SYSADMIN: N_("Platform administrator"),
    Role.TRAINER: N_("Trainer"),
}

_CLIENT = {
    Permission.BILL_READ,
    Permission.BOOKING_READ,
    Permission.BOOKING_REQUEST,
    Permission.COMMISSION_PLACE,
    Permission.COMMISSION_READ,
    Permission.INTEREST_SEND,
    Permission.INVOICE_ASK,
    Permission.MEMBERSHIP_ACT,
    Permission.POST_WRITE,
    Permission.REPORT_READ,
    Permission.TRAINEE_REGISTER,
}
_COUNTER = {Permission.BOOKING_READ, Permission.BOOKING_APPROVE, Permission.BOOKING_RUN, Permission.PAYMENT_RECORD}
_RECEPTION = {
    Permission.COMMISSION_REVIEW,
    Permission.REPORT_OPEN,
    Permission.REPORT_PREPARE,
    Permission.SAMPLE_HANDLE,
    Permission.SAMPLE_RECEIVE,
    Permission.WORKLIST_READ,
}

GRANTS: dict[Role, frozenset[Permission]] = {
    Role.ANALYST: frozenset(
        {
            Permission.BOOKING_READ,
            Permission.BOOKING_RUN,
            Permission.RESULT_ENTER,
            Permission.SAMPLE_HANDLE,
            Permission.WORKLIST_READ,
        }
    ),
    Role.ASSOC_OFFICER: frozenset(_CLIENT),
    Role.ASSOC_STAFF: frozenset(
        _CLIENT
        | {
            Permission.CASE_HANDLE,
            Permission.CLASS_RUN,
            Permission.DUES_MANAGE,
            Permission.MEETING_RUN,
            Permission.MEMBER_MANAGE,
            Permission.ORGANISATION_EDIT,
            Permission.ORGANISATION_STAFF,
            Permission.POST_REVIEW,
            Permission.STATISTICS_READ,
        }
    ),
    Role.AUDITOR: frozenset({Permission.AUDIT_READ, Permission.STATISTICS_READ}),
    Role.BANK_USER: frozenset({Permission.BOOKING_READ}),
    Role.ENT_ADMIN: frozenset(_CLIENT | {Permission.ORGANISATION_EDIT, Permission.ORGANISATION_STAFF}),
    Role.ENT_USER: frozenset(_CLIENT),
    Role.EXPERT: frozenset(),
    Role.GOV_FINANCE: frozenset({Permission.STATISTICS_READ}),
    Role.GOV_OFFICER: frozenset(
        {
            Permission.ASSOCIATION_SUPERVISE,
            Permission.ORGANISATION_VERIFY,
            Permission.STATISTICS_READ,
            Permission.SUBSIDY_DECIDE,
        }
    ),
    Role.LAB_CLERK: frozenset(_COUNTER | _RECEPTION),
    Role.PROVIDER_ADMIN: frozenset(
        _COUNTER
        | _RECEPTION
        | {
            Permission.CAPABILITY_EDIT,
            Permission.CLASS_RUN,
            Permission.CREDIT_GRANT,
            Permission.MODULE_EDIT,
            Permission.OBJECTION_HANDLE,
            Permission.ORGANISATION_EDIT,
            Permission.ORGANISATION_STAFF,
            Permission.RESOURCE_EDIT,
            Permission.STANDARD_EDIT,
            Permission.STATISTICS_READ,
        }
    ),
    Role.REVIEWER_LAB: frozenset(
        {
            Permission.BOOKING_READ,
            Permission.OBJECTION_HANDLE,
            Permission.REPORT_OPEN,
            Permission.REPORT_REVIEW,
            Permission.RESULT_CHECK,
            Permission.WORKLIST_READ,
        }
    ),
    Role.SIGNATORY: frozenset(
        {
            Permission.BOOKING_READ,
            Permission.OBJECTION_HANDLE,
            Permission.REPORT_ISSUE,
            Permission.REPORT_OPEN,
            Permission.WORKLIST_READ,
        }
    ),
    Role.SYSADMIN: frozenset(
        {
            Permission.AUDIT_READ,
            Permission.CALENDAR_EDIT,
            Permission.INDEX_MANAGE,
            Permission.MODULE_PUBLISH,
            Permission.ORGANISATION_SUSPEND,
            Permission.ORGANISATION_VERIFY,
            Permission.OUTBOX_MANAGE,
            Permission.PERSON_MANAGE,
            Permission.POST_REVIEW,
            Permission.SETTING_EDIT,
            Permission.STANDARD_EDIT,
            Permission.STATISTICS_READ,
            Permission.SYNONYM_EDIT,
        }
    ),
    Role.TRAINER: frozenset(_COUNTER | {Permission.CLASS_RUN}),
}

EVERYWHERE = frozenset(
    {
        Permission.ASSOCIATION_SUPERVISE,
        Permission.AUDIT_READ,
        Permission.CALENDAR_EDIT,
        Permission.INDEX_MANAGE,
        Permission.MODULE_PUBLISH,
        Permission.ORGANISATION_SUSPEND,
        Permission.ORGANISATION_VERIFY,
        Permission.OUTBOX_MANAGE,
        Permission.PERSON_MANAGE,
        Permission.SETTING_EDIT,
        Permission.STANDARD_EDIT,
        Permission.SUBSIDY_DECIDE,
        Permission.SYNONYM_EDIT,
    }
)
"""Permissions that reach beyond the holder's own organisation."""


def granted(roles: frozenset[Role]) -> frozenset[Permission]:
    """Return everything the holders of ``roles`` may do."""
    return frozenset().union(*(GRANTS[role] for role in roles)) if roles else frozenset()
