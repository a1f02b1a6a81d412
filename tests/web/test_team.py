"""The team page: an enquiry from its claim to its end."""

import datetime as dt

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.web.fake_server import FakeDesk, Refusal, now
from tests.web.rows import FACTS, MARIA, enquiry, put

ONE = "enquiry/e1"


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def show(page: Page, url: str, desk: FakeDesk, *rows: dict[str, object]) -> Locator:
    """Show these enquiries; returns their articles."""
    desk.lists = {"enquiries": list(rows)}
    page.goto(f"{url}team")
    expect(page.get_by_role("heading", name="Team")).to_be_visible()
    return page.get_by_role("article")


def test_an_enquiry_shows_its_six_facts_S0_8_to_S0_13(page: Page, url: str, desk: FakeDesk) -> None:
    article = show(page, url, desk, enquiry(1))

    for fact in FACTS.values():
        expect(article).to_contain_text(fact)
    expect(article).to_contain_text("#1")
    expect(article).to_contain_text("Ref 1-k7qd2m")
    expect(article).to_contain_text("1 minute ago")
    expect(article.get_by_role("link")).to_have_attribute("href", FACTS["page"])
    assert desk.opened[0] == {"as": "staff", "watch": True}


def test_a_claim_is_seen_and_brings_the_first_step_S0_14_S0_15(
    page: Page, url: str, desk: FakeDesk
) -> None:
    article = show(page, url, desk, enquiry(1))
    button(page, "Claim").click()
    put(desk, "enquiries", enquiry(1, "claimed", step="lookup"))

    expect(article).to_contain_text("Claimed by Ana")
    expect(article).to_contain_text("Searching the ERM…")
    expect(button(page, "Claim")).to_have_count(0)
    assert desk.first("enquiry.claim")["stream"] == ONE


def test_who_is_late_learns_who_has_it_S0_14(page: Page, url: str, desk: FakeDesk) -> None:
    article = show(page, url, desk, enquiry(1))
    desk.refusals["enquiry.claim"] = Refusal("claimed", owner="Ben", phase="matching")
    button(page, "Claim").click()
    expect(article.get_by_role("alert")).to_contain_text("Ben has claimed this.")
    put(desk, "enquiries", enquiry(1, "matching", claimed_by="ben", claimed_by_name="Ben"))

    expect(article).to_contain_text("Claimed by Ben")
    expect(article.get_by_role("button")).to_have_count(0)  # only the one who has it goes on


def test_a_match_is_confirmed_by_a_person_S0_16(page: Page, url: str, desk: FakeDesk) -> None:
    article = show(page, url, desk, enquiry(1, "matching", matches=[MARIA, MARIA | {"ref": "C-9"}]))
    expect(article).to_contain_text("The ERM knows 2 customers with maria@example.org")
    button(page, "Confirm match").last.click()

    assert desk.first("enquiry.confirm_match")["ref"] == "C-9"


def test_the_search_can_be_repeated_with_another_address_S2_8(
    page: Page, url: str, desk: FakeDesk
) -> None:
    article = show(page, url, desk, enquiry(1, "matching"))
    expect(article).to_contain_text("The ERM knows nobody with maria@example.org")
    field = page.get_by_role("textbox", name="Search email")
    expect(field).to_have_value("maria@example.org")
    field.fill("maria.kask@example.org")
    button(page, "Search again").click()
    put(desk, "enquiries", enquiry(1, "matching", step="lookup"))
    expect(article).to_contain_text("Searching the ERM…")

    assert desk.first("enquiry.search_again")["email"] == "maria.kask@example.org"


def test_a_customer_is_created_with_what_is_known_S0_21_S0_22(
    page: Page, url: str, desk: FakeDesk
) -> None:
    show(page, url, desk, enquiry(1, "matching"))
    expect(page.get_by_role("textbox", name="Customer name")).to_have_value("Maria")
    page.get_by_role("textbox", name="Phone").fill("+372 555 0101")
    button(page, "Create customer").click()
    put(desk, "enquiries", enquiry(1, "matching", step="create"))
    expect(page.get_by_text("Creating the customer…")).to_be_visible()

    created = desk.first("enquiry.create_customer")
    assert (created["name"], created["phone"], created["company"]) == ("Maria", "+372 555 0101", "")


