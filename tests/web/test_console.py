"""The agent's console: being asked, answering, handing over."""

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.web.fake_server import FakeDesk, Refusal
from tests.web.rows import (
    PAGE,
    QUESTION,
    chat,
    colleague,
    line,
    mine,
    offer,
    put,
    visitor,
    waiting,
)  # fmt: skip

CHAT = "conversation/c7"
STAFF = [colleague("Ana", load=1), colleague("Ben"), colleague("Sam", "away")]
QUEUES = [line("Support"), line("Events", waiting=2)]


@pytest.fixture(autouse=True)
def lists(desk: FakeDesk) -> None:
    desk.lists = {name: [] for name in ("offers", "waiting", "mine", "visitors", "bans")}
    desk.answers = {"desk.staff": STAFF, "desk.queues": QUEUES}


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def show(page: Page, url: str) -> Page:
    page.goto(f"{url}console")
    expect(page.get_by_role("combobox", name="Status")).to_be_visible()
    return page


def talking(page: Page, url: str, desk: FakeDesk) -> Page:
    """Show the console with one chat open."""
    desk.happen(CHAT, "Started", question=QUESTION, name="Maria", by="visitor:v1")
    desk.happen(CHAT, "Accepted", agent="Ana")
    desk.lists["mine"] = [mine(7)]
    show(page, url)
    page.get_by_role("list", name="My chats").get_by_role("button").click()
    expect(page.get_by_role("textbox", name="Reply")).to_be_visible()
    return page


def log(page: Page) -> Locator:
    return page.get_by_role("log", name="Conversation")


def test_who_looks_sees_his_name_status_and_lists(page: Page, url: str) -> None:
    show(page, url)

    expect(page.get_by_role("heading", name="Ana")).to_be_visible()
    expect(page.get_by_text("Connected")).to_be_visible()
    for name in ("Waiting", "My chats", "Visitors"):
        expect(page.get_by_role("list", name=name)).to_be_visible()
    status = page.get_by_role("combobox", name="Status")
    assert status.evaluate("(node) => node.tagName") == "SELECT"
    assert status.locator("option").all_text_contents() == ["Available", "Busy", "Away", "Offline"]
    expect(page.get_by_role("region", name="Incoming chat")).to_have_count(0)


def test_the_status_is_set_and_follows_the_desk(page: Page, url: str, desk: FakeDesk) -> None:
    status = show(page, url).get_by_role("combobox", name="Status")
    status.select_option("Away")
    desk.tell("status", {"status": "away"})
    expect(status).to_have_value("away")
    desk.tell("status", {"status": "draining", "why_not": "draining"})
    expect(status).to_have_value("offline")
    expect(page.get_by_text("when your chats are over")).to_be_visible()

    assert desk.first("presence.set_status")["status"] == "away"


def test_an_offer_shows_who_asks_and_counts_down(page: Page, url: str, desk: FakeDesk) -> None:
    """S2-1, S2-4."""
    show(page, url)
    put(desk, "offers", offer(7))
    incoming = page.get_by_role("region", name="Incoming chat")

    for text in (
        "Maria (not signed in)",
        "#7",
        "Blue Note Shop",
        QUESTION,
        "maria@example.org",
        PAGE,
    ):
        expect(incoming).to_contain_text(text)
    link = incoming.get_by_role("link", name="Quartets")
    expect(link).to_have_attribute("href", PAGE)
    expect(link).to_have_attribute("rel", "noopener noreferrer")
    left = incoming.get_by_role("timer")
    first = int(left.inner_text().removesuffix(" s"))
    assert 20 < first <= 30
    expect(left).to_have_text(f"{first - 2} s")
    page.wait_for_function("() => document.title === '● Incoming chat'")


def test_accepting_opens_the_chat_with_the_reply_in_focus(
    page: Page, url: str, desk: FakeDesk
) -> None:
    """S2-3."""
    desk.happen(CHAT, "Started", question=QUESTION, name="Maria", by="visitor:v1")
    show(page, url)
    put(desk, "offers", offer(7))
    button(page, "Accept").click()

    expect(page.get_by_role("textbox", name="Reply")).to_have_count(0)  # until it is mine
    put(desk, "mine", mine(7))
    put(desk, "offers", gone=(CHAT,))
    expect(page.get_by_role("textbox", name="Reply")).to_be_focused()
    expect(log(page)).to_contain_text(QUESTION)
    assert desk.first("conversation.accept")["offer"] == "offer-7"


