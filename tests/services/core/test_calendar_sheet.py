"""A pasted year is read whole, or every row that cannot be used is named."""

from datetime import date

import pytest

from services.core.calendar import DayKind
from services.core.calendar_sheet import decoded, read_days
from services.core.errors import RulesBroken


def faults(table: str) -> list[str]:
    with pytest.raises(RulesBroken) as caught:
        read_days(table, 2027)
    return [error.message % error.values for error in caught.value.errors]


def test_a_year_is_read_in_order() -> None:
    table = "日期,类型,说明\n2027-10-09,班,国庆节\n2027/10/1,放假,国庆节\n\n2027-01-01,holiday\n"
    assert read_days(table, 2027) == [
        (date(2027, 1, 1), DayKind.HOLIDAY, ""),
        (date(2027, 10, 1), DayKind.HOLIDAY, "国庆节"),
        (date(2027, 10, 9), DayKind.MAKE_UP, "国庆节"),
    ]


def test_all_rows_that_cannot_be_used_are_named_together() -> None:
    table = "\n".join(
        [
            "2027-10-01,holiday,x",
            "2027-13-01,holiday",
            "2026-10-01,holiday",
            "2027-10-02,feast",
            "2027-10-08,make_up",
            "2027-10-01,holiday,again",
            f"2027-10-03,holiday,{'x' * 61}",
        ]
    )
    assert faults(table) == [
        "Row 2: “2027-13-01” is no date such as 2027-10-01.",
        "Row 3: 2026-10-01 is not in 2027.",
        "Row 4: the kind must be holiday or make_up.",
        "Row 5: 2027-10-08 is a working day anyway.",
        "Row 6: 2027-10-01 stands there twice.",
        "Row 7: the note is longer than 60 characters.",
    ]


@pytest.mark.parametrize("typed", ["２０２７-10-01", "2027-10", "20271001", "2027-10-01-01", "x", "²027-10-01", ""])
def test_only_plain_dates_are_dates(typed: str) -> None:
    assert "is no date" in faults(f"{typed},holiday")[0]


@pytest.mark.parametrize("table", ["", "\n\n", "date,kind,note\n", "2027-01-01,holiday\n" * 401])
def test_an_empty_or_endless_table_is_refused(table: str) -> None:
    assert faults(table) == ["The table must have between 1 and 400 rows."]


def test_files_of_spreadsheets_are_decoded() -> None:
    assert decoded("\ufeff放假".encode()) == "放假"
    assert decoded("放假".encode("gb18030")) == "放假"
    assert decoded(b"\xff\xfe\x00") is None
