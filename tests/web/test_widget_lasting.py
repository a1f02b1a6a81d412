"""The visitor's window over losses, reloads, several windows and other origins."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.web.conftest import listen
from tests.web.fake_server import FakeDesk, Refusal, running
from tests.web.test_widget import button, log, open_dialog, say, start, talk

WIDE = """(node) => [...node.querySelectorAll("*")].filter((one) =>
  one.clientWidth > 1 && one.scrollWidth > one.clientWidth + 1
  && getComputedStyle(one).overflowX !== "visible").length"""


def test_a_reload_in_mid_chat_misses_nothing(page: Page, url: str, desk: FakeDesk) -> None:
    stream = talk(page, url, desk)
    page.get_by_role("textbox", name="Message").fill("half a thou")
    page.goto(f"{url}blank")
    say(desk, stream, "said meanwhile")
    page.goto(f"{url}shop")

    expect(log(page)).to_contain_text("Is it free?")
    expect(log(page)).to_contain_text("said meanwhile")
    expect(page.get_by_text("You are talking to Ana")).to_be_visible()
    expect(page.get_by_role("textbox", name="Message")).to_have_value("half a thou")
    assert len(desk.named("conversation.start")) == 1


def test_a_line_on_its_way_outlives_a_loss_and_is_said_once(
    page: Page, url: str, desk: FakeDesk
) -> None:
    talk(page, url, desk)
    desk.losses.append("conversation.post")
    page.get_by_role("textbox", name="Message").fill("Once only")
    button(page, "Send").click()

    expect(log(page).get_by_text("Sending…")).to_have_count(0)
    expect(log(page).get_by_text("Once only")).to_have_count(1)
    assert len(desk.named("conversation.post")) == 1


def test_a_line_on_its_way_outlives_a_reload(page: Page, url: str, desk: FakeDesk) -> None:
    talk(page, url, desk)
    desk.refusals["session.open"] = Refusal("store_failed", 503)
    desk.cut()
    page.get_by_role("textbox", name="Message").fill("Still there")
    button(page, "Send").click()
    expect(log(page)).to_contain_text("Sending…")
    page.reload()
    desk.refusals.clear()

    expect(log(page).get_by_text("Sending…")).to_have_count(0)
    expect(log(page).get_by_text("Still there")).to_have_count(1)
    page.reload()
    expect(log(page).get_by_text("Still there")).to_have_count(1)
    assert len(desk.named("conversation.post")) == 1


def test_a_loss_is_told_in_words(rough_page: Page, url: str, desk: FakeDesk) -> None:
    page = rough_page
    stream = talk(page, url, desk)
    desk.sockets = False
    desk.http = False
    desk.cut()
    expect(page.get_by_role("status").get_by_text("Reconnecting…")).to_be_visible()
    page.get_by_role("textbox", name="Message").fill("Are you there?")
    button(page, "Send").click()
    expect(log(page)).to_contain_text("Sending…")
    desk.sockets = True

    expect(page.get_by_text("Reconnecting…")).to_be_hidden(timeout=20_000)
    expect(log(page).get_by_text("Sending…")).to_have_count(0)
    assert desk.events[stream][-1]["data"]["text"] == "Are you there?"


def test_without_a_web_socket_the_chat_works_as_well(
    rough_page: Page, url: str, desk: FakeDesk
) -> None:
    desk.sockets = False
    stream = talk(rough_page, url, desk)
    say(desk, stream, "Over plain HTTP")

    expect(log(rough_page)).to_contain_text("Over plain HTTP")


def test_who_ends_the_chat_leaves_nothing_behind_A25(page: Page, url: str, desk: FakeDesk) -> None:
    talk(page, url, desk)
    button(page, "End chat").click()
    expect(button(page, "Good")).to_be_visible()
    assert page.evaluate("() => localStorage.length") == 0
    page.reload()

    expect(button(page, "Start chat")).to_be_visible()
    expect(page.get_by_text("Is it free?")).to_have_count(0)
    assert desk.opened[-1]["token"] == ""
    assert "Maria" not in page.evaluate("() => JSON.stringify({ ...sessionStorage })")


def test_an_end_in_one_window_empties_the_other_A25(
    context: BrowserContext, page: Page, url: str, desk: FakeDesk
) -> None:
    talk(page, url, desk)
    other = context.new_page()
    other.goto(f"{url}shop")
    button(other, "Chat with us").click()
    expect(log(other)).to_contain_text("Is it free?")
    button(page, "End chat").click()

    expect(button(other, "Start chat")).to_be_visible()
    expect(other.get_by_text("Is it free?")).to_have_count(0)


def test_an_agents_end_can_still_be_rated_after_a_reload(
    page: Page, url: str, desk: FakeDesk
) -> None:
    stream = talk(page, url, desk)
    desk.happen(stream, "Closed", reason="agent")
    page.reload()
    button(page, "Good").click()
    expect(page.get_by_text("Thank you")).to_be_visible()
    button(page, "Start a new chat").click()
    page.reload()

    expect(button(page, "Start chat")).to_be_visible()


def test_a_page_of_another_origin_carries_the_chat_without_any_cookie(
    context: BrowserContext, url: str, desk: FakeDesk
) -> None:
    with running() as (elsewhere, host):
        host.elsewhere = url
        page, complaints = context.new_page(), list[str]()
        listen(page, complaints)
        page.goto(f"{elsewhere}embedding")
        button(page, "Chat with us").click()
        button(page, "Start chat").click()
        expect(page.get_by_text("We are looking for a free consultant")).to_be_visible()
        [stream] = desk.events
        desk.happen(stream, "Accepted", agent="Ana")
        say(desk, stream, "Hello over there")
        expect(log(page)).to_contain_text("Hello over there")
        page.reload()
        expect(log(page)).to_contain_text("Hello over there")

        assert context.cookies() == []
        assert complaints == []


@pytest.mark.parametrize("size", [(320, 256), (390, 780), (1280, 720)])
def test_it_fits_small_screens_and_four_hundred_percent(
    page: Page, url: str, desk: FakeDesk, size: tuple[int, int]
) -> None:
    """WCAG 1.4.10: at 400 % a window of 1280 pixels is 320 wide; nothing scrolls sideways."""
    page.set_viewport_size({"width": size[0], "height": size[1]})
    stream = start(page, url, desk)
    desk.happen(stream, "Accepted", agent="Ana")
    say(desk, stream, "a" * 300)
    page.get_by_role("textbox", name="Message").fill("reachable")
    button(page, "Send").click()
    expect(log(page)).to_contain_text("reachable")

    assert page.get_by_role("dialog").evaluate(WIDE) == 0
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    button(page, "End chat").click()
    button(page, "Good").click()
    expect(page.get_by_text("Thank you")).to_be_visible()


def test_a_second_start_goes_on_with_the_chat_that_is_open(
    page: Page, url: str, desk: FakeDesk
) -> None:
    desk.existing = "conversation/c7"
    desk.events["conversation/c7"] = []
    desk.happen("conversation/c7", "Started", question="From another window", name="")
    dialog = open_dialog(page, url)
    dialog.get_by_role("textbox", name="Message").fill("And another thing")
    button(page, "Start chat").click()

    expect(log(page)).to_contain_text("From another window")
    expect(page.get_by_role("textbox", name="Message")).to_have_value("And another thing")
