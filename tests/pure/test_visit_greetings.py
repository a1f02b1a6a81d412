"""Greetings by rule: who is shown which one, when, and when nobody is."""

from datetime import UTC, time
from typing import Any

import attrs
import pytest

from livechat_core import visit as v
from livechat_core.hours import Hours
from livechat_core.rules import Greeting, Site, seconds
from livechat_core.visit import Arrive, Campaign, Consent, Elapse, Guest, Page, View
from livechat_core.visit.greetings import matches
from tests.pure.play import ANA, MARIA, NOON, RULES, Story, kinds

THERE = Elapse(availability="online", connected=True)


def story(*greetings: Greeting, at_most: int = 1, **site: Any) -> Story[v.State]:
    named = {f"greeting{number}": one for number, one in enumerate(greetings)}
    known = Site(name="Shop", greetings=named, greetings_at_most=at_most, **site)
    other = Site(name="Other")
    return Story(v.DECIDER, attrs.evolve(RULES, sites={"shop": known, "other": other}))


def greeting(text: str = "Hello", **told: Any) -> Greeting:
    return Greeting(text=text, **told)


def arrive(path: str = "", site: str = "shop", **told: Any) -> Arrive:
    page = Page(site=site, url=f"https://{site}.example/{path}")
    return Arrive(by=MARIA, page=page, guest=Guest(token="sha"), **told)


def view(path: str, site: str = "shop") -> View:
    return View(by=MARIA, pages=(Page(site=site, url=f"https://{site}.example/{path}"),))


def shown(told: Story[v.State]) -> list[str]:
    return [event.text for event in told.told if isinstance(event, v.Greeted)]


def test_a_greeting_is_shown_when_its_time_has_come_F56() -> None:
    told = story(greeting(after=seconds(20)))
    told.when(arrive())

    assert told.due_in == seconds(20)
    assert told.later(19).when(THERE) == []
    (made,) = told.later(1).when(THERE)
    assert made == v.Greeted(greeting="greeting0", name="Shop", text="Hello", greet_at=None)
    assert (told.state.greeting, told.state.greeting_text) == ("greeting0", "Hello")
    assert told.later(60).when(THERE) == []


def test_the_first_that_fits_is_shown_S4_23_F56() -> None:
    told = story(greeting("one", pages=3), greeting("two"), greeting("three"))
    told.when(arrive(), THERE)

    assert shown(told) == ["two"]


@pytest.mark.parametrize(
    ("condition", "fits", "does_not"),
    [
        ({"url": "*/shoes/*"}, arrive("shoes/red"), arrive("hats/red")),
        ({"languages": ("nb", "da")}, arrive(language="nb-NO"), arrive(language="en")),
        ({"campaign": "spring*"}, arrive(campaign=Campaign(name="spring24")), arrive()),
        ({"campaign": "*"}, arrive(campaign=Campaign(name="any")), arrive()),
        ({"returning": False}, arrive(), None),
        ({"returning": True}, None, arrive()),
        ({"pages": 1}, arrive(), None),
        ({"pages": 2}, None, arrive()),
    ],
)
def test_page_path_and_visitor_must_fit_F56(
    condition: dict[str, Any], fits: Arrive | None, does_not: Arrive | None
) -> None:
    for command, expected in ((fits, ["Hello"]), (does_not, [])):
        if command is not None:
            told = story(greeting(**condition))
            told.when(command, THERE)
            assert shown(told) == expected


def test_pages_are_counted_and_time_runs_on_the_page_and_on_the_site_F56() -> None:
    told = story(greeting(pages=2, on_page=seconds(10), after=seconds(60)))
    told.when(arrive())
    assert told.state.greet_at is None
    told.later(5).when(view("a"))
    assert told.state.greet_at == NOON + seconds(60)
    told.later(52).when(view("b"))
    assert told.state.greet_at == NOON + seconds(67)
    told.later(1).when(view("c", site="other"))
    assert told.state.greet_at is None
    told.later(1).when(view("d"))
    assert told.state.greet_at == NOON + seconds(59 + 60)


def test_who_returns_is_a_returning_visitor_F56() -> None:
    told = story(greeting(returning=True))
    told.when(arrive())
    told.later(1800).when(Elapse(), arrive("again"), THERE)

    assert shown(told) == ["Hello"]


@pytest.mark.parametrize("availability", ["offline", "busy"])
def test_a_greeting_is_let_pass_while_nobody_can_answer_F56(availability: str) -> None:
    told = story(greeting(), greeting("later", after=seconds(30)))
    told.when(arrive())
    nobody = attrs.evolve(THERE, availability=availability)

    assert told.when(nobody) == [v.GreetingPassed(greet_at=NOON + seconds(30))]
    assert told.later(30).when(nobody) == [v.GreetingPassed(greet_at=None)]
    told.when(view("a"), THERE)
    assert shown(told) == ["Hello"], "another page is another chance"


