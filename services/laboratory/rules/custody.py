"""When a chain of custody is whole and when a sample may leave: pure rules, and the words of custody."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

from services.core.messages import N_
from services.laboratory.models.commissions import CommissionState
from services.laboratory.models.samples import CustodyEvent, CustodyKind, RefusalReason, Sample, SampleState
from services.laboratory.rules.states import AGREED

C, K, R, S = CommissionState, CustodyKind, RefusalReason, SampleState

BEGINNINGS = frozenset({K.RECEIVED, K.DEVIATION, K.REFUSED, K.DIVIDED})
"""What the first event of a chain can be: the sample came, in whatever state, or was parted from another."""

ENDINGS = frozenset({K.RETURNED, K.DISPOSED})
"""After these a sample is no longer here, and nothing more happens to it."""

STORED = frozenset({S.RECEIVED, S.DEVIATING, S.TESTED, S.RETAINED, S.REFUSED})
"""The states in which a sample lies in the store."""

LABELLED = STORED | {S.EXPECTED, S.IN_TEST}
"""The states in which a sample needs its label: it is to come, or here."""

RECEIVING = AGREED | {C.CLIENT_CONFIRM}
"""The states of a commission in which samples arrive; one that is not paid in advance yet still takes them."""

TESTABLE = frozenset(
    {C.SAMPLE_IN, C.TESTING, C.DATA_REVIEW, C.REPORTING, C.REPORT_REVIEW, C.ISSUED, C.DELIVERED, C.CLOSED}
)
"""The states of a commission in which a sample is taken out: for its test, or for another one after a doubt."""

ENDED = frozenset({C.CANCELLED, C.TERMINATED, C.REFUSED, C.EXPIRED, C.DECLINED, C.LAPSED, C.REJECTED_BY_CLIENT})
"""The states of a commission that came to no report."""

REFUSALS = tuple(reason for reason in RefusalReason if reason is not R.CLIENT_DECLINED)
"""The reasons from which a clerk chooses."""

REFUSAL_NAMES = {
    R.TOO_LITTLE: N_("Too little of it"),
    R.BROKEN: N_("Broken or damaged"),
    R.NOT_AS_ORDERED: N_("Not what was ordered"),
    R.UNSTABLE: N_("Its state is not stable"),
    R.CONTAMINATED: N_("Contaminated"),
    R.UNMARKED: N_("Not marked, cannot be told apart"),
    R.CLIENT_DECLINED: N_("The client declined the deviation"),
}

CUSTODY_NAMES = {
    K.RECEIVED: N_("Received at the counter"),
    K.DEVIATION: N_("Deviation recorded"),
    K.REFUSED: N_("Refused at the counter"),
    K.DIVIDED: N_("Divided"),
    K.TAKEN: N_("Taken out"),
    K.BROUGHT_BACK: N_("Brought back"),
    K.MOVED: N_("Moved"),
    K.RETAINED: N_("Retained"),
    K.RETURNED: N_("Returned to the client"),
    K.DISPOSAL_ASKED: N_("Disposal proposed"),
    K.KEPT: N_("Disposal called off"),
    K.DISPOSED: N_("Disposed of"),
}


def is_whole(events: Sequence[CustodyEvent], state: SampleState) -> bool:
    """Tell whether the events, in order, account for a sample in ``state`` from its coming until now, and it is not out.

    They count from one, begin with its coming, never go back in time, bring back whatever was taken before anything else
    happens to it, and the last of them left the sample in the state it is in.
    """
    if not events or events[0].kind not in BEGINNINGS or events[-1].state_after is not state:
        return False
    kinds = [event.kind for event in events]
    if [event.seq for event in events] != list(range(1, len(events) + 1)):
        return False
    if any(later.at < earlier.at for earlier, later in pairwise(events)):
        return False
    if any(kind in ENDINGS for kind in kinds[:-1]):
        return False
    return all(_follows(kind, later) for kind, later in zip(kinds, [*kinds[1:], None], strict=True))


def _follows(kind: CustodyKind, later: CustodyKind | None) -> bool:
    """Whatever was taken is brought back next, and only what was taken is."""
    return (kind is K.TAKEN) == (later is K.BROUGHT_BACK)


def may_leave(sample: Sample, today: date) -> bool:
    """Tell whether a sample's time here is over: refused ones at once, retained ones from their day on."""
    if sample.state is S.REFUSED:
        return True
    return sample.state is S.RETAINED and sample.retained_until is not None and sample.retained_until <= today
