"""A left message, in browsers, from the form to the customer's history (S0-5 to S0-25)."""

import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from tests.acceptance.conftest import Demo, Screens, running_demo
from tests.acceptance.test_crash_points import announced_in

SignIn = Callable[[Any, str], None]
QUESTION = "Do you have drums for schools?"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory, chromium: str) -> Iterator[Demo]:
    assert chromium
    with running_demo(tmp_path_factory.mktemp("demo") / "data") as running:
        yield running


def read(url: str) -> Any:
    with urlopen(url, timeout=10) as answer:  # noqa: S310 - our own server
        return json.load(answer)


def post(url: str, body: dict[str, Any]) -> None:
    request = Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})  # noqa: S310
    with urlopen(request, timeout=10) as answer:  # noqa: S310 - our own server
        assert answer.status == 200


def leave(page: Any, email: str, name: str = "", question: str = QUESTION) -> None:
    page.get_by_role("button", name="Leave a message").first.click()
    dialog = page.get_by_role("dialog", name="Live chat")
    if name:
        dialog.get_by_label("Name").fill(name)
    dialog.get_by_label("Email").fill(email)
    dialog.get_by_label("Message").fill(question)
    dialog.get_by_role("button", name="Leave message").click()
    dialog.get_by_text(re.compile(r"#\d+")).first.wait_for()


def article(page: Any, email: str) -> Any:
    return page.get_by_role("article").filter(has_text=email)


def stored_texts(data: Path, email: str) -> tuple[str, str]:
    """Return the announcement as the journal and as the ERM's own file hold it."""
    [desk] = [file for file in data.rglob("*.db") if _has_table(file, "journal")]
    [erm] = [
        file
        for pattern in ("*.db", "*.sqlite3")
        for file in data.rglob(pattern)
        if _has_table(file, "history_note")
    ]
    journal = _rows(desk, "SELECT data FROM journal WHERE type = 'enquiry.Announced'")
    [text] = [json.loads(row)["text"] for (row,) in journal if email in str(row)]
    [note] = [note for (note,) in _rows(erm, "SELECT text FROM history_note") if email in note]
    return text, note


def _rows(file: Path, question: str) -> list[Any]:
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as database:
        return database.execute(question).fetchall()


def _has_table(file: Path, name: str) -> bool:
    return bool(_rows(file, f"SELECT 1 FROM sqlite_master WHERE name = '{name}'"))  # noqa: S608


FACTS = (
    "A new customer has left a message on live chat.",
    "Maria (not signed in)",
    "maria.new@example.net",
    QUESTION,
    "/sites/drumstory/",
)


def test_a_left_message_becomes_one_history_note(
    demo: Demo, screens: Screens, sign_in: SignIn
) -> None:
    """S0-17, F69: S0-5 to S0-13 on team page and Slack, S0-14 to S0-25 for a new customer."""
    email = "maria.new@example.net"
    leave(screens.open(f"{demo.url}/sites/drumstory/"), email, "Maria")
    slack = screens.open(f"{demo.url}/slack/")
    slack.get_by_text(re.compile("A new customer has left a message")).first.wait_for()
    team = screens.open(f"{demo.url}/team/")
    sign_in(team, "Ana")
    enquiry = article(team, email)
    enquiry.wait_for()
    for fact in FACTS:
        assert fact in enquiry.text_content()
        assert fact in slack.locator("body").text_content()
    assert re.search("location", enquiry.text_content(), re.IGNORECASE)
    work_through(enquiry, slack)
    erm, mail = screens.open(f"{demo.url}/erm/"), screens.open(f"{demo.url}/mail/")
    erm.get_by_text(email).first.wait_for()
    erm.get_by_text(re.compile("Follow up")).first.wait_for()
    mail.get_by_text("Yes, for every age.").first.wait_for()
    one_of_everything(demo, email)


def work_through(enquiry: Any, slack: Any) -> None:
    """Do what a colleague does, from the claim to "Done"."""
    enquiry.get_by_role("button", name="Claim", exact=True).click()
    enquiry.get_by_text("Claimed by Ana").first.wait_for()
    slack.get_by_text("Claimed by Ana").first.wait_for()
    enquiry.get_by_role("button", name="Create customer").click()
    enquiry.get_by_label("Reply by email").fill("Yes, for every age.")
    enquiry.get_by_role("button", name="Send email").click()
    enquiry.get_by_role("button", name="Schedule follow-up").click()
    enquiry.get_by_role("button", name="Done", exact=True).click()