def test_a_greeting_may_be_for_when_nobody_is_there_F56() -> None:
    told = story(greeting("Leave a message", availability=("offline",)))
    told.when(arrive(), Elapse(availability="offline"))

    assert shown(told) == ["Leave a message"]


def test_a_greeting_has_its_hours_F56() -> None:
    # NOON of these tests is a Tuesday, 22:13 in UTC.
    night = Hours(zone=UTC, week={1: ((time(22), time(23)),)})
    for hours, expected in ((night, ["Hello"]), (attrs.evolve(night, week={}), [])):
        told = story(greeting(hours=hours))
        told.when(arrive(), THERE)
        assert shown(told) == expected


def test_no_more_than_so_many_in_a_stay_and_none_twice_F56() -> None:
    told = story(*(greeting(str(n), after=seconds(n)) for n in range(4)), at_most=2)
    told.when(arrive())
    for _ in range(9):
        told.when(THERE)
        told.later(1).when(view(str(told.now)))

    assert shown(told) == ["0", "1"]


def test_none_is_shown_again_too_early_F56() -> None:
    told = story(greeting(again_after=seconds(3 * 86_400)))
    told.when(arrive(), THERE)
    told.later(86_400).when(Elapse(), arrive(), THERE)
    assert shown(told) == ["Hello"]
    told.later(2 * 86_400).when(Elapse(), arrive("x"), THERE)
    assert shown(told) == ["Hello", "Hello"]


def test_who_closes_a_greeting_is_left_alone_in_this_stay_F56() -> None:
    told = story(greeting(), greeting("two", after=seconds(5)), at_most=9)
    told.when(arrive(), THERE)
    close = v.AnswerInvitation(by=MARIA)

    assert told.when(close) == [v.GreetingClosed()]
    assert told.when(close) == []
    told.later(5).when(view("a"), THERE)
    assert shown(told) == ["Hello"]
    told.later(1800).when(Elapse(), arrive("b"))
    told.later(5).when(THERE)
    assert shown(told) == ["Hello", "Hello"], "in another stay he may be greeted"


def test_who_is_invited_chatting_or_banned_is_not_greeted_F56() -> None:
    invite = v.Invite(by=ANA, presence="presence/ana.1")
    for command in (
        invite,
        v.ChatBegan(conversation="conversation/1"),
        v.Bar(ban="ban/1", scope="chat"),
        Consent(by=MARIA, granted=False),
    ):
        told = story(greeting(after=seconds(5)))
        told.when(arrive(), command)
        told.later(5).when(THERE)
        assert shown(told) == [], command
    told = story(greeting())
    told.when(arrive())
    assert kinds(told.when(attrs.evolve(THERE, banned=True))) == ["GreetingPassed"]


def test_an_invitation_or_a_chat_takes_the_place_of_the_greeting_F56() -> None:
    for command in (
        v.Invite(by=ANA, presence="presence/ana.1"),
        v.ChatBegan(conversation="conversation/1"),
    ):
        told = story(greeting())
        told.when(arrive(), THERE, command)
        assert told.state.greeting == told.state.greeting_text == ""


def test_who_let_an_invitation_lapse_may_be_greeted_who_closed_it_not_F56() -> None:
    for end, expected in ((THERE, ["Hello"]), (v.AnswerInvitation(by=MARIA), [])):
        told = story(greeting(after=seconds(200)))
        told.when(arrive(), v.Invite(by=ANA, presence="presence/ana.1"))
        told.later(120).when(end)
        told.later(100).when(view("a"), THERE)
        assert shown(told) == expected


def test_a_site_that_records_no_pages_greets_nobody_F56_F60() -> None:
    told = story(greeting(), visits="off")
    told.when(arrive(needed=True))
    assert told.state.greet_at is None


def test_a_site_that_is_gone_greets_nobody() -> None:
    told = story(greeting())
    told.when(arrive())
    told.rules = attrs.evolve(RULES, sites={})

    assert kinds(told.when(THERE)) == ["GreetingPassed"]


@pytest.mark.parametrize(
    ("pattern", "text", "fits"),
    [
        ("abc", "abc", True),
        ("abc", "abcd", False),
        ("*", "x", True),
        ("*", "", False),
        ("a*c", "abbc", True),
        ("a*c", "ac", True),
        ("a*a", "a", False),
        ("a*b*c", "aXbYc", True),
        ("a*b*c", "aXcYc", False),
        ("a*bc*bc", "abc", False),
        ("*/shoes*", "https://x.example/shoes?size=9", True),
        ("?", "x", False),
        ("[a]", "a", False),
    ],
)
def test_a_star_stands_for_anything_F56(pattern: str, text: str, fits: bool) -> None:  # noqa: FBT001
    assert matches(pattern, text) is fits


def test_a_pattern_costs_no_more_than_the_text_is_long_F56() -> None:
    assert not matches("*a" * 1000 + "*b", "a" * 2048)
