"""The console where it says who gets the chat: status, waiting chats, the team, transfer."""

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.web.fake_server import FakeDesk, Refusal, now
from tests.web.rows import QUESTION, colleague, line, mine, offer, put, waiting
from tests.web.test_console import CHAT, STAFF, button, log, show, talking

TWO = [{"id": "support", "name": "Support"}, {"id": "events", "name": "Events"}]
EVENTS = {"queue": "events", "queue_name": "Events"}
NOTIFICATIONS = """
Object.defineProperty(document, "hidden", { get: () => true });
window.focus = () => (window.focused = true);
window.Notification = class {
  static permission = "granted";
  constructor(title, { body }) { window.notice = Object.assign(this, { title, body }); }
  close() {}
};
"""


@pytest.fixture(autouse=True)
def lists(desk: FakeDesk) -> None:
    desk.lists = {name: [] for name in ("offers", "waiting", "mine", "visitors", "bans")}
    desk.answers = {"desk.staff": STAFF, "desk.queues": [line("Support")]}


def waits(page: Page) -> Locator:
    return page.get_by_role("list", name="Waiting", exact=True).get_by_role("listitem")


def told(desk: FakeDesk, why_not: str, **fields: Any) -> None:
    desk.tell("status", {"status": why_not or "available", "why_not": why_not, **fields})


# --- the own status -------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [(1280, 600), (390, 780)], ids=["wide", "narrow"])
def test_the_number_of_active_chats_is_always_in_sight(
    page: Page, url: str, desk: FakeDesk, size: tuple[int, int]
) -> None:
    """S2-15: whatever is open, and however far one has scrolled."""
    page.set_viewport_size({"width": size[0], "height": size[1]})
    desk.lists["waiting"] = [waiting(number) for number in range(20, 30)]
    show(page, url)
    expect(page.get_by_text("0 active chats")).to_be_in_viewport()
    desk.happen(CHAT, "Started", question="Why? " * 900, name="Maria", by="visitor:v1")
    put(desk, "mine", mine(7), mine(8))
    waits(page).last.scroll_into_view_if_needed()
    expect(page.get_by_text("2 active chats")).to_be_in_viewport()
    page.get_by_role("list", name="My chats").get_by_role("button").first.click()
    log(page).get_by_role("paragraph").last.scroll_into_view_if_needed()
    expect(page.get_by_text("2 active chats")).to_be_in_viewport()
    put(desk, "mine", gone=("conversation/c8",))

    expect(page.get_by_text("1 active chat", exact=True)).to_be_in_viewport()


def test_the_desks_own_statuses_are_offered_by_name(page: Page, url: str, desk: FakeDesk) -> None:
    """F28."""
    desk.staff["statuses"] = [{"id": "lunch", "name": "Lunch break", "means": "away"}]
    status = show(page, url).get_by_role("combobox", name="Status")
    status.select_option("Lunch break")
    told(desk, "lunch")

    expect(status).to_have_value("lunch")
    expect(page.get_by_text("Your status is “Lunch break”, so you are not asked")).to_be_visible()
    assert desk.first("presence.set_status")["status"] == "lunch"


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ({"why_not": ""}, "You are asked for new chats."),
        ({"why_not": "", "in_call": True}, "You are in a call, so you are asked after"),
        ({"why_not": "full", "load": 3}, "all your places are taken"),
        ({"why_not": "busy"}, "You are busy, so you are not asked"),
    ],
)
def test_who_is_not_asked_reads_why(
    page: Page, url: str, desk: FakeDesk, *, status: dict[str, Any], words: str
) -> None:
    """F28, S2-17."""
    desk.staff |= {"load": 2, **status}
    show(page, url)

    expect(page.get_by_text(words)).to_be_visible()
    expect(page.get_by_text(f"{desk.staff['load']} of 3 chats.")).to_be_visible()


def test_who_missed_his_offers_reads_how_to_come_back(page: Page, url: str, desk: FakeDesk) -> None:
    """F29."""
    show(page, url)
    told(desk, "away", reason="missed", missed=3)
    expect(
        page.get_by_text("You missed 3 offers in a row, so you are away. Choose Available")
    ).to_be_visible()
    page.get_by_role("combobox", name="Status").select_option("Available")

    assert desk.first("presence.set_status")["status"] == "available"


