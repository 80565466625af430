"""Telling people what was changed about how they sign in, so that they notice when it was not they."""

from __future__ import annotations

from services.accounts.models import Person
from services.core import links
from services.core.messages import N_
from services.core.work import Work

CONTACT_CHANGED = N_("The mobile number or e-mail address of your account was changed.")
SECOND_FACTOR_ON = N_("Signing in now asks for a second factor.")
SECOND_FACTOR_OFF = N_("Signing in no longer asks for a second factor.")
RECOVERY_CODES_NEW = N_("You have new recovery codes; the old ones are void.")


def tell_of_password(work: Work, person: Person) -> None:
    """Say in the portal and by letter that the password was changed."""
    work.tell(person.id, N_("Your password was changed."), link=links.profile())
    work.later("mail.password_changed", person_id=person.id)


def tell_of_change(work: Work, person: Person, sentence: str, *, contact: str | None = None) -> None:
    """Say ``sentence`` in the portal, and by letter to ``contact`` or, without it, where the person is reached."""
    work.tell(person.id, sentence, link=links.profile())
    reached = contact or person.email or person.mobile
    if reached:
        work.later(
            "mail.send",
            name="accounts/account_changed",
            contact=reached,
            locale=person.locale,
            facts={"sentence": sentence},
            link=links.profile(),
        )