def test_declining_sends_the_offer_away(page: Page, url: str, desk: FakeDesk) -> None:
    """S2-3."""
    show(page, url)
    put(desk, "offers", offer(7))
    button(page, "Decline").click()

    expect(page.get_by_role("region", name="Incoming chat")).to_have_count(0)
    assert desk.first("conversation.decline")["offer"] == "offer-7"


def test_the_most_urgent_offer_comes_first(page: Page, url: str, desk: FakeDesk) -> None:
    show(page, url)
    put(desk, "offers", offer(8, 25, name="Later"), offer(7, 12, name="Sooner"))

    incoming = page.get_by_role("region", name="Incoming chat")
    expect(incoming).to_contain_text("Sooner")
    expect(incoming).to_contain_text("1 more chat is offered to you.")


def test_who_is_too_late_is_told_in_words(page: Page, url: str, desk: FakeDesk) -> None:
    show(page, url)
    desk.refusals["conversation.accept"] = Refusal("taken", owner="Ben")
    put(desk, "offers", offer(7))
    button(page, "Accept").click()

    expect(page.get_by_role("alert").get_by_text("Ben was faster")).to_be_visible()


def test_a_chat_can_be_taken_from_the_line_S0_31(page: Page, url: str, desk: FakeDesk) -> None:
    desk.happen("conversation/c9", "Started", question="Heated?", name="", by="visitor:v9")
    desk.lists["waiting"] = [waiting(9, name="Guest")]
    show(page, url)
    page.get_by_role("list", name="Waiting").get_by_role("button", name="Take").click()

    expect(log(page)).to_contain_text("Heated?")
    assert desk.first("conversation.pick")["stream"] == "conversation/c9"


def test_a_chat_goes_both_ways(page: Page, url: str, desk: FakeDesk) -> None:
    talking(page, url, desk)
    page.get_by_role("textbox", name="Reply").fill("Yes, we do.")
    button(page, "Send reply").click()
    desk.happen(CHAT, "Posted", by="visitor:v1", author="visitor", name="Maria", text="Wonderful")

    expect(log(page)).to_contain_text("Wonderful")
    expect(log(page).get_by_text("Yes, we do.")).to_have_count(1)
    expect(page.get_by_role("textbox", name="Reply")).to_have_value("")
    heading = page.get_by_role("region", name="Chat", exact=True).get_by_role("heading")
    expect(heading).to_contain_text("Maria (not signed in) #7")
    expect(
        page.get_by_role("region", name="Chat", exact=True).get_by_role("link", name="Quartets")
    ).to_be_visible()


def test_keys_send_and_break_lines(page: Page, url: str, desk: FakeDesk) -> None:
    talking(page, url, desk)
    page.get_by_role("textbox", name="Reply").focus()
    page.keyboard.type("one")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("two")
    page.keyboard.press("Enter")

    expect(log(page).get_by_text("one\ntwo")).to_have_count(1)


def test_each_chat_keeps_its_draft_and_counts_what_is_new(
    page: Page, url: str, desk: FakeDesk
) -> None:
    """S2-18."""
    desk.happen("conversation/c8", "Started", question="Other", name="Peter", by="visitor:v8")
    desk.lists["mine"] = [mine(7), mine(8, name="Peter")]
    desk.happen(CHAT, "Started", question=QUESTION, name="Maria", by="visitor:v1")
    show(page, url)
    chats = page.get_by_role("list", name="My chats").get_by_role("button")
    chats.first.click()
    page.get_by_role("textbox", name="Reply").fill("for Maria")
    desk.happen(
        "conversation/c8", "Posted", by="visitor:v8", author="visitor", name="Peter", text="Hello?"
    )
    expect(chats.last).to_contain_text("1 new")
    assert page.title().startswith("(1)")
    chats.last.click()
    expect(chats.last).not_to_contain_text("new")
    expect(page.get_by_role("textbox", name="Reply")).to_have_value("")
    page.reload()
    chats.first.click()

    expect(page.get_by_role("textbox", name="Reply")).to_have_value("for Maria")