def test_an_agent_says_that_he_is_in_a_call(page: Page, url: str, desk: FakeDesk) -> None:
    call = show(page, url).get_by_role("checkbox", name="In a call")
    call.check()
    assert desk.first("presence.set_call")["in_call"] is True
    told(desk, "", in_call=True)
    expect(page.get_by_text("You are in a call")).to_be_visible()
    told(desk, "", in_call=False)  # the telephone system says so
    expect(call).not_to_be_checked()
    desk.refusals["presence.set_call"] = Refusal("signed_out")
    call.click()
    expect(page.get_by_role("alert").get_by_text("You are offline.")).to_be_visible()

    expect(call).not_to_be_checked()


def test_there_is_time_for_notes_after_a_chat(page: Page, url: str, desk: FakeDesk) -> None:
    """F26."""
    desk.happen(CHAT, "Started", question=QUESTION, name="Maria", by="visitor:v1")
    desk.happen(CHAT, "Closed", reason="visitor")
    desk.staff["wrapping"] = [CHAT]
    show(page, url)
    page.get_by_role("list", name="Time for notes").get_by_role("button", name="Open").click()
    expect(page.get_by_text("This chat is over. There is time for your notes.")).to_be_visible()
    button(page, "Note").click()
    page.get_by_role("textbox", name="Note").fill("Send the list in June")
    button(page, "Add note").click()
    expect(log(page)).to_contain_text("Send the list in June")
    page.get_by_role("list", name="Time for notes").get_by_role("button", name="Notes done").click()
    assert desk.first("presence.finish_wrap_up")["conversation"] == CHAT
    told(desk, "", wrapping=[])

    expect(page.get_by_role("list", name="Time for notes")).to_have_count(0)


def test_an_offer_calls_from_outside_the_window(page: Page, url: str, desk: FakeDesk) -> None:
    """S2-1, S2-2, S2-5."""
    page.add_init_script(NOTIFICATIONS)
    show(page, url)
    put(desk, "offers", offer(7))
    expect(page.get_by_role("region", name="Incoming chat")).to_be_visible()
    page.evaluate("() => window.notice.onclick()")

    assert page.evaluate("() => window.notice.title") == "Incoming chat"
    assert page.evaluate("() => window.notice.body.split('\\n')") == [
        "Maria (not signed in)",
        "maria@example.org",
        QUESTION,
    ]
    assert page.evaluate("() => window.focused")


# --- the chats that wait --------------------------------------------------------------------------


def test_the_chats_that_nobody_has_are_counted_by_line(
    page: Page, url: str, desk: FakeDesk
) -> None:
    """S3-11."""
    desk.staff["queues"] = TWO
    desk.lists["waiting"] = [waiting(9)]
    lines = show(page, url).get_by_role("list", name="Waiting by line").get_by_role("listitem")
    expect(lines).to_have_text(["Support 1", "Events 0"])
    put(desk, "waiting", waiting(10), waiting(11, **EVENTS))
    expect(lines).to_have_text(["Support 2", "Events 1"])
    put(desk, "waiting", gone=("conversation/c9", "conversation/c11"))

    expect(lines).to_have_text(["Support 1", "Events 0"])


def test_a_waiting_chat_shows_its_place_who_is_asked_and_the_usual_wait(
    page: Page, url: str, desk: FakeDesk
) -> None:
    """F1, F2."""
    asked = {"offered_to": "ben", "offered_to_name": "Ben", "usual_wait": 180_000_000}
    desk.lists["waiting"] = [waiting(9, **asked, since=now() - 120_000_000), waiting(10)]
    show(page, url)

    expect(waits(page).first).to_contain_text("place 1 · usually 3 minutes")
    expect(waits(page).first).to_contain_text("Ben is being asked.")
    expect(waits(page).first.get_by_role("button", name="Take")).to_have_count(0)
    expect(waits(page).last).to_contain_text("Nobody is being asked now.")
    expect(waits(page).last).not_to_contain_text("usually")


def test_the_lists_follow_the_order_in_which_chats_are_served(
    page: Page, url: str, desk: FakeDesk
) -> None:
    """F18."""
    first, second = waiting(9, since=1), waiting(10, since=2, priority=5, name="Peter")
    desk.lists["waiting"] = [first, second]
    show(page, url)

    expect(waits(page).first).to_contain_text("Peter")


