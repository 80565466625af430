"""Who is behind the present request: the person, the active organisation, and the actor made of both."""

from __future__ import annotations

from dataclasses import dataclass

from flask import g, has_request_context, request
from flask_login import UserMixin, current_user

from portal.extensions import db, login_manager
from services.accounts.models import Person, SignIn
from services.accounts.queries import live_sign_in
from services.core import clock
from services.core.actor import Actor
from services.organisations.models import Membership, Organisation
from services.organisations.queries import live_memberships


@dataclass
class SignedIn(UserMixin):
    """A signed-in browser as Flask-Login sees it; its id is the random token of the sign-in."""

    token: str
    sign_in: SignIn
    person: Person
    memberships: list[Membership]
    organisation: Organisation | None

    def get_id(self) -> str:
        """Return what the cookie carries."""
        return self.token

    @property
    def organisations(self) -> list[Organisation]:
        """The organisations this person may act for, each once."""
        return list({membership.organisation_id: membership.organisation for membership in self.memberships}.values())


@login_manager.user_loader
def load(token: str) -> SignedIn | None:
    """Return who is behind the token of the cookie; the server decides anew at every request."""
    sign_in = live_sign_in(db.session(), token, clock.now())
    if sign_in is None:
        return None
    memberships = live_memberships(db.session(), sign_in.person_id)
    held = {one.organisation_id: one.organisation for one in memberships}
    active = held.get(sign_in.organisation_id or 0) or next(iter(held.values()), None)
    return SignedIn(token, sign_in, sign_in.person, memberships, active)


def user() -> SignedIn | None:
    """Return who is signed in, or None."""
    return current_user if current_user.is_authenticated else None


def person() -> Person:
    """Return the signed-in person; only for views that ask for one."""
    return current_user.person


def organisation() -> Organisation | None:
    """Return the active organisation, or None."""
    who = user()
    return who.organisation if who else None


def actor() -> Actor:
    """Return the actor of this request: a visitor, or a person with the roles held in the active organisation."""
    if "actor" not in g:
        g.actor = _actor()
    return g.actor


def _actor() -> Actor:
    address = (request.remote_addr or "") if has_request_context() else ""
    who = user()
    if who is None:
        return Actor.visitor(address)
    active = who.organisation.id if who.organisation else None
    roles = frozenset(one.role for one in who.memberships if one.organisation_id == active)
    return Actor(who.person.id, who.person.name, active, roles, address)
