"""Which organisation a signed-in browser acts for (当前身份)."""

from __future__ import annotations

from sqlalchemy import select

from services.accounts.models import SignIn
from services.core.errors import NotFound
from services.core.work import Work
from services.organisations.models import Membership, Organisation, OrgState


def act_for(work: Work, sign_in_id: int, organisation_id: int) -> Organisation:
    """The sign-in acts for an organisation in which its person holds a role now. Raises NotFound for any other."""
    sign_in = work.session.get(SignIn, sign_in_id, with_for_update=True)
    if sign_in is None or sign_in.person_id != work.actor.person_id:
        raise NotFound
    held = (
        select(Organisation)
        .join(Membership, Membership.organisation_id == Organisation.id)
        .where(
            Organisation.id == organisation_id,
            Organisation.state != OrgState.SUSPENDED,
            Membership.person_id == sign_in.person_id,
            Membership.ended_at.is_(None),
        )
        .limit(1)
    )
    organisation = work.session.scalars(held).first()
    if organisation is None:
        raise NotFound
    sign_in.organisation_id = organisation.id
    work.record("sign_in.acts_for", sign_in, organisation_id=organisation.id)
    return organisation
