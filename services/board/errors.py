"""The reasons the board says no to a post."""

from __future__ import annotations

from collections.abc import Sequence

from services.board.rules.contents import Fault, Finding
from services.core.errors import RuleBroken
from services.core.messages import N_

_TEXT_FAULTS = {
    Fault.CONTACT: N_(
        "Contact data does not belong into the text: “%(shown)s”. It is passed on when you accept an interest."
    ),
    Fault.IDENTITY: N_("This gives away who stands behind an anonymous post: “%(shown)s”."),
    Fault.FORBIDDEN: N_("This may not be traded here: “%(shown)s” (%(why)s)."),
    Fault.DISCRIMINATION: N_("Recruitment may not choose by sex, age or origin: “%(shown)s”."),
    Fault.MARKUP: N_("Plain text only, without HTML: “%(shown)s”."),
}


class NotVerified(RuleBroken):
    """Only firms whose licence has been checked post and answer."""

    message = N_("Only verified organisations post. Please have your organisation verified first.")


class MembersOnly(RuleBroken):
    """The cluster has an association, and its members post."""

    message = N_("Only members of the association post here. Please ask its secretariat.")


class PostingSuspended(RuleBroken):
    """Upheld reports of abuse have suspended the organisation."""

    message = N_("Your organisation is suspended from posting until %(until)s.")


class TooManyPosts(RuleBroken):
    """The day's number of posts is used up."""

    message = N_("An organisation sends in at most %(limit)s posts a day. Please go on tomorrow.")


class ParticularWrong(RuleBroken):
    """One particular of a post does not fit the rules."""


class AnonymousNeedsAssociation(ParticularWrong):
    """Without an association nobody stands in front of an anonymous post."""

    message = N_("Your cluster has no association that could stand in front of an anonymous post.")
    field = "visibility"


class AnonymousTooLate(ParticularWrong):
    """It has been read with the name of its firm."""

    message = N_(
        "This post has been read with your name. Please copy it into a new post and publish that one anonymously."
    )
    field = "visibility"


class ReferenceUnknown(ParticularWrong):
    """A class, node, region or reader that does not exist."""

    message = N_("Please choose among what is offered here.")


class TextRefused(RuleBroken):
    """A text has something in it that may not stand there; ``findings`` are its places in one field."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        first = findings[0]
        shown = "”, “".join(dict.fromkeys(finding.shown for finding in findings))
        super().__init__(_TEXT_FAULTS[first.fault], field=first.field, shown=shown, why=first.why)
        self.findings = list(findings)


class DuplicateOf(RuleBroken):
    """The organisation has a very similar post already; it may renew that one."""

    message = N_("You have a similar post already: %(no)s “%(title)s”. Would you rather renew it?")
    field = "title"

    def __init__(self, post_id: int, no: str, title: str) -> None:
        super().__init__(no=no, title=title)
        self.post_id = post_id
        self.no = no


class RenewalOver(RuleBroken):
    """It expired too long ago."""

    message = N_("A post can be renewed within %(days)s days after its end. Please copy it into a new one.")


class RenewedOften(RuleBroken):
    """It was renewed twice."""

    message = N_("A post can be renewed twice. Please copy it into a new one.")


class RenewalEarly(RuleBroken):
    """It is valid for long yet."""

    message = N_("A post can be renewed in the last seven days before its end.")


class ChecklistIncomplete(RuleBroken):
    """Nothing is published that fails a point of the checklist."""

    message = N_("Only a post that passes every point of the checklist is published.")
    field = "outcome"


class ScoresForbid(RuleBroken):
    """The scores lead to another decision."""

    message = N_("These scores (total %(total)s) do not allow this decision.")
    field = "outcome"


class ScoresIncomplete(RuleBroken):
    """The four scores are given together or not at all."""

    message = N_("Give all four scores, 0 to 5 each, or none.")
    field = "score_clear"


class ReasonMissing(RuleBroken):
    """The firm must be told why."""

    message = N_("Please give a reason; the firm is told.")
    field = "reason"


class HeldAlready(RuleBroken):
    """The same version is on hold."""

    message = N_("This version is on hold already.")


class OwnPost(RuleBroken):
    """One does not report, answer or judge one's own post."""

    message = N_("This is a post of your own organisation.")


class ReportedAlready(RuleBroken):
    """The organisation's report of this post is still open."""

    message = N_("Your organisation has reported this post already. The association looks into it.")


class ReportDecided(RuleBroken):
    """Somebody has decided about the report before."""

    message = N_("This report has been decided already.")


class NotGathering(RuleBroken):
    """It is no group purchase, or its day has passed."""

    message = N_("This post gathers no quantities, or no longer.")


class WordKnown(RuleBroken):
    """The list has this word."""

    message = N_("This word is on the list already.")
    field = "word"


class PictureExpected(RuleBroken):
    """A post shows pictures and no documents."""

    message = N_("Choose a JPG or PNG picture.")
    field = "pictures"


class TooManyPictures(RuleBroken):
    """Six pictures are enough."""

    message = N_("A post has at most %(most)s pictures.")
    field = "pictures"
