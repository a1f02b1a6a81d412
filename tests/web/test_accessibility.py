"""WCAG 2.2 AA, as far as a program can tell: axe on every page in its main states."""

from collections.abc import Callable
from importlib.resources import files
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.web.fake_server import DEMO_PAGES, FakeDesk, now
from tests.web.rows import MARIA, colleague, enquiry, line, mine, offer, visitor, waiting
from tests.web.test_widget import button, offline, open_dialog, say, start, talk

AXE = """async () => {
  const runOnly = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  const { violations } = await axe.run(document, { runOnly });
  const told = ({ target, failureSummary }) => [target.join(" "), failureSummary];
  return violations.map(({ id, nodes }) => [id, nodes.map(told)]);
}"""
SIZES = [(1280, 900), (390, 780)]
Check = Callable[[], None]


@pytest.fixture(params=SIZES, ids=["wide", "narrow"])
def check(page: Page, request: pytest.FixtureRequest) -> Check:
    """Return a function that fails if axe finds something on the page as it stands."""
    width, height = request.param
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(reduced_motion="reduce")  # no colour is measured in mid-animation
    source = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")

    def run() -> None:
        page.evaluate(source + "; 0")
        found: list[Any] = page.evaluate(AXE)
        assert found == []

    return run


def test_the_widget(page: Page, url: str, desk: FakeDesk, check: Check) -> None:
    page.goto(f"{url}sites/performances/")
    button(page, "Chat with us").wait_for()
    check()
    button(page, "Chat with us").click()
    check()
    button(page, "Start chat").click()
    expect(page.get_by_text("We are looking")).to_be_visible()
    stream = list(desk.events)[-1]
    desk.tell("position", {"stream": stream, "position": 2, "wait": 120_000_000})
    expect(page.get_by_text("The wait is about 2 minutes.")).to_be_visible()
    check()
    desk.happen(stream, "Accepted", agent="Ana")
    say(desk, stream, "Look at https://shop.example/")
    page.get_by_role("textbox", name="Message").fill("Thank you")
    button(page, "Send").click()
    button(page, "Email me the history").click()
    expect(page.get_by_text("You are talking to Ana")).to_be_visible()
    check()
    button(page, "End chat").click()
    expect(button(page, "Good")).to_be_visible()
    check()


def test_a_message(page: Page, url: str, desk: FakeDesk, check: Check) -> None:
    offline(desk)
    dialog = open_dialog(page, url, "Leave a message")
    desk.tell("availability", {**desk.availability, "state": "offline", "opens_at": now()})
    expect(page.get_by_text("We are back")).to_be_visible()
    check()
    dialog.get_by_role("textbox", name="Email").fill("maria@example.org")
    dialog.get_by_role("textbox", name="Message").fill("Please call me.")
    desk.tell("availability", {**desk.availability, "state": "online"})
    expect(page.get_by_text("Somebody is here now.")).to_be_visible()
    check()
    button(page, "Leave message").click()
    expect(page.get_by_text("Thank you, we have your message")).to_be_visible()
    check()
    button(page, "Hide").click()
    desk.happen("visit/v1", "Invited", name="Ana", until=now())
    expect(button(page, "Chat now")).to_be_visible()
    check()


def test_the_console(page: Page, url: str, desk: FakeDesk, check: Check) -> None:
    desk.staff["role"] = "supervisor"
    ban = {"key": "ban/1", "stream": "ban/1", "phase": "asked", "visitor": "v1", "scope": "chat"}
    row = mine(7)
    desk.lists = {
        "offers": [offer(10)],
        "waiting": [waiting(9)],
        "mine": [row | {"unanswered_since": row["since"], "visitor_gone": True}],
        "visitors": [visitor(1), visitor(2, "in queue")],
        "bans": [{**ban, "reason": "Insults", "agent": "Ben", "until": None}],
    }
    desk.answers = {"desk.staff": [], "desk.queues": [line("Events")]}
    desk.answers["visit.path"] = {"pages": [{"site": "shop", "url": url, "title": "", "at": now()}]}
    chat = "conversation/c7"
    desk.happen(chat, "Started", question="Is it free?", name="Maria", by="visitor:v1")
    desk.happen(chat, "Noted", agent="ana", name="Ana", text="Regular customer")
    desk.happen(chat, "Posted", author="agent", name="Ana", text="Yes: https://shop.example/")
    page.goto(f"{url}console/")
    expect(page.get_by_role("region", name="Incoming chat")).to_be_visible()
    check()
    page.get_by_role("button", name="Path").first.click()
    expect(page.get_by_role("list", name="Path")).to_be_visible()
    check()
    page.get_by_role("button", name="Ban…").first.click()
    check()
    page.get_by_role("list", name="My chats").get_by_role("button").click()
    button(page, "Note").click()
    check()
    button(page, "Transfer").click()
    expect(button(page, "Transfer now")).to_be_visible()
    check()


