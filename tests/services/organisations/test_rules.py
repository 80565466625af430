"""Names, telephone numbers, regions, size classes and the states a suspension ends in."""

import pytest

from services.core.permissions import GRANTS, Permission, Role
from services.organisations.models import OrgKind, OrgState
from services.organisations.roles import ADMINISTRATOR_OF, ORDINARY_ROLE_OF, ROLES_OF, SELF_REGISTERED, fits
from services.organisations.rules import (
    Sector,
    Size,
    is_industry_class,
    name_core,
    name_key,
    odd_letters,
    region_prefix,
    size_class,
    state_when_restored,
    telephone,
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("示例（宝应）玻璃有限公司", "示例(宝应)玻璃有限公司"),
        ("示例 玻璃\u3000有限公司", "示例玻璃有限公司"),
        ("示例\u200b玻璃\ufeff", "示例玻璃"),
        ("Ａdmin Glass", "ADMIN GLASS"),
        ("аdmin", "admin"),  # a Cyrillic а
        ("示例\u202e玻璃", "示例玻璃"),
        ("ﬁne Glass", "fine glass"),
        ("示例【宝应】", "示例(宝应)"),
        ("A—B", "A-B"),
    ],
)
def test_two_spellings_of_one_name_have_one_key(one, other):
    assert name_key(one) == name_key(other)


def test_different_names_keep_different_keys():
    assert name_key("示例·晶禾玻璃") != name_key("示例·晶和玻璃")
    assert len(name_key("㈱" * 100)) == 100


def test_letters_that_only_look_latin_are_named():
    assert odd_letters("аdmin玻璃") == "а"
    assert odd_letters("Admin玻璃") == ""


def test_the_telling_part_of_a_name():
    assert name_core(name_key("江苏省扬州市宝应县晶禾玻璃工艺品有限公司")) == "晶禾玻璃工艺品"
    assert name_core(name_key("晶禾玻璃工艺品有限责任公司")) == "晶禾玻璃工艺品"
    assert name_core("公司") == "公司"


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("13800000001", "13800000001"),
        ("+86 138-0000-0001", "13800000001"),
        ("１３８０００００００１", "13800000001"),
        ("0514-88000001", "0514-88000001"),
        ("(0514) 88000001", "051488000001"),
        ("0514-88000001-801", "0514-88000001-801"),
        ("０５１４－８８００００００", "0514-88000000"),
        ("12345", None),
        ("12800000001", None),
        ("138000000012", None),
        ("0514-88000001\n1", None),
        ("²³", None),
    ],
)
def test_telephone_numbers(typed, stored):
    assert telephone(typed) == stored


def test_industry_classes_have_four_digits():
    assert is_industry_class("3054")
    for wrong in ("305", "30541", "C305", "３０５４", "3054\n"):
        assert not is_industry_class(wrong)


def test_a_region_holds_what_lies_in_it():
    assert region_prefix("420600") == "4206"
    assert region_prefix("420000") == "42"
    assert region_prefix("420607") == "420607"
    assert region_prefix("321023107000") == "321023107000"


@pytest.mark.parametrize(
    ("sector", "employees", "revenue", "size"),
    [
        (Sector.INDUSTRY, 1000, 40000, Size.LARGE),
        (Sector.INDUSTRY, 999, 90000, Size.MEDIUM),
        (Sector.INDUSTRY, 300, 1999, Size.SMALL),
        (Sector.INDUSTRY, 25, 280, Size.MICRO),
        (Sector.INDUSTRY, 19, 5000, Size.MICRO),
        (Sector.FARMING, 0, 20000, Size.LARGE),
        (Sector.FARMING, 9999, 49, Size.MICRO),
        (Sector.OTHER, 100, 0, Size.MEDIUM),
        (Sector.LEASING, 300, 119999, Size.MEDIUM),
        (Sector.RETAIL, 10, 100, Size.SMALL),
    ],
)
def test_size_classes(sector, employees, revenue, size):
    assert size_class(sector, employees, revenue) is size


def test_a_suspension_ends_where_level_and_submission_say():
    assert state_when_restored(2, is_waiting=False) is OrgState.VERIFIED
    assert state_when_restored(3, is_waiting=True) is OrgState.CHANGING
    assert state_when_restored(1, is_waiting=True) is OrgState.SUBMITTED
    assert state_when_restored(1, is_waiting=False) is OrgState.DRAFT


def test_every_kind_has_roles_and_an_administrator_who_may_staff_it():
    assert set(ROLES_OF) == set(OrgKind)
    for kind, role in ADMINISTRATOR_OF.items():
        assert fits(role, kind)
        assert Permission.ORGANISATION_STAFF in GRANTS[role] or kind is OrgKind.OPERATOR
    for kind in SELF_REGISTERED:
        assert fits(ORDINARY_ROLE_OF[kind], kind)


def test_nobody_registers_himself_into_the_departments():
    privileged = {Role.SYSADMIN, Role.GOV_OFFICER, Role.GOV_FINANCE, Role.AUDITOR}
    for kind in SELF_REGISTERED:
        assert not privileged & set(ROLES_OF[kind])