def test_a_chat_that_is_only_offered_cannot_be_taken(page: Page, url: str, desk: FakeDesk) -> None:
    """F10."""
    desk.lists["waiting"] = [
        waiting(9, pick=False),
        waiting(10, assignment="manual", since=now() + 1),
    ]
    show(page, url)

    expect(waits(page).first.get_by_role("button", name="Take")).to_have_count(0)
    expect(waits(page).last.get_by_role("button", name="Take")).to_be_visible()
    expect(waits(page).last).to_contain_text("Nobody is asked: take it from the line.")


def test_who_replies_first_has_the_chat(page: Page, url: str, desk: FakeDesk) -> None:
    """S3-15, F11."""
    desk.happen("conversation/c9", "Started", question="Heated?", name="", by="visitor:v9")
    desk.lists["waiting"] = [waiting(9, assignment="first_reply")]
    show(page, url)
    expect(waits(page)).to_contain_text("whoever replies first has this chat")
    waits(page).get_by_role("button", name="Reply…").click()
    reply = page.get_by_role("textbox", name="Your reply")
    expect(reply).to_be_focused()
    reply.fill("Yes, it is heated.")
    desk.refusals["conversation.post"] = Refusal("taken", owner="Ben")
    button(page, "Reply and take the chat").click()
    expect(page.get_by_role("alert").get_by_text("Ben was faster")).to_be_visible()
    desk.refusals.clear()
    button(page, "Reply and take the chat").click()

    expect(log(page)).to_contain_text("Yes, it is heated.")
    sent = desk.first("conversation.post")
    assert (sent["stream"], sent["text"]) == ("conversation/c9", "Yes, it is heated.")


def test_a_chat_that_waits_says_why_and_what_stands_against_each_agent(
    page: Page, url: str, desk: FakeDesk
) -> None:
    desk.staff["statuses"] = [{"id": "lunch", "name": "Lunch break", "means": "away"}]
    agents = [
        {"agent": "ana", "name": "Ana", "can": True, "why": "tier 0, 1 of 3"},
        {"agent": "ben", "name": "Ben", "can": False, "why": "full"},
        {"agent": "sam", "name": "Sam", "can": False, "why": "lunch"},
        {"agent": "eve", "name": "Eve", "can": False, "why": "lacks french"},
    ]
    desk.answers["conversation.routing"] = {"why": "ana: first of 1", "agents": agents}
    desk.lists["waiting"] = [waiting(9)]
    show(page, url)
    page.get_by_role("button", name="Why?").click()
    rows = page.get_by_role("list", name="Agents, in the order").get_by_role("listitem")

    expect(page.get_by_text("ana: first of 1")).to_be_visible()
    expect(rows.nth(0)).to_have_text("Anacan be askedtier 0, 1 of 3")
    for place, words in enumerate(("all places taken", "Lunch break", "lacks french"), start=1):
        expect(rows.nth(place)).to_contain_text("not asked")
        expect(rows.nth(place)).to_contain_text(words)
    desk.answers["conversation.routing"] = {"why": "nobody can be asked", "agents": []}
    expect(page.get_by_text("None of those who serve this line is at work.")).to_be_visible(
        timeout=10_000
    )


def test_a_chat_is_assigned_to_a_colleague_who_is_free(
    page: Page, url: str, desk: FakeDesk
) -> None:
    """S1-10, S3-16."""
    eve = colleague("Eve", queues=["sales"])
    desk.answers["desk.staff"] = [eve, *STAFF, colleague("Tom", why_not="full", load=3)]
    desk.lists["waiting"] = [waiting(9)]
    show(page, url)
    page.get_by_role("button", name="Assign…").click()
    to = page.get_by_role("combobox", name="Assign to")
    expect(to.locator("option")).to_have_text(
        ["Ben (0 of 3 chats)", "Eve (0 of 3, not in Support)"]
    )
    why = "only supervisors give chats to others"
    desk.refusals["conversation.assign"] = Refusal("forbidden", 403, why=why)
    button(page, "Assign").click()
    expect(page.get_by_role("alert").get_by_text(why)).to_be_visible()
    desk.refusals.clear()
    to.select_option("eve")
    button(page, "Assign").click()
    expect(to).to_have_count(0)

    assert desk.first("conversation.assign")["agent"] == "eve"


