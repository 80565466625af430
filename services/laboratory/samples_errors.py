"""The reasons the laboratory says no about samples."""

from __future__ import annotations

from services.core.errors import RuleBroken
from services.core.messages import N_


class FewerThanOrdered(RuleBroken):
    """Less has come than was ordered, which the client has to decide on."""

    message = N_("%(ordered)s were ordered. If fewer came, record a deviation, or refuse the sample.")
    field = "quantity"


class NotYetTestable(RuleBroken):
    """A sample is taken out only when its commission may be tested."""

    message = N_("This sample is not to be tested now: its commission stands at “%(state)s”.")


class StillKept(RuleBroken):
    """The time for which a sample is retained is not over."""

    message = N_("This sample is kept until %(until)s and stays here until then.")


class KeptByObjection(RuleBroken):
    """An open objection keeps every sample of its commission here."""

    message = N_("An objection is open: no sample of this commission leaves the laboratory until it is answered.")


class ReturnAgreed(RuleBroken):
    """The client wants the sample back; whoever disposes of it instead says why."""

    message = N_("The client wants this sample back. Please write why it is disposed of instead.")
    field = "note"


class NotTheSamePerson(RuleBroken):
    """Disposal takes two people."""

    message = N_("You proposed the disposal yourself; another person has to confirm it.")


class NotProposed(RuleBroken):
    """Nobody has proposed to dispose of this sample."""

    message = N_("Nobody has proposed the disposal of this sample, or it was called off.")


class AlreadyProposed(RuleBroken):
    """The disposal was proposed before."""

    message = N_("The disposal of this sample has been proposed already.")


class OnlyWholeSamples(RuleBroken):
    """A part is not divided again."""

    message = N_("A part of a sample is not divided again. Divide the sample itself.")


class NothingToLabel(RuleBroken):
    """No sample is at the laboratory or to come, so there is nothing to stick a label on."""

    message = N_("%(no)s has no sample to label: none is here, and none will come.")