def test_the_answer_waits_for_the_note_S0_18_S0_19(page: Page, url: str, desk: FakeDesk) -> None:
    article = show(page, url, desk, enquiry(1, "linked", step="note", customer_name="Maria"))
    expect(article).to_contain_text("Saving the history note…")
    expect(article).to_contain_text("Customer: Maria")
    expect(page.get_by_role("textbox", name="Reply by email")).to_have_count(0)
    put(desk, "enquiries", enquiry(1, "filed"))
    expect(page.get_by_role("textbox", name="Subject")).to_have_value("Your enquiry #1")
    page.get_by_role("textbox", name="Reply by email").fill("Yes, we do.")
    button(page, "Send email").click()
    put(desk, "enquiries", enquiry(1, "filed", step="mail"))
    expect(article).to_contain_text("Sending the e-mail…")

    sent = desk.first("enquiry.reply")
    assert (sent["subject"], sent["text"]) == ("Your enquiry #1", "Yes, we do.")


def test_a_mail_that_failed_keeps_its_text(page: Page, url: str, desk: FakeDesk) -> None:
    article = show(page, url, desk, enquiry(1, "filed"))
    page.get_by_role("textbox", name="Reply by email").fill("Yes, we do.")
    button(page, "Send email").click()
    put(desk, "enquiries", enquiry(1, "filed", step="mail"))
    expect(article).to_contain_text("Sending the e-mail…")
    put(desk, "enquiries", enquiry(1, "filed", failed="smtp_550", failed_step="mail"))

    expect(article.get_by_text("Sending the e-mail failed: smtp_550")).to_be_visible()
    expect(page.get_by_role("textbox", name="Reply by email")).to_have_value("Yes, we do.")
    page.reload()
    expect(page.get_by_role("textbox", name="Reply by email")).to_have_value("Yes, we do.")


@pytest.mark.parametrize(
    ("name", "outcome"), [("It arrived", "arrived"), ("Send again", "repeat"), ("Give up", "drop")]
)
def test_an_unknown_outcome_is_settled_by_a_person_G13(
    page: Page, url: str, desk: FakeDesk, name: str, outcome: str
) -> None:
    article = show(page, url, desk, enquiry(1, "filed", step="mail", unknown="timeout"))
    expect(article).to_contain_text("Nobody knows whether the e-mail was sent")
    button(page, name).click()
    put(desk, "enquiries", enquiry(1, "answered"))
    expect(button(page, "Schedule follow-up")).to_be_visible()

    assert desk.first("enquiry.settle")["outcome"] == outcome


def test_a_step_that_failed_is_tried_again(page: Page, url: str, desk: FakeDesk) -> None:
    article = show(page, url, desk, enquiry(1, "linked", failed="erm_503", failed_step="note"))
    expect(article.get_by_text("Saving the history note failed: erm_503")).to_be_visible()
    button(page, "Try again").click()
    put(desk, "enquiries", enquiry(1, "linked", step="note"))
    expect(article).to_contain_text("Saving the history note…")

    assert desk.first("enquiry.retry")["stream"] == ONE


def test_the_follow_up_is_for_tomorrow_unless_said_otherwise_S0_20(
    page: Page, url: str, desk: FakeDesk
) -> None:
    show(page, url, desk, enquiry(1, "answered"))
    button(page, "Schedule follow-up").click()
    put(desk, "enquiries", enquiry(1, "scheduled"))
    button(page, "Done").click()
    put(desk, "enquiries", enquiry(1, "done"))
    expect(button(page, "Done")).to_have_count(0)

    due = desk.first("enquiry.schedule_follow_up")["due_at"]
    tomorrow = dt.datetime.now().astimezone().date() + dt.timedelta(days=1)
    assert dt.datetime.fromtimestamp(due / 1e6).astimezone().date() == tomorrow
    assert desk.first("enquiry.complete")["stream"] == ONE


