"""Where a member stands: the function day by day, its rights, and what follows from dates, payments and waivers."""

from datetime import date, timedelta

import pytest

from services.association.models.register import Ending, Standing
from services.association.rules.standing import (
    ENTITLED,
    Clocks,
    Demand,
    Record,
    Span,
    lapses_on,
    outlook,
    standing,
)

S = Standing
D = date.fromisoformat
DAY = timedelta(days=1)
YEAR_2026 = Span(D("2026-01-01"), D("2026-12-31"))
ASKED_2027 = Demand(D("2027-01-01"), D("2027-01-31"))
PAID = Record(terms=(YEAR_2026,))
ASKED = Record(terms=(YEAR_2026,), demands=(ASKED_2027,))
LEAP = Record(terms=(Span(D("2027-03-01"), D("2028-02-29")),))

CASES = [
    # nothing paid yet, and a paid year
    (Record(), "2026-05-01", S.AWAITED),
    (PAID, "2025-12-31", S.AWAITED),
    (PAID, "2026-01-01", S.ACTIVE),
    (PAID, "2026-12-31", S.ACTIVE),
    # over the year's end, asked on the first day: due 30 days, grace 90, lapsed after 730
    (ASKED, "2027-01-01", S.DUE),
    (ASKED, "2027-01-31", S.DUE),
    (ASKED, "2027-02-01", S.GRACE),
    (ASKED, "2027-05-01", S.GRACE),
    (ASKED, "2027-05-02", S.SUSPENDED),
    (ASKED, "2029-01-29", S.SUSPENDED),
    (ASKED, "2029-01-30", S.LAPSED),
    # nobody asked: the charter's clock runs from the end of the term all the same
    (PAID, "2027-01-01", S.DUE),
    (PAID, "2027-01-30", S.DUE),
    (PAID, "2027-01-31", S.GRACE),
    (PAID, "2027-05-01", S.SUSPENDED),
    # a day that not every year has
    (LEAP, "2028-02-29", S.ACTIVE),
    (LEAP, "2028-03-01", S.DUE),
    # asked for before the term has run out: due, with every right
    (Record(terms=(YEAR_2026,), demands=(Demand(D("2026-12-01"), D("2027-01-31")),)), "2026-12-15", S.DUE),
    # the next year was paid for, one before it was not: the older debt decides, but nobody lapses who pays
    (Record((YEAR_2026, Span(D("2028-01-01"), D("2028-12-31"))), (ASKED_2027,)), "2028-06-01", S.SUSPENDED),
    (Record((YEAR_2026, Span(D("2028-01-01"), D("2029-12-31"))), (ASKED_2027,)), "2029-06-01", S.SUSPENDED),
    # barred by a sanction until a day, whatever was paid
    (Record(terms=(YEAR_2026,), barred_until=D("2026-06-30")), "2026-06-30", S.SUSPENDED),
    (Record(terms=(YEAR_2026,), barred_until=D("2026-06-30")), "2026-07-01", S.ACTIVE),
    # ended: from that day on, whatever was paid
    (Record((YEAR_2026,), ended_on=D("2026-08-01"), ended_as=Ending.EXITED), "2026-07-31", S.ACTIVE),
    (Record((YEAR_2026,), ended_on=D("2026-08-01"), ended_as=Ending.EXITED), "2026-08-01", S.EXITED),
    (Record((YEAR_2026,), ended_on=D("2026-08-01"), ended_as=Ending.EXPELLED), "2026-08-01", S.EXPELLED),
    # a charter without grace
    (Record((YEAR_2026,), (ASKED_2027,), clocks=Clocks(30, 0, 365)), "2027-02-01", S.SUSPENDED),
    (Record((YEAR_2026,), (ASKED_2027,), clocks=Clocks(30, 0, 365)), "2028-01-31", S.LAPSED),
    # back after a gap: the new term decides
    (Record((Span(D("2023-01-01"), D("2023-12-31")), YEAR_2026)), "2026-03-01", S.ACTIVE),
]


@pytest.mark.parametrize(("record", "day", "expected"), CASES)
def test_a_member_stands_where_dates_and_dues_say(record, day, expected):
    assert standing(record, D(day)) is expected


@pytest.mark.parametrize("record", [case[0] for case in CASES])
@pytest.mark.parametrize("day", ["2025-11-30", "2026-06-15", "2027-01-15", "2027-04-30", "2027-05-02", "2029-02-01"])
def test_the_rights_and_the_next_change_are_what_asking_day_by_day_would_find(record, day):
    today = D(day)
    seen = outlook(record, today)
    days = [today + one * DAY for one in range(-200, 1200)]
    rights = {one: standing(record, one) in ENTITLED for one in days}

    assert seen.standing is standing(record, today)
    later = next((one for one in days if one > today and standing(record, one) is not seen.standing), None)
    assert later in {None, seen.changes_on}
    if seen.rights_from is None:
        assert not any(rights[one] for one in days if one >= today)
        return
    last = seen.rights_until or days[-1]
    assert all(rights[one] for one in days if max(seen.rights_from, today) <= one <= last)
    if seen.rights_until is not None and seen.rights_until + DAY in rights:
        assert not rights[seen.rights_until + DAY]


def test_the_day_of_lapsing_is_known_beforehand():
    assert lapses_on(ASKED, D("2027-03-01")) == D("2029-01-30")
    assert lapses_on(PAID, D("2026-03-01")) is None
