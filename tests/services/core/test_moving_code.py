"""The code on the wall changes every half minute and is computed of its subject."""

from datetime import UTC, datetime, timedelta

import pytest

from services.core.moving_code import code_at, code_holds

KEY = b"a key of the tests"
NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)


@pytest.mark.parametrize(("seconds", "holds"), [(0, True), (29, True), (59, True), (60, False), (-1, False)])
def test_a_code_holds_for_a_minute_at_most(seconds: int, holds: bool) -> None:
    code = code_at(KEY, "meeting 1", NOON)
    assert code_holds(KEY, "meeting 1", code, NOON + timedelta(seconds=seconds)) is holds


def test_a_code_is_of_one_subject_and_one_key() -> None:
    code = code_at(KEY, "meeting 1", NOON)
    assert not code_holds(KEY, "meeting 2", code, NOON)
    assert not code_holds(b"another key", "meeting 1", code, NOON)


def test_what_is_no_code_at_all_is_refused() -> None:
    for nonsense in ("", "签到码", "0" * 500):
        assert not code_holds(KEY, "meeting 1", nonsense, NOON)
