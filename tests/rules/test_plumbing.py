"""What the tests stand on does what it promises."""

import socket

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import Engine, text

from tests.plumbing.databases import databases_of
from tests.plumbing.network import OutsideWorldError
from tests.plumbing.reviewing import faults_of, fields_of, form_of

GOOD = """<!doctype html><html lang="en"><head><title>A page</title></head><body><h1>One</h1>
<form method="post"><input type="hidden" name="csrf_token" value="t"><label for="n">Name</label>
<input id="n" name="name" value="Li"><select name="s" aria-label="Kind"><option value="a">A</option>
<option value="b" selected>B</option></select></form></body></html>"""


def parsed(page: str) -> BeautifulSoup:
    return BeautifulSoup(page, "html.parser")


def test_a_good_page_has_no_faults() -> None:
    assert faults_of(parsed(GOOD)) == []


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ("<h1>One</h1>", ""),
        ("<h1>One</h1>", "<h1>One</h1><h1>Two</h1>"),
        ("<h1>One</h1>", "<h1>One</h1><script>go()</script>"),
        ("<h1>One</h1>", '<h1 style="color:red">One</h1>'),
        ("<h1>One</h1>", '<h1 onclick="go()">One</h1>'),
        ("<h1>One</h1>", '<h1>One</h1><img src="x">'),
        ("<h1>One</h1>", "<h1>One %(name)s</h1>"),
        ("<h1>One</h1>", '<h1 id="n">One</h1>'),
        ("<title>A page</title>", "<title> </title>"),
        (' lang="en"', ""),
        ('<label for="n">Name</label>', ""),
        ('<input type="hidden" name="csrf_token" value="t">', ""),
    ],
)
def test_a_fault_on_a_page_is_seen(good: str, bad: str) -> None:
    assert good in GOOD
    assert faults_of(parsed(GOOD.replace(good, bad, 1)))


def test_a_form_is_sent_as_it_stands() -> None:
    assert fields_of(form_of(parsed(GOOD), holding={"name"})) == {"csrf_token": "t", "name": "Li", "s": "b"}


def test_sockets_to_other_machines_are_closed() -> None:
    with socket.socket() as outside, pytest.raises(OutsideWorldError):
        outside.connect(("192.0.2.1", 80))
    with pytest.raises(OutsideWorldError):
        socket.getaddrinfo("example.org", 80)


def test_service_tests_run_on_both_databases() -> None:
    assert databases_of(set(), "/x/tests/services/booking/test_claim.py") == ["sqlite", "postgresql"]
    assert databases_of(set(), "/x/tests/portal/booking/test_new.py") == ["sqlite"]
    assert databases_of({"both_databases"}, "/x/tests/portal/booking/test_new.py") == ["sqlite", "postgresql"]
    assert databases_of({"postgresql_only"}, "/x/tests/services/booking/test_claim.py") == ["postgresql"]


@pytest.mark.both_databases
@pytest.mark.parametrize("turn", [1, 2])
def test_no_test_sees_the_rows_of_another(engine: Engine, turn: int) -> None:
    with engine.begin() as connection:
        row = text("INSERT INTO counter (series, last) VALUES ('test', 1)")
        assert connection.execute(row).rowcount == 1, "the row of the other turn is still here"
