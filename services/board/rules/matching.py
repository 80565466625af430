"""How well an offer meets a need: the score of domain.md 6.11, as pure functions on plain values.

Decided here where the text leaves it open: rows that cannot be compared with anything count one half; so does the answer
rate of a firm that has not been asked yet; of an anonymous counterpart neither place nor trust is looked at, because a
score that moved with them would give it away.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from services.board.models.posts import Direction
from services.board.rules.spec_values import Row, compatible, enough, name_of, per_unit

SUGGESTED_FROM = 0.55
MOST_SUGGESTED = 5
UNKNOWN = 0.5
"""What a part counts that nothing is known of."""

_RUNS = re.compile(r"[\u3400-\u9fff]+|[a-z0-9.]+")
_FRESH_DAYS = 60
_LEVELS = 3


@dataclass(frozen=True)
class Parts:
    """The six parts of a score, each 0 to 1."""

    category: float
    text: float
    spec: float
    place: float
    trust: float
    freshness: float

    @property
    def score(self) -> float:
        """The weighted sum of domain.md 6.11."""
        return (
            0.35 * self.category
            + 0.25 * self.text
            + 0.15 * self.spec
            + 0.10 * self.place
            + 0.10 * self.trust
            + 0.05 * self.freshness
        )

    @property
    def percent(self) -> int:
        """The score of 0 to 100."""
        return math.floor(self.score * 100 + 0.5)

    @property
    def is_suggested(self) -> bool:
        """Whether the counterpart is worth showing. What binary fractions lose is forgiven."""
        return self.score >= SUGGESTED_FROM - 1e-9


@dataclass(frozen=True)
class Spot:
    """Where a firm is: the six digits of its county, and its town as far as it is known."""

    county: str
    town: str = ""


@dataclass(frozen=True)
class Class:
    """What a post is about: its product class (``glass/3`` has the parent ``glass``) and its node of the chain."""

    product_code: str | None = None
    node_id: int | None = None
    node_parent_id: int | None = None


@dataclass(frozen=True)
class Side:
    """One post as the score sees it. ``wanted`` is where its counterpart should be; None means anywhere (不限)."""

    id: int
    organisation_id: int
    direction: Direction
    what: Class
    title: str
    body: str
    published_on: date
    specs: Sequence[Row] = ()
    quantity: Decimal | None = None
    unit: str = ""
    price_from_fen: int | None = None
    price_to_fen: int | None = None
    price_unit: str = ""
    wanted: Spot | None = None
    spot: Spot | None = None
    level: int = 2
    answer_rate: float | None = None
    is_anonymous: bool = False

    @property
    def terms(self) -> Counter[str]:
        """How often each bigram occurs; those of the title count twice."""
        found = Counter(bigrams(self.body))
        found.update({term: 2 * count for term, count in Counter(bigrams(self.title)).items()})
        return found


@dataclass(frozen=True)
class Corpus:
    """In how many of ``size`` texts each bigram occurs: what occurs everywhere says little."""

    size: int
    found_in: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, texts: Iterable[Collection[str]]) -> Corpus:
        """Count the terms of many texts."""
        found: Counter[str] = Counter()
        size = 0
        for terms in texts:
            found.update(set(terms))
            size += 1
        return cls(size, found)

    def weight(self, term: str) -> float:
        """Return the inverse document frequency of ``term``."""
        return math.log((1 + self.size) / (1 + self.found_in.get(term, 0))) + 1

    def vector(self, terms: Mapping[str, int]) -> dict[str, float]:
        """Return ``terms`` weighted, with the length 1."""
        weighted = {term: count * self.weight(term) for term, count in terms.items()}
        length = math.sqrt(sum(weight * weight for weight in weighted.values()))
        return {term: weight / length for term, weight in weighted.items()} if length else {}


def bigrams(text: str) -> list[str]:
    """Return the pairs of neighbouring Chinese characters, and whole words of letters and digits."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    found: list[str] = []
    for run in _RUNS.findall(plain):
        if run[0] < "\u3400" or len(run) == 1:
            found.append(run)
        else:
            found.extend(run[start : start + 2] for start in range(len(run) - 1))
    return found


