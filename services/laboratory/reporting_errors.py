"""Why a report cannot leave, or cannot be changed."""

from __future__ import annotations

from services.core.errors import ChangedMeanwhile, RuleBroken
from services.core.messages import N_


class LineNotChecked(RuleBroken):
    """A line has no checked result."""

    message = N_("%(sample)s %(item)s: the result is not checked yet.")


class NoRawRecord(RuleBroken):
    """A line has a result without raw records behind it."""

    message = N_("%(sample)s %(item)s: there is no raw record.")


class ChainBroken(RuleBroken):
    """The custody of a sample has a gap, or the sample is out."""

    message = N_("%(sample)s: the chain of custody has a gap, or the sample is not back yet.")


class NotCalibrated(RuleBroken):
    """An instrument was not in calibration when it was used."""

    message = N_("%(instrument)s was not in calibration on %(day)s, when %(item)s was tested.")


class NoConsent(RuleBroken):
    """A line was subcontracted without the client's consent."""

    message = N_("%(sample)s %(item)s: the client has not agreed to subcontracting.")


class NothingToReport(RuleBroken):
    """There is no line to report on."""

    message = N_("There is no test to report on.")


class FieldNotHeld(RuleBroken):
    """The signatory is not authorised in one of the fields today."""

    message = N_("You are not an authorised signatory in the field “%(area)s” today.")


class TestedIt(RuleBroken):
    """Whoever tested a line neither reviews nor signs its report."""

    message = N_("You have tested one of these lines yourself; another person has to do this.")


class PreparedIt(RuleBroken):
    """Whoever prepared a report neither reviews nor signs it."""

    message = N_("You have prepared this report yourself; another person has to do this.")


class ReviewedIt(RuleBroken):
    """The reviewer does not sign, unless the laboratory's setting allows it."""

    message = N_("You have reviewed this report yourself; another person has to sign it.")


class ReportChanged(ChangedMeanwhile):
    """What was rendered is no longer what the report says."""

    message = N_("The contents have changed since you opened this page. Look at the report again before you sign it.")


class NotTheLatest(RuleBroken):
    """Only the latest report of a commission is amended."""

    message = N_("There is a later report of this commission already.")


class FirstReportStays(RuleBroken):
    """Only amendments are dropped; a first report is corrected while it is in preparation."""

    message = N_("A first report is not dropped; correct it while it is in preparation.")


class NothingChanged(RuleBroken):
    """An amendment says what it changes."""

    message = N_("Please say what has changed.")
    field = "changed_parts"
