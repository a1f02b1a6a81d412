"""The visitor's window, opened by the link in a mail (S4-18)."""

from playwright.sync_api import Page, expect

from tests.web.fake_server import FakeDesk
from tests.web.test_widget import log


def test_the_link_in_a_mail_opens_the_window_with_its_chat_S4_18(
    page: Page, url: str, desk: FakeDesk
) -> None:
    """A24: the secret is told to the desk alone, not as part of the page's address."""
    desk.happen("conversation/1", "Started", name="Maria", email="", question="Is it free?")
    desk.happen("conversation/1", "Accepted", agent="Ana")
    desk.happen("conversation/1", "Posted", author="agent", name="Ana", text="Yes, it is.")
    chat = {"stream": "conversation/1", "number": 1, "phase": "active"}
    desk.welcome = {"returned": True, "conversation": chat}
    page.goto(f"{url}shop#livechat=secret-of-the-mail")

    expect(page.get_by_role("dialog", name="Live chat")).to_be_visible()
    expect(log(page)).to_contain_text("Yes, it is.")
    (opened,) = desk.opened
    assert opened["return"] == "secret-of-the-mail"
    assert "secret" not in str(opened["page"])


def test_without_such_a_link_the_window_stays_closed(page: Page, url: str, desk: FakeDesk) -> None:
    page.goto(f"{url}shop#terms")

    expect(page.get_by_role("button", name="Chat with us")).to_be_visible()
    expect(page.get_by_role("dialog", name="Live chat")).to_be_hidden()
    assert "return" not in desk.opened[0]