def test_an_unanswered_chat_is_marked(page: Page, url: str, desk: FakeDesk) -> None:
    row = mine(7)
    desk.lists["mine"] = [
        row | {"unanswered_since": row["since"] - 125_000_000, "visitor_gone": True}
    ]
    show(page, url)

    chats = page.get_by_role("list", name="My chats")
    expect(chats).to_contain_text("Unanswered for 2 minutes")
    expect(chats).to_contain_text("Connection lost")


def test_a_note_is_for_colleagues_S3_19(page: Page, url: str, desk: FakeDesk) -> None:
    talking(page, url, desk)
    button(page, "Note").click()
    page.get_by_role("textbox", name="Note").fill("Regular customer")
    button(page, "Add note").click()

    expect(log(page)).to_contain_text("Ana, to colleagues")
    expect(log(page)).to_contain_text("Regular customer")
    expect(page.get_by_role("textbox", name="Note")).to_have_count(0)


def test_a_chat_is_handed_to_somebody_who_is_free_S0_30(
    page: Page, url: str, desk: FakeDesk
) -> None:
    talking(page, url, desk)
    button(page, "Transfer").click()
    to = page.get_by_role("combobox", name="To")
    expect(to).to_be_focused()
    assert to.locator("option").all_text_contents() == [
        "Ben (0 of 3 chats)",
        "Line: Events (2 waiting)",
    ]
    page.get_by_role("textbox", name="Comment").fill("Wants June")
    desk.refusals["conversation.transfer"] = Refusal("not_available")
    button(page, "Transfer now").click()
    expect(page.get_by_role("alert").get_by_text("takes no chats")).to_be_visible()
    desk.refusals.clear()
    button(page, "Transfer now").click()
    expect(to).to_have_count(0)
    desk.happen(CHAT, "TransferAccepted", by="agent:ben", agent="Ben")
    put(desk, "mine", gone=(CHAT,))

    expect(log(page)).to_contain_text("Ben has taken over.")
    expect(page.get_by_text("Somebody else has this chat now.")).to_be_visible()
    sent = desk.first("conversation.transfer")
    assert (sent["agent"], sent["comment"]) == ("ben", "Wants June")


def test_a_chat_is_closed_and_its_rating_comes_in(page: Page, url: str, desk: FakeDesk) -> None:
    talking(page, url, desk)
    button(page, "Close chat").click()
    put(desk, "mine", gone=(CHAT,))
    expect(page.get_by_text("This chat is over.")).to_be_visible()
    desk.happen(CHAT, "Rated", by="visitor:v1", value=3, comment="")

    expect(log(page)).to_contain_text("The visitor found it good.")


def test_visitors_are_listed_with_where_they_are_S0_2_S0_43(
    page: Page, url: str, desk: FakeDesk
) -> None:
    desk.lists["visitors"] = [
        visitor(1),
        visitor(2, "chatting"),
        visitor(3, "invited", invited_by="Ben"),
    ]
    show(page, url)
    items = page.get_by_role("list", name="Visitors").get_by_role("listitem")

    expect(items).to_have_count(3)
    expect(items.nth(2)).to_contain_text("browsing")
    expect(items.nth(2)).to_contain_text("Tallinn, Estonia")
    expect(items.nth(2)).to_contain_text("Firefox on Linux")
    expect(items.nth(1).get_by_role("button", name="Invite")).to_have_count(0)
    expect(items.nth(0)).to_contain_text("invited by Ben")


