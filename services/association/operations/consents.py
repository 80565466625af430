"""What of a member other members see: agreed to field by field, and taken back at any time."""

from __future__ import annotations

from services.association.models.register import Member
from services.core.errors import NotFound
from services.core.permissions import Permission
from services.core.work import Work

FIELDS = ("shows_name", "shows_contact", "shows_phone", "shows_address", "shows_products")


def set_consents(work: Work, member_id: int, shown: frozenset[str]) -> Member:
    """Show exactly the fields named in ``shown`` from now on; others are not shown. By the member itself alone."""
    member = work.session.get(Member, member_id, with_for_update={"of": Member})
    if member is None:
        work.require(Permission.MEMBERSHIP_ACT)
        raise NotFound
    work.require(Permission.MEMBERSHIP_ACT, scope=member.organisation_id)
    changed = {}
    for field in FIELDS:
        if getattr(member, field) != (field in shown):
            setattr(member, field, field in shown)
            changed[field] = field in shown
    if changed:
        work.record("member.consents", member, **changed)
    return member
