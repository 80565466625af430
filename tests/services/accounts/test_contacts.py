"""Mobile numbers and e-mail addresses have one spelling."""

import pytest

from services.accounts.contacts import canonical_contact, canonical_email, canonical_login, canonical_mobile


@pytest.mark.parametrize(
    "typed",
    [
        "13800138000",
        "+86 138 0013 8000",
        "+86-138-0013-8000",
        "１３８００１３８０００",
        "＋８６　１３８００１３８０００",
        "008613800138000",
    ],
)
def test_a_mobile_number_is_found_in_what_people_type(typed):
    assert canonical_mobile(typed) == "13800138000"


@pytest.mark.parametrize(
    "typed",
    [
        "12800138000",
        "1380013800",
        "138001380001",
        "13800138000\n1",
        "٣٨٠٠١٣٨٠٠٠",
        "+852 13800138000",
        "",
        "138O0138000",
    ],
)
def test_other_numbers_are_none(typed):
    assert canonical_mobile(typed) is None


def test_an_address_is_kept_in_lower_case():
    assert canonical_email("  Li.Wei@Example.COM ") == "li.wei@example.com"
    assert canonical_email("ｌｉ＠ｅｘａｍｐｌｅ．ｃｏｍ") == "li@example.com"


@pytest.mark.parametrize(
    "typed", ["lı@example.com", "lİ@example.com", "лi@example.com", "li@exаmple.com", "li@", "@b.cn", "a b@c.cn"]
)
def test_look_alike_and_broken_addresses_are_refused(typed):
    assert canonical_email(typed) is None


def test_the_kelvin_sign_leads_to_the_stored_address_and_nowhere_else():
    assert canonical_email("\u212aim@example.com") == "kim@example.com"


def test_a_contact_is_either():
    assert canonical_contact("138 0013 8000") == "13800138000"
    assert canonical_contact("A@B.cn") == "a@b.cn"
    assert canonical_contact("nobody") is None


def test_a_login_name_ignores_case_and_width():
    assert canonical_login(" Ｇ01_Admin ") == "g01_admin"
    assert len(canonical_login("x" * 5000)) == 254
