"""The visitor's window: starting, talking, ending, leaving a message."""

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.web.fake_server import FakeDesk, Refusal, now

TOPICS = [
    {"id": "sales", "name": "Sales", "state": "online"},
    {"id": "events", "name": "Events", "state": "offline"},
]


def offline(desk: FakeDesk) -> None:
    desk.availability = {**desk.availability, "state": "offline", "topics": []}


def change(desk: FakeDesk, state: str, **more: Any) -> None:
    desk.availability = {**desk.availability, "state": state, "topics": [], **more}
    desk.tell("availability", desk.availability)


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def open_dialog(page: Page, url: str, name: str = "Chat with us") -> Locator:
    page.goto(f"{url}shop")
    button(page, name).click()
    return page.get_by_role("dialog", name="Live chat")


def start(page: Page, url: str, desk: FakeDesk, question: str = "Is it free?") -> str:
    """Start a chat; returns its stream."""
    dialog = open_dialog(page, url)
    dialog.get_by_role("textbox", name="Name").fill("Maria")
    dialog.get_by_role("textbox", name="Message").fill(question)
    button(page, "Start chat").click()
    expect(dialog.get_by_text("We are looking for a free consultant")).to_be_visible()
    return str(list(desk.events)[-1])


def talk(page: Page, url: str, desk: FakeDesk) -> str:
    """Start a chat that Ana takes; returns its stream."""
    stream = start(page, url, desk)
    desk.happen(stream, "Accepted", agent="Ana")
    expect(page.get_by_text("You are talking to Ana")).to_be_visible()
    return stream


def say(desk: FakeDesk, stream: str, text: str, *, tell: bool = True) -> None:
    desk.happen(stream, "Posted", tell=tell, author="agent", name="Ana", text=text)


def log(page: Page) -> Locator:
    return page.get_by_role("log", name="Conversation")


@pytest.mark.parametrize(
    ("state", "name", "prompt"),
    [
        (("online", "queue"), "Chat with us", "A consultant is here."),
        (("busy", "queue_with_escape"), "Chat with us", "You can wait in line."),
        (("busy", "leave_message"), "Leave a message", "Nobody is here."),
        (("offline", "queue"), "Leave a message", "Nobody is here."),
    ],
)
def test_the_prompt_and_the_button_say_whether_somebody_can_answer_S0_3(
    page: Page, url: str, desk: FakeDesk, *, state: tuple[str, str], name: str, prompt: str
) -> None:
    desk.availability |= {"state": state[0], "queue_when_busy": state[1], "topics": []}
    page.goto(f"{url}shop")

    expect(button(page, name)).to_be_visible()
    expect(page.get_by_text(prompt)).to_be_visible()
    change(desk, "online")
    expect(button(page, "Chat with us")).to_be_visible()


def test_a_chat_goes_both_ways_and_is_rated_S0_4_S0_40(
    page: Page, url: str, desk: FakeDesk
) -> None:
    stream = talk(page, url, desk)
    say(desk, stream, "Yes, it is.")
    page.get_by_role("textbox", name="Message").fill("Wonderful")
    button(page, "Send").click()

    expect(log(page)).to_contain_text("Is it free?")
    expect(log(page)).to_contain_text("Yes, it is.")
    expect(log(page).get_by_text("Wonderful")).to_have_count(1)
    expect(log(page).get_by_text("Sending…")).to_have_count(0)
    expect(page.get_by_text("#100", exact=True)).to_be_visible()
    button(page, "End chat").click()
    expect(page.get_by_text("You have ended the chat.")).to_be_visible()
    for score in ("Good", "Okay", "Bad"):
        expect(button(page, score)).to_be_visible()
    button(page, "Okay").click()
    expect(page.get_by_text("Thank you")).to_be_visible()
    assert desk.first("conversation.rate")["value"] == 2
    button(page, "Start a new chat").click()
    expect(button(page, "Start chat")).to_be_visible()


def test_what_a_bot_says_is_shown_under_its_name_S3_1(page: Page, url: str, desk: FakeDesk) -> None:
    """Not as the visitor's own words."""
    stream = talk(page, url, desk)
    desk.happen(stream, "Posted", author="bot", name="Robin", text="Is it late?")

    said = log(page).locator(".bubble", has_text="Is it late?")
    expect(said).to_contain_text("Robin")
    expect(said).not_to_have_class("bubble own")


def test_enter_sends_and_shift_enter_makes_a_new_line(page: Page, url: str, desk: FakeDesk) -> None:
    talk(page, url, desk)
    page.keyboard.type("one")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("two")
    page.keyboard.press("Enter")

    expect(log(page).get_by_text("one\ntwo")).to_be_visible()
    assert desk.first("conversation.post")["text"] == "one\ntwo"


