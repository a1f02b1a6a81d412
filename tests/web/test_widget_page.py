"""The visitor's window as a part of somebody's page: addresses, focus, colours, foreign text."""

from playwright.sync_api import Page, expect

from tests.web.fake_server import FakeDesk, Refusal
from tests.web.test_widget import button, log, say, start, talk


def test_pages_that_are_opened_without_a_document_are_told_S0_2(
    page: Page, url: str, desk: FakeDesk
) -> None:
    page.goto(f"{url}shop")
    button(page, "Chat with us").wait_for()
    page.evaluate("() => { history.pushState(null, '', '/shop?page=2'); document.title = 'Two'; }")
    page.wait_for_timeout(600)
    page.evaluate("() => { location.hash = 'only-a-place'; }")
    page.wait_for_timeout(600)

    assert [view["pages"] for view in desk.named("visit.view")] == [
        [{"site": "shop", "url": f"{url}shop?page=2", "title": "Two"}]
    ]


def test_the_focus_goes_in_and_comes_back(page: Page, url: str) -> None:
    page.goto(f"{url}shop")
    button(page, "Chat with us").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name="Name")).to_be_focused()
    page.keyboard.press("Escape")

    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(button(page, "Chat with us")).to_be_focused()


def test_lines_that_came_while_the_window_was_hidden_are_counted(
    page: Page, url: str, desk: FakeDesk
) -> None:
    stream = talk(page, url, desk)
    button(page, "Hide").click()
    say(desk, stream, "one")
    say(desk, stream, "two")

    expect(page.get_by_role("button", name="Chat with us 2 new")).to_be_visible()
    page.get_by_role("button", name="Chat with us").click()
    button(page, "Hide").click()
    expect(button(page, "Chat with us")).to_be_visible()


def test_a_banned_visitor_sees_no_window(page: Page, url: str, desk: FakeDesk) -> None:
    desk.refusals["session.open"] = Refusal("banned", 403)
    with page.expect_websocket():
        page.goto(f"{url}shop")
    page.wait_for_timeout(300)

    expect(page.locator("live-chat").get_by_role("button")).to_have_count(0)


def test_an_icon_at_the_lower_right_opens_the_window(page: Page, url: str) -> None:
    """S3-7."""
    page.goto(f"{url}shop")
    icon = button(page, "Chat with us")
    box, seen = icon.bounding_box(), page.viewport_size
    assert box is not None
    assert seen is not None
    assert seen["width"] - box["x"] - box["width"] < 40
    assert seen["height"] - box["y"] - box["height"] < 40
    icon.click()

    expect(button(page, "Start chat")).to_be_visible()


def test_the_host_page_chooses_the_colour(page: Page, url: str) -> None:
    """S1-4: and where the window stands on its page."""
    page.goto(f"{url}sites/performances/")
    chat = button(page, "Chat with us")
    expect(chat).to_be_visible()

    assert chat.evaluate("(node) => getComputedStyle(node).backgroundColor") == "rgb(91, 34, 69)"


def test_payloads_are_shown_as_they_are_written_A37(page: Page, url: str, desk: FakeDesk) -> None:
    payload = "<img src=x onerror='window.hit=1'><script>window.hit=1</script>{{7*7}}"
    stream = start(page, url, desk, payload)
    desk.happen(stream, "Accepted", agent=payload)
    desk.happen(stream, "Posted", author="agent", name=payload, text=payload)

    expect(log(page).get_by_text(payload)).to_have_count(4)
    assert page.evaluate("() => window.hit") is None
    assert (
        page.evaluate(
            "() => document.querySelector('live-chat').shadowRoot.querySelector('img, script')"
        )
        is None
    )