def one_of_everything(demo: Demo, email: str) -> None:
    """One customer, one mail, and the three texts the same byte for byte, as they are stored."""
    text, note = stored_texts(demo.data, email)
    received = [
        announced_in(json.loads(message["versions"][0]["raw"]))
        for message in read(f"{demo.url}/slack/_state")["messages"]
        if email in message["versions"][0]["raw"] and not message.get("thread_ts")
    ]
    assert note == text
    assert received == [text]
    customers = [one for one in read(f"{demo.url}/erm/customers") if email in json.dumps(one)]
    assert len(customers) == 1
    mails = [one for one in read(f"{demo.url}/mail/messages") if email in str(one["to"])]
    assert len(mails) == 1


def test_a_known_customer_is_found_whatever_the_case(
    demo: Demo, screens: Screens, sign_in: SignIn
) -> None:
    """S0-16, S0-27: no second customer; S1-26: an empty form is refused in words."""
    team = screens.open(f"{demo.url}/team/")
    sign_in(team, "Ben")
    for address, question in (("tim@example.org", "First"), (" TIM@Example.Org ", "Second")):
        visitor = screens.open(f"{demo.url}/sites/performances/")
        leave(visitor, address, "", f"{question} question")
        enquiry = team.get_by_role("article").filter(has_text=f"{question} question")
        enquiry.get_by_role("button", name="Claim", exact=True).click()
        wanted = "Create customer" if question == "First" else "Confirm match"
        enquiry.get_by_role("button", name=wanted).click()
        enquiry.get_by_label("Reply by email").wait_for()
        assert "Guest" in enquiry.text_content()
    found = [one for one in read(f"{demo.url}/erm/customers") if "tim@" in json.dumps(one).lower()]
    assert len(found) == 1


def test_slack_claims_and_everybody_sees_it(demo: Demo, screens: Screens, sign_in: SignIn) -> None:
    """S0-14, F67: the button in Slack sends a signed callback; the team page shows who won."""
    email = "noor@example.org"
    visitor = screens.open(f"{demo.url}/sites/performances/")
    leave(visitor, email, "Noor")
    team = screens.open(f"{demo.url}/team/")
    sign_in(team, "Ana")
    article(team, email).wait_for()
    slack = screens.open(f"{demo.url}/slack/")
    slack.get_by_label("Act as").select_option(label="Ben")
    message = slack.locator("li, article").filter(has_text=email).first
    message.get_by_role("button", name="Claim").click()
    article(team, email).get_by_text("Claimed by Ben").first.wait_for()
    message.get_by_text("Claimed by Ben").first.wait_for()


def test_every_page_opens_without_a_complaint(demo: Demo, screens: Screens) -> None:
    """The demo's surface: all pages, favicon included; at phone width nothing is cut off."""
    pages = ("", "sites/performances/", "sites/drumstory/", "console/", "team/", "erm/", "mail/")
    for path in (*pages, "slack/"):
        for width in (390, 1280):
            page = screens.open(f"{demo.url}/{path}", viewport={"width": width, "height": 800})
            page.wait_for_load_state("load")
            page.wait_for_timeout(500)
            assert page.title()
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, (path, width, wide)


def test_a_mail_nobody_knows_about_waits_for_one_click(
    demo: Demo, screens: Screens, sign_in: SignIn
) -> None:
    """G13: the mail host takes the mail and breaks off; the page asks, one click goes on."""
    email = "unknown@example.net"
    leave(screens.open(f"{demo.url}/sites/drumstory/"), email, "Uma", "Unknown question")
    team = screens.open(f"{demo.url}/team/")
    sign_in(team, "Ana")
    enquiry = article(team, email)
    enquiry.get_by_role("button", name="Claim", exact=True).click()
    enquiry.get_by_role("button", name="Create customer").click()
    enquiry.get_by_label("Reply by email").fill("It is on its way.")
    post(f"{demo.url}/mail/_fault", {"mode": "drop_after_data"})
    enquiry.get_by_role("button", name="Send email").click()
    enquiry.get_by_text(re.compile("Nobody knows")).wait_for()
    assert not enquiry.get_by_role("button", name="Schedule follow-up").is_visible()
    enquiry.get_by_role("button", name="It arrived").click()
    enquiry.get_by_role("button", name="Schedule follow-up").wait_for()
    mails = [one for one in read(f"{demo.url}/mail/messages") if email in str(one["to"])]
    assert len(mails) == 1
