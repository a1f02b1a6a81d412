"""The visitor's window while he waits, when nobody comes in time, and when nobody is there."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.fake_server import FakeDesk
from tests.web.test_widget import button, change, log, offline, open_dialog, say, start, talk

MONDAY = int(datetime(2026, 1, 12, 14, 0, tzinfo=UTC).timestamp() * 1e6)


@pytest.fixture
def german(browser: Browser) -> Iterator[Page]:
    """A page of somebody in New York who reads German."""
    context = browser.new_context(locale="de-DE", timezone_id="America/New_York")
    yield context.new_page()
    context.close()


@pytest.mark.parametrize(
    ("wait", "words"),
    [
        (60_000_000, "You are number 2 in line. The wait is about 1 minute."),
        (180_000_000, "You are number 2 in line. The wait is about 3 minutes."),
        (None, "You are number 2 in line."),
    ],
)
def test_the_wait_is_told_in_words_when_it_is_known(
    page: Page, url: str, desk: FakeDesk, *, wait: int | None, words: str
) -> None:
    """F1, F2."""
    stream = start(page, url, desk)
    desk.tell("position", {"stream": stream, "position": 2, "wait": wait})

    expect(page.get_by_text(words, exact=True)).to_be_visible()
    expect(button(page, "Leave a message instead")).to_be_visible()


def test_another_queue_or_agent_makes_no_noise(page: Page, url: str, desk: FakeDesk) -> None:
    """F19."""
    stream = start(page, url, desk)
    desk.happen(stream, "Overflowed", queue="sales")
    expect(page.get_by_text("We are looking for a free consultant")).to_be_visible()
    desk.happen(stream, "Accepted", agent="Ana")
    expect(page.get_by_text("You are talking to Ana")).to_be_visible()
    desk.happen(stream, "Requeued", queue="support")

    expect(page.get_by_text("We are looking for a free consultant")).to_be_visible()
    expect(log(page).locator(".event")).to_contain_text(["Ana is here now."])
    expect(log(page).locator(".event")).to_have_count(1)


def test_a_place_in_the_line_is_forgotten_once_somebody_came(
    page: Page, url: str, desk: FakeDesk
) -> None:
    stream = start(page, url, desk)
    desk.tell("position", {"stream": stream, "position": 3, "wait": None})
    expect(page.get_by_text("You are number 3 in line.")).to_be_visible()
    desk.happen(stream, "Accepted", agent="Ana")
    desk.happen(stream, "Requeued", queue="support")

    expect(page.get_by_text("We are looking for a free consultant")).to_be_visible()
    expect(page.get_by_text("in line")).to_have_count(0)


@pytest.mark.parametrize("reason", ["waited_too_long", "nobody_answered"])
def test_who_waited_in_vain_finds_his_question_in_the_message(
    page: Page, url: str, desk: FakeDesk, reason: str
) -> None:
    """F4."""
    stream = start(page, url, desk)
    page.get_by_role("textbox", name="Message").fill("For ten people")
    button(page, "Send").click()
    expect(log(page)).to_contain_text("For ten people")
    page.get_by_role("textbox", name="Message").fill("in June")
    say(desk, stream, "One moment")  # an agent who left again
    change(desk, "busy")
    desk.happen(stream, "Closed", reason=reason)

    expect(page.get_by_role("alert")).to_have_text("We are sorry: nobody was free in time.")
    expect(page.get_by_role("textbox", name="Name")).to_have_value("Maria")
    question = page.get_by_role("textbox", name="Message")
    expect(question).to_have_value("Is it free?\nFor ten people\nin June")
    expect(button(page, "Chat instead")).to_have_count(0)
    page.reload()
    expect(question).to_have_value("Is it free?\nFor ten people\nin June")
    page.get_by_role("textbox", name="Email").fill("maria@example.org")
    button(page, "Leave message").click()
    expect(page.get_by_text("Thank you, we have your message")).to_be_visible()

    left = desk.first("conversation.leave_message")
    assert (left["name"], left["question"]) == ("Maria", "Is it free?\nFor ten people\nin June")
    assert "stream" not in left


def test_a_chat_that_is_over_otherwise_leads_to_no_message(
    page: Page, url: str, desk: FakeDesk
) -> None:
    desk.happen(talk(page, url, desk), "Closed", reason="inactive")

    expect(button(page, "Start a new chat")).to_be_visible()
    expect(button(page, "Leave message")).to_have_count(0)


def test_what_was_written_is_confirmed_when_it_became_a_message(
    page: Page, url: str, desk: FakeDesk
) -> None:
    """F4: the desk had the address, so nothing is left to type."""
    stream = start(page, url, desk)
    desk.happen(
        stream, "MessageLeft", email="maria@example.org", question="?", reason="waited_too_long"
    )

    expect(page.get_by_text("Thank you, we have your message")).to_be_visible()
    expect(page.get_by_text("Nobody was free in time.")).to_be_visible()
    expect(page.get_by_text("We will answer to maria@example.org.")).to_be_visible()


def test_a_closed_queue_says_so_in_its_own_words_and_when_it_opens(
    german: Page, url: str, desk: FakeDesk
) -> None:
    """S1-24, S1-25: the moment is told in the visitor's own zone and language."""
    offline(desk)
    hours = {"reason": "closed", "closed": "The shop is closed for the weekend."}
    desk.availability |= {**hours, "opens_at": MONDAY}
    dialog = open_dialog(german, url, "Leave a message")

    expect(dialog.get_by_text("The shop is closed for the weekend.")).to_be_visible()
    expect(dialog.get_by_text("We are back Montag, 12. Januar 2026 um 09:00.")).to_be_visible()
    expect(button(german, "Leave message")).to_be_visible()


def test_each_topic_has_hours_of_its_own(german: Page, url: str, desk: FakeDesk) -> None:
    """S1-1, S1-24."""
    events = {"id": "events", "name": "Events", "state": "offline", "opens_at": MONDAY}
    sales = {"id": "sales", "name": "Sales", "state": "online", "opens_at": None}
    desk.availability["topics"] = [sales, {**events, "reason": "closed"}]
    dialog = open_dialog(german, url)
    expect(button(german, "Start chat")).to_be_visible()
    expect(dialog.get_by_text("We are back")).to_have_count(0)
    dialog.get_by_role("combobox", name="Topic").select_option("Events")

    expect(dialog.get_by_text("We are back Montag")).to_be_visible()
    expect(button(german, "Leave message")).to_be_visible()


def test_a_full_line_asks_for_a_message(page: Page, url: str, desk: FakeDesk) -> None:
    """F3."""
    offline(desk)
    desk.availability["reason"] = "queue_full"
    dialog = open_dialog(page, url, "Leave a message")

    expect(
        dialog.get_by_text("Too many people are waiting. Please leave a message.")
    ).to_be_visible()
    expect(button(page, "Leave message")).to_be_visible()
