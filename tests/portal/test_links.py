"""The addresses that services write into letters and messages lead to pages."""

import inspect

import pytest
from flask import Flask

from services.core import links

ADDRESSES = [
    pytest.param(made(*("abc" if kind.annotation == "str" else 7 for kind in parameters)), id=name)
    for name, made in inspect.getmembers(links, inspect.isfunction)
    for parameters in [inspect.signature(made).parameters.values()]
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_leads_to_a_page(app: Flask, address: str) -> None:
    endpoint, _ = app.url_map.bind("localhost").match(address, method="GET")
    assert endpoint in app.view_functions
