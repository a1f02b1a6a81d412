"""The demo as a user starts it, and browsers to look at it."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import attrs
import pytest

OPTIONS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    "--test-third-party-cookie-phaseout",
)


def spare_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@attrs.define
class Demo:
    """A running demo."""

    url: str
    data: Path
    process: "subprocess.Popen[str]"

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.kill()
        self.process.wait(10)


@contextmanager
def running_demo(data: Path, settings: str = "", port: int = 0) -> Iterator[Demo]:
    """Run the demo until the block is left."""
    port = port or spare_port()
    arguments = ["--port", str(port), "--data", str(data), "--no-browser"]
    if settings:
        file = data.with_suffix(".toml")
        file.write_text(settings)
        arguments += ["--settings", str(file)]
    process = subprocess.Popen(
        [sys.executable, "-m", "livechat_core", "demo", *arguments],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ},
    )
    assert process.stdout is not None
    try:
        line = process.stdout.readline().strip()
        assert line == f"ready http://127.0.0.1:{port}/", line
        yield Demo(line.removeprefix("ready ").rstrip("/"), data, process)
    finally:
        process.terminate()
        try:
            process.wait(15)
        finally:
            process.kill()
            process.stdout.close()


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Any]:
    """A headless Chromium that blocks third-party cookies."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=chromium, args=list(OPTIONS))
        yield opened
        opened.close()


@attrs.define(slots=False)
class Screens:
    """Browser windows of different people; every complaint of a page is kept."""

    browser: Any
    stack: ExitStack
    complaints: list[str] = attrs.field(factory=list)

    def open(self, url: str, **options: Any) -> Any:
        """Open a page in a window of its own, as another person with another computer."""
        context = self.browser.new_context(**options)
        self.stack.callback(context.close)
        page = context.new_page()
        page.on("console", self._complaint)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(url)
        return page

    def _complaint(self, message: Any) -> None:
        if message.type == "error":
            self.complaints.append(f"{message.location.get('url')}: {message.text}")


@pytest.fixture
def screens(browser: Any) -> Iterator[Screens]:
    """Windows that are closed at the end; no page may have complained."""
    with ExitStack() as stack:
        found = Screens(browser, stack)
        yield found
        assert found.complaints == []


@pytest.fixture
def sign_in() -> Callable[[Any, str], None]:
    """Sign a person in on the page's sign-in form."""

    def press(page: Any, name: str) -> None:
        page.get_by_role("button", name=f"Sign in as {name}").click()
        page.wait_for_load_state()

    return press
