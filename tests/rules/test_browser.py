"""The browser notices what a person would call broken."""

import threading
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from portal.security import POLICY
from tests.plumbing.browser import SIZES, Watch, overflow, serious_faults

PAGE = (
    "<!doctype html><html lang='en'><head><title>A page</title></head><body><main><h1>One</h1>{}</main></body></html>"
)
PAGES = {
    "good": "<p>Nothing to see</p>",
    "inline-script": "<script>window.ran = true</script>",
    "inline-style": "<p style='color:red'>red</p>",
    "lost-picture": "<img src='/lost.png' alt=''>",
    "other-host": "<img src='http://127.0.0.2:9/x.png' alt=''>",
    "unlabelled": "<input name='name'>",
    "wide": "<pre>" + "wide " * 500 + "</pre>",
}


@pytest.fixture(scope="module")
def live_portal() -> Iterator[str]:
    """Serve a few small pages under the portal's own policy."""
    app = Flask("pages", static_folder=None)

    @app.get("/<name>")
    def show(name: str):
        if name not in PAGES:
            return PAGE.format("lost"), 404
        return PAGE.format(PAGES[name]), {"Content-Security-Policy": POLICY}

    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def look(chromium: Browser, live_portal: str) -> Iterator[Callable[[str], list[str]]]:
    """Return a function that opens a page and tells what was wrong with it."""
    context = chromium.new_context(base_url=live_portal, viewport=SIZES["phone"])

    def open_one(name: str) -> list[str]:
        watch = Watch(context, live_portal)
        page = context.new_page()
        page.goto(f"/{name}", wait_until="networkidle")
        return watch.faults

    yield open_one
    context.close()


@pytest.mark.parametrize("name", ["inline-script", "inline-style", "lost-picture", "other-host"])
def test_a_broken_page_is_noticed(look: Callable[[str], list[str]], name: str) -> None:
    assert look(name)


@pytest.mark.parametrize("name", ["good", "a-page-that-is-refused"])
def test_a_page_that_works_is_left_alone(look: Callable[[str], list[str]], name: str) -> None:
    assert look(name) == []


def test_axe_sees_what_is_not_accessible_in_spite_of_the_policy(page: Page) -> None:
    page.goto("/good")
    assert serious_faults(page) == []
    page.goto("/unlabelled")
    assert any("label" in fault for fault in serious_faults(page))


def test_a_page_wider_than_its_window_is_measured(page: Page) -> None:
    page.goto("/good")
    assert overflow(page) == 0
    page.goto("/wide")
    assert overflow(page) > 0
