"""Which body decides what, and when a vote is carried: quorum and majority in whole numbers."""

from __future__ import annotations

from dataclasses import dataclass

from services.association.models.meetings import Body, Mode, MotionSubject, Outcome, Whole


@dataclass(frozen=True)
class Share:
    """A part of a whole that must be reached, or where ``strict``, passed: more than half, at least two thirds."""

    num: int
    den: int
    strict: bool

    def reached(self, count: int, whole: int) -> bool:
        """Tell whether ``count`` of ``whole`` is enough."""
        left, right = count * self.den, whole * self.num
        return left > right or (left == right and not self.strict)

    def least(self, whole: int) -> int:
        """Return the smallest count that is enough."""
        quotient, rest = divmod(whole * self.num, self.den)
        return quotient + 1 if rest or self.strict else quotient


MORE_THAN_HALF = Share(1, 2, strict=True)
TWO_THIRDS = Share(2, 3, strict=False)


@dataclass(frozen=True)
class Rule:
    """The rule of one vote: how many of the entitled must be present, and how many of whom in favour."""

    quorum: Share
    majority: Share
    of: Whole


@dataclass(frozen=True)
class Tally:
    """The figures of a vote: 应到, 实到, 赞成, 反对, 弃权."""

    entitled: int
    present: int
    votes_for: int
    votes_against: int
    abstentions: int


ASSEMBLIES = frozenset({Body.GENERAL, Body.DELEGATES})
COUNCILS = frozenset({Body.COUNCIL, Body.STANDING})
BODIES: dict[MotionSubject, frozenset[Body]] = {
    MotionSubject.APPLICATION: COUNCILS,
    MotionSubject.DUES_TABLE: ASSEMBLIES,
    MotionSubject.WAIVER: COUNCILS,
    MotionSubject.EXPULSION: ASSEMBLIES | {Body.COUNCIL},
    MotionSubject.SANCTION: ASSEMBLIES | {Body.COUNCIL},
    MotionSubject.PACT: ASSEMBLIES,
    MotionSubject.CHARTER: ASSEMBLIES,
    MotionSubject.ELECTION: ASSEMBLIES,
    MotionSubject.GENERAL: frozenset(Body),
}
"""Who may decide on what."""

WEIGHTY = frozenset({MotionSubject.CHARTER, MotionSubject.EXPULSION, MotionSubject.SANCTION})
"""Where an assembly needs two thirds as well."""
SECRET_ONLY = frozenset({MotionSubject.DUES_TABLE, MotionSubject.ELECTION})
GATHERED_ONLY = frozenset({MotionSubject.DUES_TABLE, MotionSubject.CHARTER, MotionSubject.ELECTION})
"""What is not decided by correspondence."""


def rule_of(about: MotionSubject, body: Body, mode: Mode) -> Rule:
    """Return the rule by which a body decides: two thirds must be present; councils need two thirds of those in favour.

    An assembly and the supervisors need more than half. By correspondence nobody is present, so the majority is taken of all
    who are entitled.
    """
    two_thirds = body in COUNCILS or about in WEIGHTY
    whole = Whole.ENTITLED if mode is Mode.CORRESPONDENCE else Whole.PRESENT
    return Rule(TWO_THIRDS, TWO_THIRDS if two_thirds else MORE_THAN_HALF, whole)


def outcome_of(rule: Rule, tally: Tally) -> Outcome:
    """Return what the figures say; without the quorum the vote is void, whatever its majority."""
    if not rule.quorum.reached(tally.present, tally.entitled):
        return Outcome.VOID
    whole = tally.present if rule.of is Whole.PRESENT else tally.entitled
    return Outcome.PASSED if rule.majority.reached(tally.votes_for, whole) else Outcome.REJECTED
