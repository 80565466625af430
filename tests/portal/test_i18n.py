"""Numbers as people read them."""

import pytest

from portal.i18n import file_size, mask_mobile


@pytest.mark.parametrize(
    ("size", "shown"),
    [
        (0, "1 KB"),
        (70, "1 KB"),
        (12_288, "12 KB"),
        (1_048_575, "1.0 MB"),
        (1_048_576, "1.0 MB"),
        (10_485_760, "10.0 MB"),
    ],
)
def test_sizes_of_files(size: int, shown: str):
    assert file_size(size) == shown


@pytest.mark.parametrize(("number", "shown"), [("13800000001", "138****0001"), ("110", "****"), ("", ""), (None, "")])
def test_mobile_numbers_are_masked(number: str | None, shown: str):
    assert mask_mobile(number) == shown
