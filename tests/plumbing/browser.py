"""A real browser against the real application: started once, watched for everything that a person would call broken."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.error import URLError

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

SIZES = {"desk": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
AXE = Path(__file__).parent / "axe" / "axe.min.js"
RUN_AXE = """async () => (await axe.run(document, {resultTypes: ['violations']})).violations
  .filter(fault => ['serious', 'critical'].includes(fault.impact))
  .flatMap(fault => fault.nodes.map(node => `${fault.id}: ${node.target.join(' ')}: ${node.failureSummary}`))"""
PATIENCE = 60


def chromium_path() -> str | None:
    """Return where the browser is, None when there is none."""
    return os.environ.get("PORTAL_TEST_CHROMIUM") or shutil.which("chromium")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What uses a page is a journey, whether it says so or not."""
    for item in items:
        if {"page", "new_page"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.journey)


def serious_faults(page: Page) -> list[str]:
    """Return what axe finds serious or critical on ``page``, one line for each place."""
    page.evaluate(AXE.read_text(encoding="utf-8"))  # the policy of the pages forbids a script tag
    return page.evaluate(RUN_AXE)


def overflow(page: Page) -> int:
    """Return by how many pixels the page is wider than its window."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return answer.status == 200
    except (URLError, ConnectionError, TimeoutError):
        return False


@pytest.fixture(scope="session")
def chromium(request: pytest.FixtureRequest) -> Iterator[Browser]:
    path = chromium_path()
    if path is None:
        if os.environ.get("CI") == "true":
            pytest.fail("chromium is missing (apt-get install chromium, or PORTAL_TEST_CHROMIUM)")
        pytest.skip("chromium is missing (apt-get install chromium, or PORTAL_TEST_CHROMIUM)")
    playwright: Playwright = sync_playwright().start()
    browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
    yield browser
    browser.close()
    playwright.stop()


@pytest.fixture(scope="session")
def live_instance(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the instance folder of the live portal; its letters and text messages are in ``mail/``."""
    return tmp_path_factory.mktemp("live")


@pytest.fixture(scope="session")
def live_portal(live_instance: Path) -> Iterator[str]:
    """Run the installed command with the small demo in an instance folder of its own; return its address."""
    instance, port = live_instance, free_port()
    address = f"http://127.0.0.1:{port}"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
    environment |= {"PORTAL_INSTANCE": str(instance), "PORTAL_PORT": str(port), "PORTAL_DEMO": "1"}
    command = str(Path(sys.executable).with_name("portal"))
    log = instance / "portal.log"
    with log.open("wb") as output:
        loading = subprocess.run(
            [command, "demo", "load", "--small"], env=environment, stdout=output, stderr=subprocess.STDOUT, check=False
        )
        assert loading.returncode == 0, f"the demo was not loaded:\n{end_of(log)}"
        portal = subprocess.Popen([command, "run"], env=environment, stdout=output, stderr=subprocess.STDOUT)
        try:
            end = time.monotonic() + PATIENCE
            while not answers(f"{address}/healthz"):
                stuck = portal.poll() is not None or time.monotonic() > end
                assert not stuck, f"the portal did not start:\n{end_of(log)}"
                time.sleep(0.1)
            yield address
        finally:
            portal.terminate()
            portal.wait(timeout=PATIENCE)


def end_of(log: Path) -> str:
    return log.read_text(encoding="utf-8", errors="replace")[-4000:]


class Watch:
    """Gathers what goes wrong in a browser context while a test runs."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.faults: list[str] = []
        self._address = address
        self._documents: set[str] = set()
        context.on("console", self._console)
        context.on("weberror", lambda problem: self.faults.append(f"script error: {problem.error}"))
        context.on("request", self._request)

    def _request(self, request) -> None:
        if request.is_navigation_request():
            self._documents.add(request.url)
        if not request.url.startswith((self._address, "data:", "blob:", "about:")):
            self.faults.append(f"asked another host: {request.url}")

    def _console(self, message) -> None:
        place = message.location.get("url", "")
        refused_page = "server responded with a status of 4" in message.text and place in self._documents
        refused_page |= place.endswith("/favicon.ico")  # asked for by the browser itself on pages that name no icon
        if message.type == "error" and not refused_page:  # a page may be refused; its style sheet may not
            self.faults.append(f"console: {message.text} ({place})")


@pytest.fixture(params=list(SIZES))
def window(request: pytest.FixtureRequest) -> str:
    """Return the size of window of this test: ``desk`` or ``phone``."""
    return request.param


@pytest.fixture
def new_page(chromium: Browser, live_portal: str, window: str) -> Iterator[Callable[[], Page]]:
    """Return a function that opens a page for one more person, with cookies of their own."""
    contexts: list[BrowserContext] = []
    watches: list[Watch] = []

    def open_one() -> Page:
        context = chromium.new_context(
            base_url=live_portal,
            viewport=SIZES[window],
            has_touch=window == "phone",
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        watches.append(Watch(context, live_portal))
        return context.new_page()

    yield open_one
    for context in contexts:
        context.close()
    faults = [fault for watch in watches for fault in watch.faults]
    assert not faults, "\n".join(faults)


@pytest.fixture
def page(new_page: Callable[[], Page]) -> Page:
    return new_page()