def test_the_console_with_waiting_chats(page: Page, url: str, desk: FakeDesk, check: Check) -> None:
    desk.staff |= {"role": "supervisor", "in_call": True, "wrapping": ["conversation/c7"]}
    desk.staff["queues"] = [{"id": name, "name": name} for name in ("Support", "Events")]
    rows = [waiting(9), waiting(11, position=2), waiting(12, assignment="first_reply")]
    desk.lists = {"waiting": rows}
    agents = [
        {"agent": "ben", "name": "Ben", "can": True, "why": "tier 0"},
        {"agent": "sam", "name": "Sam", "can": False, "why": "away"},
    ]
    desk.answers = {
        "desk.staff": [colleague("Ben"), colleague("Sam", "away", reason="missed")],
        "conversation.routing": {"why": "ben: first of 1", "agents": agents},
    }
    desk.happen("conversation/c7", "Started", question="Is it free?", name="Maria")
    page.goto(f"{url}console/")
    page.get_by_role("button", name="Show the team").click()
    expect(page.get_by_role("spinbutton")).to_have_count(2)
    page.get_by_role("button", name="Why?").first.click()
    expect(page.get_by_text("tier 0")).to_be_visible()
    check()
    page.get_by_role("button", name="Assign…").first.click()
    expect(page.get_by_role("combobox", name="Assign to")).to_be_visible()
    check()
    page.get_by_role("button", name="Reply…").click()
    expect(page.get_by_role("textbox", name="Your reply")).to_be_visible()
    check()
    page.get_by_role("button", name="Open the chat").click()
    expect(page.get_by_text("There is time for your notes.")).to_be_visible()
    check()


def test_the_team_page(page: Page, url: str, desk: FakeDesk, check: Check) -> None:
    notices = [{"notifier": "slack", "phase": "dead", "reason": "channel_not_found"}]
    desk.answers = {"enquiry.show": {"events": []}}
    desk.lists = {
        "enquiries": [
            enquiry(1, notices=notices),
            enquiry(2, "claimed", step="lookup"),
            enquiry(3, "matching", matches=[MARIA]),
            enquiry(4, "linked", failed="erm_503", failed_step="note"),
            enquiry(5, "filed", customer_name="Maria"),
            enquiry(6, "filed", step="mail", unknown="timeout"),
            enquiry(7, "answered"),
            enquiry(8, "scheduled"),
            enquiry(9, "filed", claimed_by="ben", claimed_by_name="Ben"),
            enquiry(10, "done"),
        ]
    }
    page.goto(f"{url}team/")
    expect(page.get_by_role("article")).to_have_count(10)
    page.get_by_role("button", name="Drop…").first.click()
    page.locator("summary").first.click()
    check()


@pytest.mark.parametrize("path", DEMO_PAGES)
def test_the_demos_pages(page: Page, url: str, check: Check, path: str) -> None:
    page.goto(url + path[1:])
    check()


def test_a_whole_chat_needs_no_mouse(page: Page, url: str, desk: FakeDesk) -> None:
    """WCAG 2.1.1: from the button to the rating with the keyboard alone."""
    page.goto(f"{url}shop")
    button(page, "Chat with us").focus()
    page.keyboard.press("Enter")
    page.keyboard.type("Maria")
    page.keyboard.press("Enter")
    expect(page.get_by_text("We are looking")).to_be_visible()
    desk.happen(list(desk.events)[-1], "Accepted", agent="Ana")
    expect(page.get_by_role("textbox", name="Message")).to_be_focused()
    page.keyboard.type("Thanks")
    page.keyboard.press("Enter")
    expect(page.get_by_role("log").get_by_text("Thanks")).to_be_visible()
    button(page, "End chat").focus()
    page.keyboard.press("Enter")
    expect(button(page, "Good")).to_be_visible()
    page.keyboard.press("Tab")
    expect(button(page, "Good")).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.get_by_text("Thank you")).to_be_visible()


@pytest.mark.parametrize("kind", ["waiting", "talking"])
def test_every_target_is_large_enough(page: Page, url: str, desk: FakeDesk, kind: str) -> None:
    """WCAG 2.5.8: 24 by 24 pixels."""
    (start if kind == "waiting" else talk)(page, url, desk)
    boxes = [one.bounding_box() for one in page.locator("live-chat").get_by_role("button").all()]

    assert len(boxes) >= 5
    assert all(box and min(box["width"], box["height"]) >= 24 for box in boxes)


def test_nothing_moves_for_who_asked_for_less_motion(page: Page, url: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    dialog = open_dialog(page, url)

    assert dialog.evaluate("(node) => getComputedStyle(node).animationName") == "none"