@pytest.mark.parametrize(("role", "count"), [("agent", 0), ("supervisor", 1)])
def test_a_supervisor_moves_a_chat_before_the_one_in_front_of_it(
    page: Page, url: str, desk: FakeDesk, role: str, count: int
) -> None:
    """F18."""
    desk.staff["role"] = role
    other = waiting(8, **EVENTS, since=0, priority=9)
    desk.lists["waiting"] = [
        other,
        waiting(9, since=1, priority=2),
        waiting(10, since=2, position=2),
    ]
    show(page, url)
    up = page.get_by_role("button", name="Move up")
    expect(up).to_have_count(count)
    if count:
        up.click()
        asked = desk.first("conversation.prioritize")
        assert (asked["stream"], asked["priority"]) == ("conversation/c10", 3)


# --- transfer and team ----------------------------------------------------------------------------


def test_a_chat_goes_to_a_line_with_nobody_there_only_on_purpose(
    page: Page, url: str, desk: FakeDesk
) -> None:
    """S2-22."""
    desk.answers["desk.queues"] = [
        line("Support"),
        line("Events", state="offline", reason="nobody_at_work"),
    ]
    talking(page, url, desk)
    button(page, "Transfer").click()
    to = page.get_by_role("combobox", name="To")
    to.select_option("Line: Events (nobody is there)")
    desk.refusals["conversation.transfer"] = Refusal("nobody_available", queue="events")
    button(page, "Transfer now").click()
    expect(page.get_by_role("alert").get_by_text("Nobody is there for this line")).to_be_visible()
    to.select_option("Ben (0 of 3 chats)")
    expect(button(page, "Put it there anyway")).to_have_count(0)
    to.select_option("Line: Events (nobody is there)")
    button(page, "Transfer now").click()
    expect(button(page, "Put it there anyway")).to_be_visible()
    desk.refusals.clear()
    button(page, "Put it there anyway").click()
    expect(to).to_have_count(0)

    sent = desk.first("conversation.transfer")
    assert (sent["queue"], sent["anyway"]) == ("events", True)


def test_who_may_not_transfer_reads_why(page: Page, url: str, desk: FakeDesk) -> None:
    """S3-16."""
    talking(page, url, desk)
    why = "only supervisors give chats to others"
    desk.refusals["conversation.transfer"] = Refusal("forbidden", 403, why=why)
    button(page, "Transfer").click()
    button(page, "Transfer now").click()

    expect(page.get_by_role("alert").get_by_text(f"You may not do this: {why}.")).to_be_visible()


def test_the_team_is_shown_with_status_reason_and_load(
    page: Page, url: str, desk: FakeDesk
) -> None:
    """S3-14."""
    desk.answers["desk.staff"] = [
        colleague("Ana", load=1),
        colleague("Ben", why_not="full", load=3),
        colleague("Sam", "away", reason="missed"),
        colleague("Eve", "offline", stream=""),
    ]
    show(page, url)
    page.get_by_role("button", name="Show the team").click()
    team = page.get_by_role("list", name="Team").get_by_role("listitem")
    expect(team.nth(0)).to_have_text("AnaAvailable1 of 3 chats · Support")
    expect(team.nth(1)).to_contain_text("3 of 3 chats · all places taken")
    expect(team.nth(2)).to_contain_text("Away")
    expect(team.nth(2)).to_contain_text("missed offers in a row")
    expect(team.nth(3)).to_have_text("EveOfflineSupport")
    expect(page.get_by_role("spinbutton")).to_have_count(0)
    desk.answers["desk.staff"] = [colleague("Ana", "busy")]
    expect(team).to_have_text(["AnaBusy0 of 3 chats · Support"], timeout=10_000)
    page.get_by_role("button", name="Hide the team").click()

    expect(team).to_have_count(0)


def test_a_supervisor_says_how_many_chats_somebody_has_at_most(
    page: Page, url: str, desk: FakeDesk
) -> None:
    """S2-17."""
    desk.staff["role"] = "supervisor"
    desk.answers["desk.staff"] = [colleague("Ben"), colleague("Sam", "offline", stream="")]
    show(page, url)
    page.get_by_role("button", name="Show the team").click()
    limit = page.get_by_role("spinbutton", name="Chats at most for Ben")
    limit.fill("5")
    desk.answers["desk.staff"] = [colleague("Ben", capacity=5)]
    button(page, "Set").click()
    expect(page.get_by_role("list", name="Team")).to_contain_text("0 of 5 chats")
    expect(limit).to_have_value("5")

    wanted = desk.first("presence.set_capacity")
    assert (wanted["stream"], wanted["capacity"]) == ("presence/ben.1", 5)