def test_the_steps_show_how_far_it_has_got(page: Page, url: str, desk: FakeDesk) -> None:
    article = show(page, url, desk, enquiry(1, "filed"))
    steps = article.get_by_role("list", name="Steps").get_by_role("listitem")

    assert [step.split(" (")[0] for step in steps.all_text_contents()] == [
        *("Claimed", "Customer", "History note", "E-mail", "Follow-up", "Done")
    ]
    expect(article.locator("[aria-current=step]")).to_have_text("E-mail")


def test_it_can_be_given_back_or_dropped_with_a_reason(
    page: Page, url: str, desk: FakeDesk
) -> None:
    show(page, url, desk, enquiry(1, "matching"))
    button(page, "Give back").click()
    button(page, "Drop…").click()
    page.get_by_role("textbox", name="Why is nothing to be done?").fill("spam")
    button(page, "Drop it").click()
    expect(button(page, "Drop it")).to_have_count(0)

    assert desk.first("enquiry.release")["stream"] == ONE
    assert desk.first("enquiry.drop")["reason"] == "spam"


@pytest.mark.parametrize(("role", "count"), [("agent", 0), ("supervisor", 1)])
def test_a_supervisor_may_take_over(
    page: Page, url: str, desk: FakeDesk, role: str, count: int
) -> None:
    desk.staff["role"] = role
    article = show(page, url, desk, enquiry(1, "filed", claimed_by="ben", claimed_by_name="Ben"))
    expect(article).to_contain_text("Claimed by Ben")

    expect(button(page, "Take over")).to_have_count(count)


def test_open_and_own_ones_come_first_and_can_be_filtered(
    page: Page, url: str, desk: FakeDesk
) -> None:
    articles = show(
        page,
        url,
        desk,
        enquiry(1, "done"),
        enquiry(2, "filed", claimed_by="ben", claimed_by_name="Ben"),
        enquiry(3, "filed"),
        enquiry(4),
    )
    numbers = articles.locator("h2 .number")

    assert numbers.all_text_contents() == ["#3", "#4", "#2", "#1"]
    button(page, "Open").click()
    expect(numbers).to_have_text(["#4"])
    button(page, "Mine").click()
    expect(numbers).to_have_text(["#3"])


def test_what_was_not_delivered_is_marked(page: Page, url: str, desk: FakeDesk) -> None:
    notices = [
        {"notifier": "slack", "phase": "dead", "reason": "channel_not_found"},
        {"notifier": "email", "phase": "owed", "reason": "timeout"},
    ]
    article = show(page, url, desk, enquiry(1, notices=notices))

    expect(article).to_contain_text("slack: not delivered")
    expect(article).to_contain_text("email: not delivered yet")


def test_the_announcement_and_what_happened_can_be_unfolded(
    page: Page, url: str, desk: FakeDesk
) -> None:
    event = {"seq": 3, "type": "Claimed", "at": now(), "by": "agent:ana", "data": {"name": "Ana"}}
    desk.answers["enquiry.show"] = {"item": None, "events": [event]}
    article = show(page, url, desk, enquiry(1, "filed", text="Line one\n> <b>two</b>"))
    article.get_by_text("Ref 1-k7qd2m").first.click()

    assert article.locator("pre").text_content() == "Line one\n> <b>two</b>"
    expect(article.get_by_role("list", name="What happened")).to_contain_text("Claimed by Ana")


def test_payloads_are_shown_as_they_are_written_A37(page: Page, url: str, desk: FakeDesk) -> None:
    payload = "<img src=x onerror='window.hit=1'><script>window.hit=1</script>"
    facts = dict.fromkeys(FACTS, payload) | {"page": "javascript:window.hit=1"}
    match = dict.fromkeys(MARIA, payload)
    article = show(
        page, url, desk, enquiry(1, "matching", facts=facts, matches=[match], text=payload)
    )

    expect(article.get_by_text(payload).first).to_be_visible()
    assert page.locator("live-chat-team :is(img, script, [href^=javascript])").count() == 0
    assert page.evaluate("() => window.hit") is None
