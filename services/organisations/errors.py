"""The reasons this package says no."""

from __future__ import annotations

from services.core.errors import NotAllowed, RuleBroken
from services.core.messages import N_


class CodeTaken(RuleBroken):
    """The credit code belongs to an organisation of the register."""

    message = N_(
        "This enterprise is registered already. Ask its administrator to let you join, or claim it with the licence."
    )
    field = "credit_code"


class Missing(RuleBroken):
    """Something that a verifier needs has not been filled in; the caller names it and its field."""


class NoSuchRegion(RuleBroken):
    """The region is not in the table of regions."""

    message = N_("Choose a region from the list.")
    field = "region_code"


class NoSuchIndustry(RuleBroken):
    """The industry code is not a class of the national classification."""

    message = N_("An industry class of GB/T 4754 has four digits, e.g. 3054.")
    field = "industry_code"


class NoTelephone(RuleBroken):
    """Neither a mobile number nor a landline."""

    message = N_("Enter a mobile number of 11 digits, or a landline such as 0514-88000001.")
    field = "contact_phone"


class NoWebAddress(RuleBroken):
    """The address of the web site is not one."""

    message = N_("A web address begins with http:// or https://.")
    field = "website"


class FoundedLater(RuleBroken):
    """The day of foundation has not come yet."""

    message = N_("The day of foundation lies in the future.")
    field = "founded_on"


class NotSelfRegistered(RuleBroken):
    """Departments and the operator are entered by the platform."""

    message = N_("Organisations of this kind are entered by the platform.")
    field = "kind"


class LockedWhileWaiting(RuleBroken):
    """Name, code and type rest while a verifier looks at them."""

    message = N_("Name, credit code and type cannot be changed while a verification is waiting.")
    field = "name"


class LicenceNeeded(RuleBroken):
    """A submission, a claim and a change of verified particulars need the scan of the licence."""

    message = N_("Please add a scan of the business licence.")
    field = "licence"


class DecidedMeanwhile(RuleBroken):
    """Somebody else was quicker; the page shows what was decided."""

    message = N_("A colleague has just decided this. See the decision below.")


class OwnCase(NotAllowed):
    """Nobody decides about an organisation he belongs to."""

    message = N_("You cannot decide about an organisation that you belong to.")


class RoleUnfit(RuleBroken):
    """The role does not exist in organisations of this kind."""

    message = N_("This role does not exist in an organisation of this kind.")
    field = "role"


class LastAdministrator(RuleBroken):
    """Somebody has to remain who can let others in."""

    message = N_("The last administrator cannot go. Appoint another one first.")


class HasRoleAlready(RuleBroken):
    """The person holds that role already."""

    message = N_("This person holds that role already.")
    field = "role"


class BelongsAlready(RuleBroken):
    """The person is a member already."""

    message = N_("You belong to this organisation already.")


class AskedAlready(RuleBroken):
    """The person's request is still waiting."""

    message = N_("Your request is waiting for a decision already.")


class TooManyWaiting(RuleBroken):
    """So many requests or drafts of one person are nobody's daily work."""

    message = N_("You have %(count)s entries of this kind open already. Please wait for their decision or finish them.")


class NobodyDecides(RuleBroken):
    """Without an administrator a request to join would wait for ever."""

    message = N_("This organisation has no administrator who could let you in. Please claim it with the licence.")


class InvitedAlready(RuleBroken):
    """An invitation of the same contact is still open."""

    message = N_("An invitation to this contact is open already. Withdraw it first.")
    field = "contact"


class InvitationOver(RuleBroken):
    """The invitation was withdrawn, has been used, or has lapsed."""

    message = N_("This invitation is no longer valid. Please ask for a new one.")


class InvitedAnother(NotAllowed):
    """An invitation that was forwarded opens nothing."""

    message = N_(
        "This invitation was sent to another mobile number or e-mail address. Sign in with the account that has it."
    )


class NotVerifiedYet(RuleBroken):
    """Strangers are not written to in the name of an organisation that nobody has checked."""

    message = N_("Colleagues can be invited once the organisation is verified.")
    field = "contact"


class TooManyInvitations(RuleBroken):
    """Invitations are letters to people who did not ask for them."""

    message = N_("Too many invitations today. Please go on tomorrow.")
    field = "contact"
