"""The reasons the association says no in matters of its pact and of cases."""

from __future__ import annotations

from services.core.errors import RuleBroken
from services.core.messages import N_


class SpeaksOfPrices(RuleBroken):
    """A pact is about conduct (domain.md 9 rule 1)."""

    message = N_("A pact may not speak of prices, output or markets: “%(shown)s”.")
    field = "text"


class NoDraft(RuleBroken):
    """Only a draft is adopted or changed."""

    message = N_("There is no draft of the pact. What has been adopted is not changed; write the next version.")


class PactNotInForce(RuleBroken):
    """Only the version in force is signed."""

    message = N_("Only the version of the pact that is in force can be signed.")


class SignedAlready(RuleBroken):
    """A member signs a version once."""

    message = N_("Your organisation has signed this version already.")


class NotAMember(RuleBroken):
    """A right of members in good standing."""

    message = N_("Only members of the association in good standing can do this.")


class NameDiffers(RuleBroken):
    """The signature is one's own name."""

    message = N_("Please type your own name, as it stands in your account.")
    field = "person_name"


class NotVerifiedFirm(RuleBroken):
    """Complaints come from firms whose licence has been checked."""

    message = N_("Only verified organisations complain. Please have your organisation verified first.")


class OwnFirm(RuleBroken):
    """Nobody complains about oneself."""

    message = N_("A complaint is about another organisation.")
    field = "respondent"


class NoAssociationCase(RuleBroken):
    """The association does not judge itself."""

    message = N_("The association does not handle complaints about itself. Please turn to the department.")
    field = "respondent"


class NobodyIsMember(RuleBroken):
    """The association handles cases in which a member is involved."""

    message = N_("The association handles complaints by a member or about a member. Neither side is one.")
    field = "respondent"


class RespondentUnclear(RuleBroken):
    """The respondent is chosen from the register or named."""

    message = N_("Please name the organisation that you complain about.")
    field = "respondent"


class CaseOpen(RuleBroken):
    """One open case of a kind between two firms."""

    message = N_("Your organisation has an open case of this kind against the same organisation.")
    field = "respondent"


class FutureDay(RuleBroken):
    """What is complained of has happened."""

    message = N_("This day lies in the future.")
    field = "happened_on"


class WhyNeeded(RuleBroken):
    """The sides are told why."""

    message = N_("Please give a reason; the parties read it.")
    field = "reason"


class WordsMissing(RuleBroken):
    """An empty remark says nothing."""

    message = N_("Please write something.")
    field = "text"


class CaseNotOpen(RuleBroken):
    """Nothing is added to what has ended."""

    message = N_("Nothing can be added in the present state of the case.")


class FilesMany(RuleBroken):
    """Twenty files of one side are enough."""

    message = N_("At most %(most)s files can be added by one side.")
    field = "file"


class MustStepAside(RuleBroken):
    """Firms of the two sides and their competitors do not judge."""

    message = N_("%(firm)s cannot be on the panel: it is a party to the case or a direct competitor of one.")
    field = "person"


class NotEligible(RuleBroken):
    """A panel is made of people of members, or of the association."""

    message = N_("Only people who act for a member in good standing, or for the association, can be on a panel.")
    field = "person"


class OnPanelBefore(RuleBroken):
    """Nobody sits twice, nor in both instances."""

    message = N_("This person is, or was, on a panel of this case already.")
    field = "person"


class NoPanelNow(RuleBroken):
    """In this state no panel is at work."""

    message = N_("No panel is at work in the present state of the case.")


class PanelTooSmall(RuleBroken):
    """A panel needs its members."""

    message = N_("At least %(least)s members of the panel must sit; now there are %(sitting)s.")


class NotSitting(RuleBroken):
    """While challenged, or once aside, nobody judges."""

    message = N_("You do not sit on the panel: you are challenged, or you have stepped aside.")


class NotChallenged(RuleBroken):
    """There is no challenge to decide."""

    message = N_("There is no challenge to decide about.")


class SittingPassed(RuleBroken):
    """A session is planned ahead."""

    message = N_("The mediation session must lie in the future.")
    field = "starts_at"


class SittingAhead(RuleBroken):
    """What has not begun has no record."""

    message = N_("This session has not begun yet.")
    field = "record"


class DutiesMissing(RuleBroken):
    """An agreement says who does what until when."""

    message = N_("An agreement needs at least one thing that is to be done, with its day.")
    field = "duties"


class DutyPast(RuleBroken):
    """What is agreed is done from now on."""

    message = N_("What is agreed cannot be due before today.")
    field = "duties"


class NoAgreement(RuleBroken):
    """Nothing has been proposed."""

    message = N_("There is no agreement that waits for a signature.")


class SideSigned(RuleBroken):
    """Each side signs once."""

    message = N_("Your side has signed this agreement already.")


class DutyDone(RuleBroken):
    """Done once is done."""

    message = N_("This has been reported already.")


class DutyNotReported(RuleBroken):
    """The side that owes it says first that it is done."""

    message = N_("The other side has not reported this as done yet.")


class NothingOverdue(RuleBroken):
    """Only what is overdue is broken."""

    message = N_("Nothing of the agreement is overdue.")


class OnlyAgainstMembers(RuleBroken):
    """The pact binds members."""

    message = N_("Measures are taken against members only; an outsider's opponent is given advice on legal ways.")
    field = "finding"


class FindingUnfit(RuleBroken):
    """The finding belongs to another instance."""

    message = N_("This finding does not belong to this panel.")
    field = "finding"


class DaysWrong(RuleBroken):
    """A suspension has its days; other measures have none."""

    message = N_("A suspension of rights lasts 1 to 365 days; other measures have no days.")
    field = "suspended_days"


class ProposalOpen(RuleBroken):
    """One proposal after the other."""

    message = N_("The panel votes on another proposal, or has decided already.")


class NoProposal(RuleBroken):
    """Nothing to vote on."""

    message = N_("There is no proposal to vote on.")


class VotedAlready(RuleBroken):
    """One vote each."""

    message = N_("You have voted on this proposal already.")


class AppealLate(RuleBroken):
    """The days for an appeal are over."""

    message = N_("The last day for an appeal was %(day)s.")


class NotForMeeting(RuleBroken):
    """No meeting is asked about this measure."""

    message = N_("This measure does not wait for a meeting.")
