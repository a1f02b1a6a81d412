"""What the front ends' tests share: a small desk and real browser pages."""

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.web.fake_server import FakeDesk, running

FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)


# Not for the session: playwright's event loop must have ended before other tests begin theirs.
@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def served() -> Iterator[tuple[str, FakeDesk]]:
    with running() as served:
        yield served


@pytest.fixture
def url(served: tuple[str, FakeDesk]) -> str:
    return served[0]


@pytest.fixture
def desk(served: tuple[str, FakeDesk]) -> FakeDesk:
    return served[1]


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(10_000)
    yield context
    context.close()


@pytest.fixture
def rough_page(context: BrowserContext) -> Page:
    """A page whose connections fail, which browsers write into the console."""
    return context.new_page()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page that must not log an error or a warning."""
    page, complaints = context.new_page(), list[str]()
    listen(page, complaints)
    yield page
    assert complaints == []


def listen(page: Page, complaints: list[str]) -> None:
    """Gather what a page complains about."""
    page.on("console", lambda entry: complaints.append(f"{entry.type}: {entry.text}"))
    page.on("pageerror", lambda error: complaints.append(str(error)))


@pytest.fixture(scope="session")
def npm(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Return the folder of an npm package, installed for this run, or skip: tests alone need it."""
    folder = Path(os.environ.get("LIVECHAT_NODE_MODULES") or tmp_path_factory.mktemp("npm"))

    def install(package: str) -> Path:
        name = package.rpartition("@")[0]
        found = folder / "node_modules" / name
        command = ["npm", "install", "--no-audit", "--no-fund", "--prefix", str(folder), package]
        if not found.is_dir():
            try:
                subprocess.run(command, check=True, capture_output=True, timeout=60)
            except (OSError, subprocess.SubprocessError):
                pytest.skip(f"npm cannot fetch {package} here")
        return found

    return install
