"""The visitor's window: who is shown it, how it greets, and what it keeps in the browser."""

import json
import time
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.web.fake_server import FakeDesk
from tests.web.test_widget import button, talk

KEPT = "Object.entries(localStorage).filter(([name]) => name.startsWith('live-chat'))"


def eventually(condition: Callable[[], object]) -> None:
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_who_may_not_chat_sees_nothing_of_it_S3_6(page: Page, url: str, desk: FakeDesk) -> None:
    desk.welcome = {"entry": False, "reasons": ["not_signed_in"]}
    page.goto(f"{url}shop")
    eventually(lambda: desk.opened)
    expect(page.locator("live-chat button")).to_have_count(0)
    expect(page.locator("live-chat aside")).to_have_count(0)

    desk.tell("entry", {"entry": True, "reasons": []})
    expect(button(page, "Chat with us")).to_be_visible()
    desk.tell("entry", {"entry": False, "reasons": ["not_in_role"]})
    expect(button(page, "Chat with us")).to_be_hidden()


def test_a_chat_that_goes_on_is_not_taken_away_with_the_entry_S3_6(
    page: Page, url: str, desk: FakeDesk
) -> None:
    talk(page, url, desk)
    desk.tell("entry", {"entry": False, "reasons": ["not_in_role"]})
    page.get_by_role("textbox", name="Message").fill("Still here")
    button(page, "Send").click()

    expect(page.get_by_role("log", name="Conversation").get_by_text("Still here")).to_be_visible()


def test_a_greeting_is_shown_and_can_be_closed_F56(page: Page, url: str, desk: FakeDesk) -> None:
    page.goto(f"{url}shop")
    button(page, "Chat with us").wait_for()
    desk.happen("visit/v1", "Greeted", name="Shop", text="Ask us about sizes.")
    expect(page.get_by_role("status").get_by_text("Ask us about sizes.")).to_be_visible()
    button(page, "No, thanks").click()
    desk.first("visit.answer_invitation")
    desk.happen("visit/v1", "GreetingClosed")

    expect(page.get_by_text("Ask us about sizes.")).to_be_hidden()
    desk.welcome = {"greeting": {"name": "Shop", "text": "Still there after a reload"}}
    page.reload()
    expect(page.get_by_text("Still there after a reload")).to_be_visible()


def test_nothing_is_kept_in_the_browser_before_it_is_recorded_F60(
    page: Page, url: str, desk: FakeDesk
) -> None:
    desk.welcome = {"recorded": False}
    page.goto(f"{url}shop")
    button(page, "Chat with us").wait_for()
    assert page.evaluate(KEPT) == []

    talk(page, url, desk)
    assert len(page.evaluate(KEPT)) == 1


def test_a_window_takes_over_the_token_that_another_one_was_given_A7(
    page: Page, url: str, desk: FakeDesk
) -> None:
    page.goto(f"{url}shop")
    button(page, "Chat with us").wait_for()
    ((key, _),) = page.evaluate(KEPT)
    other = page.context.new_page()
    other.goto(f"{url}chat/static/favicon.svg")
    other.evaluate("([key, value]) => localStorage.setItem(key, value)", [key, json.dumps("newer")])
    desk.cut()

    eventually(lambda: "newer" in desk.opened[-1].values())


def test_links_to_another_site_carry_the_visit_on_S0_32(
    page: Page, url: str, desk: FakeDesk
) -> None:
    """The code is used up before the window opens, and never stays in the address bar."""
    desk.answers["visit.hand_over"] = {"code": "once-only", "until": 0}
    page.goto(f"{url}linking")
    button(page, "Chat with us").wait_for()
    page.get_by_role("link", name="Next door").click()
    page.wait_for_url("**/linking?next**")
    button(page, "Chat with us").wait_for()

    assert page.url == f"{url}linking?next#prices"
    brought = [told.get("hand_over") for told in desk.opened]
    assert brought == [None, "once-only", None]
    assert "once-only" not in str(desk.opened[1]["page"])


def test_a_link_goes_on_without_a_code_when_the_desk_has_none_S0_32(
    page: Page, url: str, desk: FakeDesk
) -> None:
    desk.answers["visit.hand_over"] = {"code": "", "until": 0}
    page.goto(f"{url}linking")
    button(page, "Chat with us").wait_for()
    page.get_by_role("link", name="Next door").click()
    page.wait_for_url("**/linking?next**")

    assert page.url == f"{url}linking?next#prices"