def test_nobody_there_leads_to_a_message_S0_5(page: Page, url: str, desk: FakeDesk) -> None:
    offline(desk)
    dialog = open_dialog(page, url, "Leave a message")
    button(page, "Leave message").click()
    assert desk.commands == []  # address and text are needed

    dialog.get_by_role("textbox", name="Name").fill("Maria")
    dialog.get_by_role("textbox", name="Email").fill("maria@example.org")
    dialog.get_by_role("textbox", name="Message").fill("Please call me.")
    button(page, "Leave message").click()

    expect(dialog.get_by_text("#100")).to_be_visible()
    expect(dialog.get_by_text("maria@example.org")).to_be_visible()
    left = desk.first("conversation.leave_message")
    assert (left["name"], left["email"], left["question"]) == (
        "Maria",
        "maria@example.org",
        "Please call me.",
    )
    assert left["page"] == f"{url}shop"
    button(page, "Done").click()
    expect(button(page, "Leave message")).to_be_visible()


def test_whoever_closes_the_form_leaves_nothing_S0_6(page: Page, url: str, desk: FakeDesk) -> None:
    offline(desk)
    dialog = open_dialog(page, url, "Leave a message")
    dialog.get_by_role("textbox", name="Message").fill("Well, no.")
    button(page, "Hide").click()

    expect(dialog).to_be_hidden()
    assert desk.commands == []


def test_a_message_that_was_begun_stays_one_when_somebody_comes(
    page: Page, url: str, desk: FakeDesk
) -> None:
    offline(desk)
    dialog = open_dialog(page, url, "Leave a message")
    dialog.get_by_role("textbox", name="Message").fill("Please call me.")
    change(desk, "online")

    expect(dialog.get_by_text("Somebody is here now.")).to_be_visible()
    expect(button(page, "Leave message")).to_be_visible()
    button(page, "Chat instead").click()
    expect(button(page, "Start chat")).to_be_visible()
    expect(dialog.get_by_role("textbox", name="Message")).to_have_value("Please call me.")


@pytest.mark.parametrize("told", [True, False])
def test_when_everybody_leaves_the_form_becomes_a_message_and_keeps_its_text_S0_5(
    page: Page, url: str, desk: FakeDesk, *, told: bool
) -> None:
    dialog = open_dialog(page, url)
    dialog.get_by_role("textbox", name="Message").fill("Is it free?")
    if told:
        change(desk, "offline")
    else:
        desk.refusals["conversation.start"] = Refusal("nobody_available", availability="offline")
        button(page, "Start chat").click()
        expect(dialog.get_by_role("alert")).to_contain_text("Nobody is free")

    expect(button(page, "Leave message")).to_be_visible()
    expect(dialog.get_by_role("textbox", name="Message")).to_have_value("Is it free?")


def test_a_topic_is_asked_for_when_there_are_several(page: Page, url: str, desk: FakeDesk) -> None:
    """S1-1."""
    desk.availability["topics"] = TOPICS
    dialog = open_dialog(page, url)
    expect(button(page, "Start chat")).to_be_visible()
    dialog.get_by_role("combobox", name="Topic").select_option("Events")
    expect(button(page, "Leave message")).to_be_visible()  # nobody is there for this one
    dialog.get_by_role("combobox", name="Topic").select_option("Sales")
    button(page, "Start chat").click()
    expect(log(page)).to_be_visible()

    assert desk.first("conversation.start")["queue"] == "sales"


def test_one_topic_needs_no_choice(page: Page, url: str) -> None:
    dialog = open_dialog(page, url)

    expect(button(page, "Start chat")).to_be_visible()
    expect(dialog.get_by_role("combobox")).to_have_count(0)


def test_who_waits_sees_his_place_and_may_leave_a_message_instead_S1_23(
    page: Page, url: str, desk: FakeDesk
) -> None:
    """S1-22, F1: the words about the search are checked in `start`."""
    stream = start(page, url, desk)
    desk.tell("position", {"stream": stream, "position": 3, "wait": 125_000_000})
    expect(page.get_by_text("You are number 3 in line.")).to_be_visible()
    button(page, "Leave a message instead").click()
    button(page, "Go on waiting").click()
    button(page, "Leave a message instead").click()
    page.get_by_role("textbox", name="Email").fill("maria@example.org")
    page.get_by_role("textbox", name="Message").fill("Please write.")
    button(page, "Leave message").click()

    expect(page.get_by_text("Thank you, we have your message")).to_be_visible()
    assert desk.first("conversation.leave_message")["stream"] == stream


