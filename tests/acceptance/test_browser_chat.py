"""A chat between two browsers, on the demo as a user starts it."""

import re
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.conftest import Demo, Screens, running_demo, spare_port

SignIn = Callable[[Any, str], None]
SECOND = 1000


@pytest.fixture(scope="module")
def foreign_port() -> int:
    return spare_port()


@pytest.fixture(scope="module")
def demo(
    tmp_path_factory: pytest.TempPathFactory, chromium: str, foreign_port: int
) -> Iterator[Demo]:
    assert chromium
    settings = f"""
[rules]
offer_timeout = 3

[sites.performances]
origins = ["http://127.0.0.1:{foreign_port}", "http://localhost:{foreign_port}"]
"""
    with running_demo(tmp_path_factory.mktemp("demo") / "data", settings) as running:
        yield running


def start_chat(page: Any, name: str, question: str) -> None:
    page.get_by_role("button", name="Chat with us").click()
    dialog = page.get_by_role("dialog", name="Live chat")
    if name:
        dialog.get_by_label("Name").fill(name)
    dialog.get_by_label("Message").fill(question)
    dialog.get_by_role("button", name="Start chat").click()


def say(page: Any, text: str) -> None:
    page.get_by_role("dialog", name="Live chat").get_by_label("Message").fill(text)
    page.get_by_role("button", name="Send", exact=True).click()


def reply(page: Any, text: str) -> None:
    page.get_by_label("Reply").fill(text)
    page.get_by_role("button", name="Send reply").click()


def log(page: Any) -> Any:
    return page.get_by_role("log", name="Conversation")


def number(page: Any) -> str:
    found = page.get_by_text(re.compile(r"#\d+")).first.text_content()
    match = re.search(r"#\d+", found)
    assert match
    return match[0]


def set_status(page: Any, status: str) -> None:
    page.get_by_role("combobox", name="Status").select_option(label=status)


def offer(page: Any) -> Any:
    return page.get_by_role("region", name="Incoming chat")


def test_two_people_chat_and_the_visitor_rates(
    demo: Demo, screens: Screens, sign_in: SignIn
) -> None:
    """S0-1, S0-4, F68: site, page, name, number on both sides; S0-38: reload; S0-39."""
    agent = screens.open(f"{demo.url}/console/")
    sign_in(agent, "Ana")
    set_status(agent, "Available")
    visitor = screens.open(f"{demo.url}/sites/performances/")
    start_chat(visitor, "Maria", "Do you play at weddings?")

    offer(agent).wait_for()
    assert "Maria" in offer(agent).text_content()
    assert "Performances" in offer(agent).text_content()
    assert re.search(r"\d+\s*s", offer(agent).text_content())
    offer(agent).get_by_role("button", name="Accept").click()
    log(agent).get_by_text("Do you play at weddings?").wait_for()
    assert agent.get_by_text("/sites/performances/").first.is_visible()
    assert number(agent) == number(visitor)

    reply(agent, "Yes, with pleasure.")
    log(visitor).get_by_text("Yes, with pleasure.").wait_for()
    say(visitor, "In June?")
    log(agent).get_by_text("In June?").wait_for()

    visitor.reload()
    reply(agent, "June is free.")
    log(visitor).get_by_text("June is free.").wait_for()
    assert log(visitor).get_by_text("In June?").count() == 1
    assert log(visitor).get_by_text("Yes, with pleasure.").count() == 1

    visitor.get_by_role("button", name="End chat").click()
    visitor.get_by_role("button", name="Good").click()
    visitor.get_by_text(re.compile("thank", re.IGNORECASE)).first.wait_for()
    set_status(agent, "Offline")


def test_decline_and_time_out_pass_the_offer_on(
    demo: Demo, screens: Screens, sign_in: SignIn
) -> None:
    """S1-21, F9: Ana declines the first and lets the second lapse; Ben gets both."""
    ana, ben = screens.open(f"{demo.url}/console/"), screens.open(f"{demo.url}/console/")
    sign_in(ana, "Ana")
    set_status(ana, "Available")
    first = screens.open(f"{demo.url}/sites/drumstory/")
    start_chat(first, "", "First question")
    offer(ana).wait_for()
    sign_in(ben, "Ben")
    set_status(ben, "Available")
    assert "Guest" in offer(ana).text_content()
    offer(ana).get_by_role("button", name="Decline").click()
    offer(ben).get_by_role("button", name="Accept").click()
    log(ben).get_by_text("First question").wait_for()

    second = screens.open(f"{demo.url}/sites/performances/")
    start_chat(second, "Tim", "Second question")
    offer(ana).wait_for()
    offer(ben).wait_for(timeout=15 * SECOND)
    offer(ben).get_by_role("button", name="Accept").click()
    ben.get_by_text("Second question").first.wait_for()
    for page in (first, second):
        page.get_by_role("button", name="End chat").click()
        page.get_by_role("button", name="Good").wait_for()
    set_status(ana, "Offline")
    set_status(ben, "Offline")


@pytest.fixture
def foreign_page(demo: Demo, foreign_port: int, tmp_path: Path) -> Iterator[str]:
    """A page of another origin that embeds the widget."""
    (tmp_path / "index.html").write_text(
        "<!doctype html><html lang=en><title>Elsewhere</title><link rel=icon href='data:,'>"
        f"<h1>Elsewhere</h1><script type=module src='{demo.url}/chat/static/widget.js' "
        f"data-site=performances data-prefix='{demo.url}/chat'></script>"
    )
    handler = partial(SimpleHTTPRequestHandler, directory=str(tmp_path))
    handler.log_message = lambda *_: None  # type: ignore[attr-defined]
    server = ThreadingHTTPServer(("127.0.0.1", foreign_port), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://localhost:{foreign_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_the_widget_carries_a_chat_from_another_origin_without_cookies(
    demo: Demo, screens: Screens, sign_in: SignIn, foreign_page: str
) -> None:
    """S1-4: third-party cookies are blocked, and none is needed."""
    agent = screens.open(f"{demo.url}/console/")
    sign_in(agent, "Ana")
    set_status(agent, "Available")
    visitor = screens.open(foreign_page)
    start_chat(visitor, "Noor", "From elsewhere")
    offer(agent).get_by_role("button", name="Accept").click()
    reply(agent, "Welcome")
    log(visitor).get_by_text("Welcome").wait_for()
    visitor.reload()
    log(visitor).get_by_text("Welcome").wait_for()
    assert visitor.context.cookies() == []
    visitor.get_by_role("button", name="End chat").click()
    set_status(agent, "Offline")
