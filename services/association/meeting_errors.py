"""Why meetings, proxies and votes say no."""

from __future__ import annotations

from services.core.errors import NotAllowed, RuleBroken
from services.core.messages import N_


class TimesReversed(RuleBroken):
    """A meeting ends after it starts."""

    message = N_("The end must be later than the start.")
    field = "ends_at"


class StartsInThePast(RuleBroken):
    """A meeting is planned for the future."""

    message = N_("A moment in the past cannot be chosen.")
    field = "starts_at"


class PlaceMissing(RuleBroken):
    """A meeting on site is somewhere."""

    message = N_("Say where the meeting takes place.")
    field = "place"


class NoticeTooShort(RuleBroken):
    """The charter gives members so many days between notice and meeting."""

    message = N_(
        "The charter asks for %(days)s days of notice: the meeting can be held on %(earliest)s at the earliest."
    )
    field = "starts_at"


class NothingOnTheAgenda(RuleBroken):
    """Members are told what they will decide."""

    message = N_("Put at least one motion on the agenda or write down what will be discussed.")
    field = "agenda"


class NobodyToCall(RuleBroken):
    """The body has no member with rights."""

    message = N_("Nobody is entitled to sit in this body.")


class WrongBody(RuleBroken):
    """Each matter belongs before certain bodies."""

    message = N_("This body cannot decide on this matter.")
    field = "meeting_id"


class NotByCorrespondence(RuleBroken):
    """Some matters need a meeting that is really held."""

    message = N_("This matter cannot be decided by correspondence; it needs a meeting.")
    field = "meeting_id"


class SecretOnly(RuleBroken):
    """Some matters are voted on in secret."""

    message = N_("This matter is decided by secret ballot.")
    field = "is_secret"


class NoReceiptsForNamed(RuleBroken):
    """A receipt belongs to a secret vote."""

    message = N_("Receipts are given for secret ballots only.")
    field = "gives_receipts"


class MatterIsDecided(RuleBroken):
    """One motion at a time about the same thing."""

    message = N_("There is a motion about this matter already.")


class DraftBeforeMeeting(RuleBroken):
    """A meeting votes on the words and figures it was called for."""

    message = N_("The draft is before a meeting, and is not changed until its vote.")


class MeetingNotRunning(RuleBroken):
    """Votes are opened in a meeting that is in session."""

    message = N_("The meeting is not in session.")


class NotYetTime(RuleBroken):
    """A meeting does not begin before its time."""

    message = N_("The meeting begins at its announced time, not before.")


class VotesAreOpen(RuleBroken):
    """A meeting closes after its votes were counted."""

    message = N_("Close and count the votes of this meeting first.")


class WindowWrong(RuleBroken):
    """A window ends in the future; by correspondence and for a secret ballot there must be one."""

    message = N_("The vote needs an end in the future.")
    field = "closes_at"


class VotesAwaited(RuleBroken):
    """Whoever closes a secret vote after its first ballot knows what that voter chose."""

    message = N_("A secret vote is closed before its end only when everybody who is present has voted.")


class SecretVoteOpen(RuleBroken):
    """Whoever could strike those who have not voted would close a secret vote as early as wished."""

    message = N_("A secret vote is open. Correct who is present when it is closed.")


class BallotsDiffer(RuleBroken):
    """A ballot was added or taken away behind the portal's back."""

    message = N_(
        "Alarm: %(voted)s members have voted, but there are %(ballots)s ballots. The vote is not counted; "
        "tell the operator of the portal."
    )


class DraftBegun(RuleBroken):
    """There is one draft at a time, and somebody else has begun it in this moment."""

    message = N_("Somebody else has just begun a draft. Look at it before you change it.")


class NobodyEntitled(RuleBroken):
    """A roll without entries decides nothing."""

    message = N_("Nobody is entitled to vote on this motion.")


class VoteIsOver(RuleBroken):
    """The server's clock has passed the end, or the vote was closed."""

    message = N_("The vote is closed.")


class VoteNotOpen(RuleBroken):
    """The vote has not been opened."""

    message = N_("The vote has not been opened yet.")


class VotedAlready(RuleBroken):
    """One vote for each member."""

    message = N_("The vote of this member has been cast already.")


class NotPresent(RuleBroken):
    """In a meeting only those who have signed in vote."""

    message = N_("Sign in to the meeting first; only members that are present vote.")


class NotByHand(RuleBroken):
    """The secretariat writes down named votes of people in the room, and nothing else."""

    message = N_("Only a named vote in a meeting can be written down by the secretariat.")


class NoSuchProxy(RuleBroken):
    """A proxy is a voting representative of another member of the same body."""

    message = N_("Choose another member of this body that has a representative.")
    field = "agent_id"


class ProxyGiven(RuleBroken):
    """One proxy for each member and meeting."""

    message = N_("This member has given its proxy for this meeting already.")
    field = "agent_id"


class ProxiesUsedUp(RuleBroken):
    """The charter limits how many proxies one agent holds."""

    message = N_("This member holds %(most)s proxies already, the most that the charter allows.")
    field = "agent_id"


class ProxyChain(RuleBroken):
    """A proxy is not passed on."""

    message = N_("A member that has given its own proxy cannot act for another one.")
    field = "agent_id"


class ProxyNotForCorrespondence(RuleBroken):
    """By correspondence each member answers itself."""

    message = N_("Votes by correspondence are cast by each member itself; there are no proxies.")


class CodeExpired(RuleBroken):
    """The code on the wall changes every half minute."""

    message = N_("This code is no longer valid. Scan the one that is shown now.")
    field = "code"


class SignInClosed(RuleBroken):
    """People sign in around and during the meeting."""

    message = N_("Signing in is possible from an hour before the meeting until it is closed.")


class AnswerMissing(RuleBroken):
    """What is refused or decided comes with its reason."""

    message = N_("Please give the reason.")
    field = "reason"


class ChallengeOver(RuleBroken):
    """A count can be challenged for some days after it was published."""

    message = N_("The count could be challenged until %(until)s.")


class ChallengeWaiting(RuleBroken):
    """One challenge at a time."""

    message = N_("The count is being challenged already.")


class RecountFirst(RuleBroken):
    """A challenge is decided after a recount."""

    message = N_("Recount the votes before you decide about the challenge.")


class RecountDiffers(RuleBroken):
    """A count that the ballots do not bear out cannot stand."""

    message = N_("The recount differs from the count: the challenge cannot be dismissed.")


class MinutesEmpty(RuleBroken):
    """Minutes say something."""

    message = N_("Write the minutes before you publish them.")
    field = "minutes"


class NotARepresentative(NotAllowed):
    """Votes are cast by the voting representative of a member."""

    message = N_("You are not the voting representative of a member on this roll.")