def test_what_was_being_written_is_kept_when_somebody_comes_after_all(
    page: Page, url: str, desk: FakeDesk
) -> None:
    stream = start(page, url, desk)
    button(page, "Leave a message instead").click()
    page.get_by_role("textbox", name="Message").fill("Please write.")
    desk.happen(stream, "Accepted", agent="Ana")

    expect(log(page)).to_be_visible()
    expect(page.get_by_role("textbox", name="Message")).to_have_value("Please write.")
    assert desk.named("conversation.leave_message") == []


def test_the_history_goes_by_mail_to_an_address_that_is_typed_S0_36(
    page: Page, url: str, desk: FakeDesk
) -> None:
    talk(page, url, desk)
    desk.refusals["conversation.email_transcript"] = Refusal("other_address")
    button(page, "Email me the history").click()
    page.get_by_role("textbox", name="Email").fill("other@example.org")
    button(page, "Mail it").click()
    expect(page.get_by_role("alert")).to_contain_text("address you gave")
    desk.refusals.clear()
    button(page, "Mail it").click()

    expect(log(page)).to_contain_text("The history goes to other@example.org.")
    expect(button(page, "Mail it")).to_have_count(0)


def test_an_agents_line_makes_a_sound_until_it_is_switched_off_S0_37(
    page: Page, url: str, desk: FakeDesk
) -> None:
    page.add_init_script(
        "window.tones = 0; const { start } = OscillatorNode.prototype;"
        "OscillatorNode.prototype.start = function (at) { window.tones++; start.call(this, at); }"
    )
    stream = talk(page, url, desk)
    say(desk, stream, "heard")
    expect(log(page)).to_contain_text("heard")
    heard = page.evaluate("() => window.tones")
    button(page, "Sound off").click()
    say(desk, stream, "silent")
    expect(log(page)).to_contain_text("silent")

    assert heard > 0
    assert page.evaluate("() => window.tones") == heard
    page.reload()
    expect(button(page, "Sound on")).to_be_visible()


def test_refresh_shows_what_was_missed_S0_38(page: Page, url: str, desk: FakeDesk) -> None:
    stream = talk(page, url, desk)
    say(desk, stream, "Did you hear me?", tell=False)
    button(page, "Refresh").click()

    expect(log(page)).to_contain_text("Did you hear me?")


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("agent", "Ana has ended the chat."),
        ("inactive", "nobody wrote for a while"),
        ("visitor_lost", "connection was lost"),
        ("something_new", "The chat is over."),
    ],
)
def test_the_end_says_why_S0_39(
    page: Page, url: str, desk: FakeDesk, reason: str, words: str
) -> None:
    stream = talk(page, url, desk)
    desk.happen(stream, "Closed", reason=reason)

    expect(page.get_by_text(words)).to_be_visible()
    expect(button(page, "Good")).to_be_visible()
    expect(page.get_by_role("textbox", name="Message")).to_have_count(0)


def test_a_line_that_is_refused_says_why_and_can_be_sent_again(
    page: Page, url: str, desk: FakeDesk
) -> None:
    talk(page, url, desk)
    desk.refusals["conversation.post"] = Refusal("rate_limited", 429, retry_after=2_000_000)
    page.get_by_role("textbox", name="Message").fill("Too fast")
    button(page, "Send").click()
    expect(log(page)).to_contain_text("try again in 2 seconds")
    desk.refusals.clear()
    button(page, "Send again").click()

    expect(button(page, "Send again")).to_have_count(0)
    expect(log(page).get_by_text("Too fast")).to_have_count(1)
    assert len(desk.named("conversation.post")) == 1


def test_an_invitation_can_be_accepted_or_closed_S0_44(
    page: Page, url: str, desk: FakeDesk
) -> None:
    page.goto(f"{url}shop")
    button(page, "Chat with us").wait_for()
    desk.happen("visit/v1", "Invited", name="Ana", until=now() + 60_000_000)
    expect(page.get_by_text("Ana: May I help you?")).to_be_visible()
    button(page, "No, thanks").click()
    expect(page.get_by_text("May I help you?")).to_be_visible()  # until the desk has it
    desk.happen("visit/v1", "InvitationEnded", reason="closed")
    expect(page.get_by_text("May I help you?")).to_be_hidden()
    desk.first("visit.answer_invitation")

    desk.happen("visit/v1", "Invited", name="Ana", until=now() + 60_000_000)
    button(page, "Chat now").click()
    expect(log(page)).to_be_visible()
    desk.first("conversation.start")
