"""The agent's console: what the visitor is typing, and files."""

import time
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.web.fake_server import FakeDesk, Refusal
from tests.web.rows import QUESTION, mine

CHAT = "conversation/c7"
pytestmark = pytest.mark.usefixtures("console")
LIMITS = {"size": 10_000_000, "types": ["image/png", "text/plain"]}
EVIL = "<img src=x onerror=document.title='run'>"


@pytest.fixture(autouse=True)
def lists(desk: FakeDesk) -> None:
    desk.lists = {name: [] for name in ("offers", "waiting", "mine", "visitors", "bans")}
    desk.staff = {**desk.staff, "attachments": LIMITS}


@pytest.fixture
def console(page: Page, url: str, desk: FakeDesk, lists: None) -> None:  # noqa: ARG001
    """Show the console with one chat open."""
    desk.happen(CHAT, "Started", question=QUESTION, name="Maria", by="visitor:v1")
    desk.happen(CHAT, "Accepted", agent="Ana")
    desk.lists["mine"] = [mine(7)]
    page.goto(f"{url}console")
    page.get_by_role("list", name="My chats").get_by_role("button").click()
    expect(page.get_by_role("textbox", name="Reply")).to_be_visible()


def told(desk: FakeDesk, **more: Any) -> None:
    desk.tell("typing", {"stream": CHAT, "by": "visitor", "name": "Maria", "typing": True, **more})


def typed(desk: FakeDesk) -> list[bool]:
    return [params["typing"] for method, params in desk.asked if method == "conversation.type"]


def mark(page: Page) -> Locator:
    return page.get_by_text("Maria is typing…")


def test_the_agent_sees_that_the_visitor_types_F45(page: Page, desk: FakeDesk) -> None:
    told(desk)
    expect(mark(page)).to_be_visible()

    told(desk, typing=False)
    expect(mark(page)).to_have_count(0)


def test_the_agent_sees_what_the_visitor_types_S1_28(page: Page, desk: FakeDesk) -> None:
    """F46, A37: as text; it is gone when it is said."""
    told(desk, draft=f"Is it wat {EVIL}")
    draft = page.locator(".draft")
    expect(draft).to_have_text(f"Is it wat {EVIL}")
    expect(page.get_by_role("log").get_by_text("Is it wat")).to_have_count(0)

    told(desk, draft="Is it waterproof?")
    expect(draft).to_have_text("Is it waterproof?")
    desk.happen(CHAT, "Posted", author="visitor", name="Maria", text="Is it waterproof?")
    expect(draft).to_have_count(0)
    expect(page.get_by_role("log")).to_contain_text("Is it waterproof?")
    assert page.title() != "run"


def test_of_another_chat_nothing_is_shown(page: Page, desk: FakeDesk) -> None:
    told(desk, stream="conversation/c8", draft="secret")
    told(desk, typing=False)
    expect(page.get_by_text("secret")).to_have_count(0)
    expect(mark(page)).to_have_count(0)


def test_the_visitor_is_told_that_the_agent_types_F45(page: Page, desk: FakeDesk) -> None:
    """Now and then, and never what."""
    reply = page.get_by_role("textbox", name="Reply")
    reply.press_sequentially("Yes, we have", delay=20)
    reply.fill("")
    reply.fill("Yes")
    reply.press("Enter")
    expect(page.get_by_role("log")).to_contain_text("Yes")
    reply.press_sequentially("A")
    end = time.monotonic() + 5
    while len(typed(desk)) < 4 and time.monotonic() < end:
        page.wait_for_timeout(20)

    assert typed(desk) == [True, False, True, True]
    assert "Yes, we" not in str(desk.asked)


def test_a_file_of_the_visitor_can_be_opened_F44(page: Page, url: str, desk: FakeDesk) -> None:
    desk.happen(
        CHAT, "Attached", author="visitor", name="Maria", file="f9", filename=EVIL,
        type="image/png", size=1_234_567,
    )  # fmt: skip
    link = page.get_by_role("log").get_by_role("link", name=EVIL)

    expect(link).to_have_attribute("href", f"{url}chat/files/c7/f9")
    expect(link).to_have_attribute("rel", "noopener noreferrer")
    expect(page.get_by_role("log")).to_contain_text("(1.2 MB)")
    assert page.title() != "run"


def test_the_agent_sends_a_file_S0_29(page: Page, desk: FakeDesk) -> None:
    """F44."""
    field = page.get_by_label("Attach a file")
    expect(field).to_have_attribute("accept", "image/png,text/plain")
    field.set_input_files({"name": "prices.txt", "mimeType": "text/plain", "buffer": b"Violin 5\n"})

    announced = desk.first("conversation.attach")
    assert (announced["stream"], announced["name"], announced["size"]) == (CHAT, "prices.txt", 9)
    expect(field).to_be_enabled()
    assert desk.sent == [("/chat/files/c7/f1", b"Violin 5\n")]


def test_a_file_that_is_not_taken_is_said_so_F44(page: Page, desk: FakeDesk) -> None:
    desk.upload = Refusal("unsupported_type", 415)
    field = page.get_by_label("Attach a file")
    field.set_input_files({"name": "x.exe", "mimeType": "text/plain", "buffer": b"MZ"})
    expect(page.get_by_role("alert").filter(has_text="not taken")).to_be_visible()

    desk.refusals["conversation.attach"] = Refusal("too_large", 429, limit=10_000_000)
    field.set_input_files({"name": "y.txt", "mimeType": "text/plain", "buffer": b"x"})
    expect(page.get_by_role("alert").filter(has_text="at most 10 MB")).to_be_visible()


def test_without_a_place_for_files_there_is_no_button(page: Page, url: str, desk: FakeDesk) -> None:
    expect(page.get_by_label("Attach a file")).to_have_count(1)
    desk.staff = {**desk.staff, "attachments": None}
    page.goto(f"{url}console")

    expect(page.get_by_role("textbox", name="Reply")).to_be_visible()
    expect(page.get_by_label("Attach a file")).to_have_count(0)
