"""What the tests of the stand-ins share: a local Slack, and a page of a real browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.demo.outside import Slack, running_slack


@pytest.fixture
def slack(tmp_path: Path) -> Iterator[Slack]:
    with running_slack(tmp_path / "slack") as slack:
        yield slack


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    flags = [
        *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
        *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    ]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=flags)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A new page that must not log an error or a warning."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    complaints: list[str] = []
    page.on("console", lambda entry: complaints.append(f"{entry.type}: {entry.text}"))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    page.close()
    assert complaints == []
