"""Who is behind a request or a task."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from services.core.permissions import EVERYWHERE, Permission, Role, granted


@dataclass(frozen=True)
class Actor:
    """A person acting for one organisation, a visitor, or the worker.

    ``organisation_id`` is the active organisation (当前身份); ``roles`` are the ones held there and nowhere else.
    """

    person_id: int | None
    name: str
    organisation_id: int | None = None
    roles: frozenset[Role] = field(default_factory=frozenset)
    address: str = ""
    is_system: bool = False

    @cached_property
    def permissions(self) -> frozenset[Permission]:
        """Everything this actor may do in the active organisation."""
        return granted(self.roles)

    def may(self, permission: Permission, scope: int | None = None) -> bool:
        """Tell whether the actor holds ``permission`` for the organisation ``scope`` (any, when None)."""
        if self.is_system:
            return True
        if permission not in self.permissions:
            return False
        return scope is None or scope == self.organisation_id or permission in EVERYWHERE

    @classmethod
    def visitor(cls, address: str = "") -> Actor:
        """Return the actor of somebody who has not signed in."""
        return cls(person_id=None, name="", address=address)

    @classmethod
    def system(cls, name: str) -> Actor:
        """Return the actor of the worker or a command, who may do everything."""
        return cls(person_id=None, name=name, is_system=True)
