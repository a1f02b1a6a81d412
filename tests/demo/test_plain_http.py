"""A chat in real browsers where no WebSocket gets through (a proxy may swallow it)."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.demo.outside import eventually
from tests.demo.running import Demo, running

NO_SOCKETS = """
window.WebSocket = class {
  constructor() { setTimeout(() => this.onclose && this.onclose()); }
  close() {}
};
"""


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    with running(tmp_path / "data") as demo:
        yield demo


def opened(browser: Browser, url: str) -> Any:
    page = browser.new_context().new_page()
    page.add_init_script(NO_SOCKETS)
    page.goto(url)
    return page


def test_a_chat_goes_both_ways_over_post_and_events(demo: Demo, browser: Browser) -> None:
    """S0-38: and the visitor misses nothing when he reloads."""
    agent = opened(browser, f"{demo.url}console/")
    agent.get_by_role("button", name="Sign in as Ana").click()
    agent.get_by_role("combobox", name="Status").select_option(label="Available")
    visitor = opened(browser, f"{demo.url}sites/performances/")
    visitor.get_by_role("button", name="Chat with us").click()
    visitor.get_by_label("Message").fill("Do you play outside?")
    visitor.get_by_role("button", name="Start chat").click()
    agent.get_by_role("region", name="Incoming chat").get_by_role("button", name="Accept").click()
    agent.get_by_label("Reply").fill("In summer, yes.")
    agent.get_by_role("button", name="Send reply").click()
    log = visitor.get_by_role("log", name="Conversation")
    log.get_by_text("In summer, yes.").wait_for()

    visitor.reload()
    log.get_by_text("In summer, yes.").wait_for()
    dialog = visitor.get_by_role("dialog", name="Live chat")
    dialog.get_by_label("Message").fill("And in winter?")
    visitor.get_by_role("button", name="Send", exact=True).click()
    agent.get_by_role("log", name="Conversation").get_by_text("And in winter?").wait_for()
    assert log.get_by_text("In summer, yes.").count() == 1

    cookie = demo.sign_in("sam")
    (mine,) = [one for one in demo.ask("desk.staff", {}, cookie=cookie) if one["agent"] == "ana"]
    assert mine["status"] in ("available", "busy")
    agent.close()
    eventually(
        lambda: all(
            one["status"] != "available"
            for one in demo.ask("desk.staff", {}, cookie=cookie)
            if one["agent"] == "ana"
        ),
        seconds=30,
    )