def test_a_visitor_is_invited_unless_a_colleague_was_first_S0_44_S0_45(
    page: Page, url: str, desk: FakeDesk
) -> None:
    desk.lists["visitors"] = [visitor(1)]
    show(page, url)
    desk.refusals["visit.invite"] = Refusal("invited", owner="Ben")
    page.get_by_role("button", name="Invite").click()
    expect(page.get_by_role("alert").get_by_text("Ben has invited this visitor")).to_be_visible()
    desk.refusals.clear()
    page.get_by_role("button", name="Invite").click()
    expect(page.get_by_role("alert").get_by_text("Ben")).to_have_count(0)

    assert desk.first("visit.invite")["stream"] == "visit/v1"


def test_the_path_over_all_sites_is_shown_S0_32(page: Page, url: str, desk: FakeDesk) -> None:
    at = chat(1)["since"]
    desk.answers["visit.path"] = {
        "pages": [
            {"site": "shop", "url": PAGE, "title": "Quartets", "at": at},
            {"site": "drums", "url": "https://drums.example/", "title": "", "at": at},
        ]
    }
    desk.lists["visitors"] = [visitor(1)]
    show(page, url)
    page.get_by_role("button", name="Path").click()
    path = page.get_by_role("list", name="Path").get_by_role("listitem")

    expect(path).to_have_count(2)
    expect(path.last).to_contain_text("https://drums.example/")


@pytest.mark.parametrize(("role", "name"), [("agent", "Ask a supervisor"), ("supervisor", "Ban")])
def test_a_ban_is_asked_for_with_a_reason_S0_33_S0_34(
    page: Page, url: str, desk: FakeDesk, role: str, name: str
) -> None:
    desk.staff["role"] = role
    desk.lists["visitors"] = [visitor(1)]
    show(page, url)
    page.get_by_role("button", name="Ban…").click()
    page.get_by_role("combobox", name="Banned from").select_option("the sites")
    page.get_by_role("textbox", name="Reason").fill("Insults")
    page.get_by_role("spinbutton", name="Days").fill("7")
    button(page, name).click()
    expect(page.get_by_role("textbox", name="Reason")).to_have_count(0)

    asked = desk.first("ban.ask")
    assert (asked["visitor"], asked["scope"], asked["reason"], asked["days"]) == (
        "v1",
        "site",
        "Insults",
        7,
    )


@pytest.mark.parametrize("verb", ["approve", "refuse"])
def test_a_supervisor_decides_about_bans_S0_34(
    page: Page, url: str, desk: FakeDesk, verb: str
) -> None:
    row = {"key": "ban/1", "stream": "ban/1", "phase": "asked", "visitor": "v1"}
    desk.lists["bans"] = [
        {**row, "scope": "chat", "reason": "Insults", "agent": "Ben", "until": None}
    ]
    desk.staff["role"] = "supervisor"
    show(page, url)
    button(page, verb.capitalize()).click()
    put(desk, "bans", gone=("ban/1",))

    expect(page.get_by_role("list", name="Bans")).to_contain_text("Nobody is banned.")
    assert desk.first(f"ban.{verb}")["stream"] == "ban/1"


def test_who_is_signed_out_is_told(page: Page, url: str, desk: FakeDesk) -> None:
    desk.signed_in = False
    page.goto(f"{url}console")

    expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()


def test_payloads_are_shown_as_they_are_written_A37(page: Page, url: str, desk: FakeDesk) -> None:
    payload = "<img src=x onerror='window.hit=1'><script>window.hit=1</script>"
    fields: dict[str, Any] = {
        "name": payload,
        "title": payload,
        "page": "javascript:window.hit=1",
        "location": payload,
    }
    desk.happen(CHAT, "Started", question=payload, name=payload, by="visitor:v1")
    desk.happen(CHAT, "Rated", value=1, comment=payload, by="visitor:v1")
    desk.lists |= {
        "mine": [mine(7, **fields) | {"last_line": payload}],
        "waiting": [waiting(8, **fields, queue_name=payload)],
        "visitors": [visitor(9, **fields, browser=payload)],
        "offers": [offer(10, 28, **fields, email=payload)],
    }
    show(page, url)
    page.get_by_role("list", name="My chats").get_by_role("button").click()

    expect(log(page).get_by_text(payload).first).to_be_visible()
    assert page.locator("live-chat-console :is(img, script, [href^=javascript])").count() == 0
    assert page.evaluate("() => window.hit") is None
