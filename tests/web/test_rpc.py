"""The connection: requests survive it, events arrive whole, once and in order."""

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.web.fake_server import FakeDesk, Refusal, now

CONNECT = """async ({ as, keep }) => {
  const rpc = await import("/chat/static/rpc.js");
  window.rpc = rpc;
  window.states = [];
  window.heard = [];
  window.notices = [];
  window.desk = new rpc.Connection(location.origin + "/chat", {
    keep,
    hello: () => ({ as, token: window.token ?? "", page: {} }),
    onSession: (session) => { window.token = session.token; window.session = session; },
    onState: (state) => window.states.push(state),
    onNotice: (method, params) => window.notices.push(method),
    onRefused: () => false,
  });
}"""
CHAT = "conversation/c1"


def connect(page: Page, url: str, keep: str = "", who: str = "visitor") -> None:
    page.goto(f"{url}blank")
    page.evaluate(CONNECT, {"as": who, "keep": keep})


def texts(page: Page) -> Any:
    return page.evaluate("() => window.heard.map((event) => event.data.text)")


def say(desk: FakeDesk, text: str, *, tell: bool = True) -> None:
    desk.happen(CHAT, "Posted", tell=tell, author="agent", name="Ana", text=text)


def follow(page: Page) -> None:
    page.evaluate(f"() => desk.follow('{CHAT}', (event) => window.heard.push(event))")


def test_a_command_whose_answer_is_lost_is_sent_again_under_its_id_G3(
    page: Page, url: str, desk: FakeDesk
) -> None:
    connect(page, url)
    desk.losses.append("conversation.post")

    ack = page.evaluate(
        "() => desk.command('conversation.post', { stream: 'conversation/c1', text: 'x' })"
    )

    sent = [params["id"] for _, params in desk.commands]
    assert len(sent) == 2
    assert len(set(sent)) == 1
    assert len(desk.events[CHAT]) == 1
    assert ack["seq"] == desk.events[CHAT][0]["seq"]


def test_a_command_that_a_reload_interrupts_is_sent_again_once(
    page: Page, url: str, desk: FakeDesk
) -> None:
    desk.refusals["session.open"] = Refusal("store_failed", 503)
    connect(page, url, keep="unsent")
    page.evaluate(
        "() => void desk.command('conversation.post', { stream: 'conversation/c1', text: 'x' })"
    )
    page.goto("about:blank")  # else it might be let in before the reload
    del desk.refusals["session.open"]

    connect(page, url, keep="unsent")
    page.wait_for_function("() => desk.restored.length === 1")
    page.evaluate("() => desk.restored[0].answer")
    connect(page, url, keep="unsent")

    assert page.evaluate("() => desk.restored.length") == 0
    assert len(desk.named("conversation.post")) == 1
    assert len(desk.events[CHAT]) == 1


def test_what_is_missing_between_two_events_is_loaded(page: Page, url: str, desk: FakeDesk) -> None:
    connect(page, url)
    say(desk, "one")
    follow(page)
    say(desk, "two")
    say(desk, "lost on the way", tell=False)
    say(desk, "four")
    say(desk, "five")

    page.wait_for_function("() => window.heard.length === 5")
    assert texts(page) == ["one", "two", "lost on the way", "four", "five"]


def test_after_a_loss_the_stream_goes_on_where_it_stopped_S0_38(
    page: Page, url: str, desk: FakeDesk
) -> None:
    connect(page, url)
    say(desk, "one")
    follow(page)
    desk.cut()
    say(desk, "said meanwhile")

    page.wait_for_function("() => window.heard.length === 2")
    say(desk, "three")
    page.wait_for_function("() => window.heard.length === 3")
    assert texts(page) == ["one", "said meanwhile", "three"]
    assert page.evaluate("() => window.states") == ["open", "lost", "open"]


def test_asking_again_brings_what_was_missed_S0_38(page: Page, url: str, desk: FakeDesk) -> None:
    connect(page, url)
    say(desk, "one")
    follow(page)
    say(desk, "unheard", tell=False)

    page.evaluate("() => desk.refresh()")

    assert texts(page) == ["one", "unheard"]


@pytest.mark.parametrize("who", ["visitor", "staff"])
def test_without_a_web_socket_it_goes_over_plain_http(
    rough_page: Page, url: str, desk: FakeDesk, who: str
) -> None:
    desk.sockets = False
    page = rough_page
    connect(page, url, who=who)
    say(desk, "one")
    follow(page)
    say(desk, "two")
    page.evaluate(
        "() => desk.command('conversation.post', { stream: 'conversation/c1', text: 'mine' })"
    )
    desk.tell("availability", desk.availability)

    page.wait_for_function("() => window.heard.length === 3 && window.notices.length === 1")
    assert texts(page) == ["one", "two", "mine"]
    desk.cut()
    say(desk, "said meanwhile")
    page.wait_for_function("() => window.heard.length === 4")


def test_no_token_is_ever_part_of_an_address(rough_page: Page, url: str, desk: FakeDesk) -> None:
    asked = list[str]()
    rough_page.on("request", lambda request: asked.append(request.url))
    desk.sockets = False
    connect(rough_page, url)
    rough_page.wait_for_function("() => window.session")

    assert any("/chat/events" in address for address in asked)
    assert not any("token-" in address for address in asked)


def test_a_desk_that_is_busy_is_asked_again_and_a_refusal_is_final(
    page: Page, url: str, desk: FakeDesk
) -> None:
    desk.refusals["session.open"] = Refusal("rate_limited", 429)
    connect(page, url)
    page.wait_for_function("() => window.states.includes('lost')")
    desk.refusals["session.open"] = Refusal("banned", 403)
    page.wait_for_function("() => window.states.includes('refused')")
    del desk.refusals["session.open"]

    page.wait_for_timeout(1500)
    assert page.evaluate("() => window.states.at(-1)") == "refused"
    assert desk.opened == []


def test_the_waits_between_tries_grow_and_differ(page: Page, url: str) -> None:
    connect(page, url)
    waits = page.evaluate(
        "() => [0, 3, 20].map((n) => Array.from({ length: 200 }, () => rpc.backOff(n)))"
    )

    assert all(500 <= wait <= 20_000 for some in waits for wait in some)
    assert max(waits[0]) <= 1000
    assert max(waits[2]) > 10_000
    assert len(set(waits[2])) > 100


def test_ids_are_long_random_and_of_allowed_letters(page: Page, url: str) -> None:
    connect(page, url)
    ids = page.evaluate("() => Array.from({ length: 1000 }, () => rpc.newId())")

    assert len(set(ids)) == 1000
    assert page.evaluate("(ids) => ids.every((id) => /^[A-Za-z0-9_-]{8,64}$/.test(id))", ids)


def test_the_time_is_the_desks(page: Page, url: str, desk: FakeDesk) -> None:
    desk.staff["now"] = now() + 3_600_000_000
    connect(page, url, who="staff")
    page.wait_for_function("() => window.session")

    assert abs(page.evaluate("() => desk.now()") - now() - 3_600_000_000) < 5_000_000


def test_memory_that_is_forbidden_or_spoilt_does_no_harm(page: Page, url: str) -> None:
    connect(page, url)
    page.evaluate("() => sessionStorage.setItem('spoilt', '{')")

    assert page.evaluate(
        "() => [rpc.load('spoilt', 'sessionStorage'), rpc.load('x', 'noStorage')]"
    ) == [None, None]
    assert page.evaluate("() => rpc.save('x', 1, 'noStorage')") is None
