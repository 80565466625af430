"""Every view says who it is for, and its address follows the house style."""

import re

import pytest
from flask import Flask

from portal.access import audiences, public

PLACE = re.compile(r"<[^>]*>")
PLAIN = re.compile(r"/[a-z0-9./-]*\Z")


def test_every_view_declares_its_audience(app: Flask) -> None:
    declared = audiences(app)
    assert {rule.endpoint for rule in app.url_map.iter_rules()} <= set(declared)


def test_an_undeclared_view_is_refused() -> None:
    bare = Flask("bare")
    bare.view_functions["static"] = public(bare.view_functions["static"])
    bare.add_url_rule("/secret", "secret", lambda: "everything")
    with pytest.raises(RuntimeError, match="secret"):
        audiences(bare)


def odd_addresses(rules: list[str]) -> list[str]:
    """Return the addresses that are not lower case with hyphens."""
    return [rule for rule in rules if not PLAIN.match(PLACE.sub("x", rule)) and not rule.startswith("/_")]


def test_addresses_are_lower_case_with_hyphens(app: Flask) -> None:
    assert not odd_addresses([rule.rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"])
    assert odd_addresses(["/bookings/<id:booking_id>/move", "/my_bookings", "/Bookings"]) == [
        "/my_bookings",
        "/Bookings",
    ]


def test_a_row_in_an_address_is_one_that_a_database_can_hold(app: Flask) -> None:
    numbers = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if re.search(r"<int(\(|:)", rule.rule) and not re.search(r"<int\([^>]*max=", rule.rule)
    ]
    assert not numbers, "use <id:…>"