def may_match(mine: Side, other: Side) -> bool:
    """Tell whether the two can be counterparts at all: opposite directions, different firms."""
    return mine.direction is not other.direction and mine.organisation_id != other.organisation_id


def category(mine: Class, other: Class, neighbours: Collection[tuple[int, int]] = ()) -> float:
    """Return 1 for the same class or node, .7 for the same parent, .4 for neighbours in the chain, 0 otherwise."""
    if _same(mine.product_code, other.product_code) or _same(mine.node_id, other.node_id):
        return 1.0
    if _same(_parent(mine.product_code), _parent(other.product_code)) or _same(
        mine.node_parent_id, other.node_parent_id
    ):
        return 0.7
    pair = (mine.node_id, other.node_id)
    return 0.4 if pair in neighbours or pair[::-1] in neighbours else 0.0


def text_likeness(mine: Mapping[str, float], other: Mapping[str, float]) -> float:
    """Return the cosine of two vectors of length 1."""
    short, long = sorted((mine, other), key=len)
    return min(1.0, sum(weight * long.get(term, 0.0) for term, weight in short.items()))


def spec_share(mine: Side, other: Side) -> float:
    """Return the share of what can be compared that fits: rows, quantity within capacity, prices."""
    need, offer = (mine, other) if mine.direction is Direction.NEED else (other, mine)
    offered = {name_of(row): row for row in offer.specs}
    answers = [compatible(row, offered[name_of(row)]) for row in need.specs if name_of(row) in offered]
    if need.quantity is not None and offer.quantity is not None:
        answers.append(enough(need.quantity, need.unit, offer.quantity, offer.unit))
    answers.append(prices_meet(need, offer))
    known = [answer for answer in answers if answer is not None]
    return sum(known) / len(known) if known else UNKNOWN


def prices_meet(need: Side, offer: Side) -> bool | None:
    """Tell whether the price ranges overlap; None when one has none, or they are for different things."""
    mine, theirs = _prices(need), _prices(offer)
    if mine is None or theirs is None or mine[0] != theirs[0]:
        return None
    return mine[1] <= theirs[2] and theirs[1] <= mine[2]


def nearness(wanted: Spot | None, spot: Spot | None) -> float:
    """Return 1 for the same town or when any place will do, .7 for the county, .4 for the city, .2 for elsewhere."""
    if wanted is None:
        return 1.0
    if spot is None or not spot.county or not wanted.county:
        return 0.2
    if wanted.county == spot.county:
        return 1.0 if wanted.town and wanted.town == spot.town else 0.7
    return 0.4 if wanted.county[:4] == spot.county[:4] else 0.2


def trust(level: int, answer_rate: float | None) -> float:
    """Return half for the level of verification, half for the share of interests that were answered."""
    return level / _LEVELS * 0.5 + (UNKNOWN if answer_rate is None else answer_rate) * 0.5


def freshness(published_on: date, today: date) -> float:
    """Return 1 on the first day, falling to 0 after sixty days."""
    return min(1.0, max(0.0, 1 - (today - published_on).days / _FRESH_DAYS))


def parts_of(
    mine: Side, other: Side, *, text: float, today: date, neighbours: Collection[tuple[int, int]] = ()
) -> Parts:
    """Return the score of ``other`` as a counterpart of ``mine``."""
    hidden = other.is_anonymous
    return Parts(
        category=category(mine.what, other.what, neighbours),
        text=text,
        spec=spec_share(mine, other),
        place=nearness(mine.wanted, None if hidden else other.spot),
        trust=UNKNOWN if hidden else trust(other.level, other.answer_rate),
        freshness=freshness(other.published_on, today),
    )


def _same(one: object, other: object) -> bool:
    return one is not None and one == other


def _parent(code: str | None) -> str | None:
    return code.rpartition("/")[0] or None if code else None


def _prices(side: Side) -> tuple[str, Decimal, Decimal] | None:
    if side.price_from_fen is None and side.price_to_fen is None:
        return None
    kind, factor = per_unit(side.price_unit)
    low = Decimal(side.price_from_fen or 0) / factor
    high = Decimal("Infinity") if side.price_to_fen is None else Decimal(side.price_to_fen) / factor
    return kind, low, high
