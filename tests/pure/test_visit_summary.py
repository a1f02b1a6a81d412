"""What others may look up about a visit, and what a refusal of one tells."""

from collections.abc import Callable
from typing import Any

import attrs
import pytest

from livechat_core import visit as v
from livechat_core.errors import Denied, NotFound
from livechat_core.rules import seconds
from livechat_core.streams import Command
from livechat_core.visit import Campaign, ChatBegan, ChatEnded, Elapse, Guest, View
from tests.pure import test_visit_greetings as greetings
from tests.pure.play import BEN, MARIA, NOON, Story, kinds
from tests.pure.test_visit import (
    ARRIVE,
    CHAT,
    HOME,
    INVITE,
    SHOWS,
    browsing,
    invited,
    new,
)
from tests.pure.test_visit_arrivals import arrive, page, there

CUSTOMER = Guest(
    token="sha",
    name="Maria",
    email="m@c.example",
    location="Bergen",
    browser="Firefox",
    address="net",
    owner="ana",
    phone="+47 123456",
    person="p",
    roles=("vip", "press"),
    registered=True,
    fields={"plan": "gold"},
    until=NOON + seconds(300),
)
SPRING = Campaign(
    source="news",
    medium="mail",
    name="spring",
    term="drums",
    content="top",
    referrer="https://search.example/",
)


def test_staff_see_all_that_is_known_of_a_visitor_S0_2() -> None:
    story = new()
    story.when(attrs.evolve(ARRIVE, page=SHOWS, guest=CUSTOMER, campaign=SPRING))
    story.later(5).when(View(by=MARIA, pages=(HOME,)))
    summary = story.summary

    assert summary.due_at == NOON + seconds(300)
    assert summary.labels == {"site=drumstory", "token=sha", "address=net", "person=p"}
    assert summary.facts == {
        "name": "Maria",
        "email": "m@c.example",
        "phone": "+47 123456",
        "person": "p",
        "signed_in": True,
        "registered": True,
        "roles": ["vip", "press"],
        "fields": {"plan": "gold"},
        "vouched_until": NOON + seconds(300),
        "location": "Bergen",
        "browser": "Firefox",
        "address": "net",
        "owner": "ana",
        "site": "drumstory",
        "page": HOME.url,
        "title": "",
        "language": "en",
        "campaign": attrs.asdict(SPRING),
        "seen_at": NOON + seconds(5),
        "pages": 2,
        "returned": False,
        "removing": False,
        "inviter": "",
        "inviter_name": "",
        "inviter_presence": "",
        "conversation": "",
        "last_agent": "",
    }


def test_staff_see_who_has_invited_a_visitor_and_the_title_of_his_page_S0_45() -> None:
    story = new()
    story.when(attrs.evolve(ARRIVE, page=SHOWS), INVITE)
    facts = story.summary.facts

    assert facts["title"] == "Shows"
    assert {name: facts[name] for name in facts if name.startswith("inviter")} == {
        "inviter": "ana",
        "inviter_name": "Ana",
        "inviter_presence": "presence/ana.1",
    }


@pytest.mark.parametrize(
    "command",
    [ChatBegan(conversation=CHAT), v.AnswerInvitation(by=MARIA), v.Bar(ban="ban/1", scope="chat")],
)
def test_an_invitation_that_is_over_leaves_no_name_S0_45(command: Command) -> None:
    story = invited()
    story.when(command)

    facts = story.summary.facts
    assert facts["inviter"] == facts["inviter_name"] == facts["inviter_presence"] == ""


def test_a_chat_and_a_return_are_seen_in_the_summary() -> None:
    story = browsing()
    story.when(ChatBegan(conversation=CHAT))
    assert story.summary.facts["conversation"] == CHAT

    story.later(60).when(ChatEnded(conversation=CHAT))
    assert story.summary.facts["seen_at"] == story.now
    story.later(1800).when(Elapse(), attrs.evolve(ARRIVE, page=SHOWS))
    assert story.summary.facts["returned"] is True
    assert story.summary.facts["seen_at"] == story.now


# --- refusals ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("story", "command", "code", "facts"),
    [
        (new, attrs.evolve(ARRIVE, banned=True), "banned", {}),
        (
            *(new, attrs.evolve(ARRIVE, page=attrs.evolve(HOME, site="else")), "unknown_site"),
            {"site": "else"},
        ),
        (invited, attrs.evolve(INVITE, by=BEN), "invited", {"owner": "Ana"}),
        (browsing, attrs.evolve(INVITE, presence=""), "not_available", {}),
        (
            browsing,
            v.Adopt(by=MARIA, code="c", token="t", site="x", guest=Guest()),
            "code_over",
            {},
        ),
    ],
)
def test_a_refusal_says_what_is_the_matter(
    story: Callable[[], Story[v.State]], command: Command, code: str, facts: dict[str, object]
) -> None:
    refusal = story().refusal(command)

    assert (refusal.code, refusal.facts) == (code, facts)
    assert isinstance(refusal, NotFound) is (code == "unknown_site")
    assert not isinstance(refusal, Denied)


# --- tokens and codes ----------------------------------------------------------------------------


def test_a_code_lives_a_minute_and_its_tokens_a_week_S0_32_A7() -> None:
    story = there()
    (handed,) = story.when(v.HandOver(by=MARIA, code="c"))
    assert handed == v.HandedOver(code="c", until=NOON + story.rules.hand_over_life)

    adopted, issued = story.when(adopt())
    assert adopted == v.Adopted(code="c", site="asks")
    assert issued == v.TokenIssued(token="t", until=NOON + story.rules.token_life)


@pytest.mark.parametrize("told", [{"address": "other"}, {"browser": "Opera"}])
def test_a_code_that_somebody_else_brings_opens_nothing_A7(told: dict[str, Any]) -> None:
    story = there()
    story.when(v.HandOver(by=MARIA, code="c"))
    thief = attrs.evolve(story.state.guest, **told)

    assert story.refuses(attrs.evolve(adopt(), guest=thief)) == "code_over"


def test_a_code_is_dead_from_its_last_moment_on_S0_32() -> None:
    story = there()
    story.when(v.HandOver(by=MARIA, code="c"))

    assert story.later(60).refuses(adopt()) == "code_over"
    story.now -= 1
    assert kinds(story.when(adopt())) == ["Adopted", "TokenIssued"]


def test_one_code_that_was_used_leaves_the_others() -> None:
    story = there()
    story.when(v.HandOver(by=MARIA, code="c"), v.HandOver(by=MARIA, code="d"), adopt())

    assert [one.hash for one in story.state.codes] == ["d"]


def adopt() -> v.Adopt:
    guest = there().state.guest
    return v.Adopt(by=MARIA, code="c", token="t", site="asks", guest=guest)


# --- pages and time on the site ------------------------------------------------------------------


def test_what_is_seen_of_a_stay_begins_anew_with_each_return_F56() -> None:
    story = there()
    story.later(5).when(View(by=MARIA, pages=(page(path="a"), page(path="b"))))
    assert (story.state.viewed, story.state.arrived_at) == (3, NOON)
    assert story.state.site_at == NOON

    story.later(1800).when(Elapse(), arrive(path="c"))
    assert (story.state.viewed, story.state.arrived_at) == (1, story.now)
    assert story.state.site_at == story.now


def test_a_greeting_of_the_last_stay_is_gone_in_the_next_F56() -> None:
    greeted = greetings.story(greetings.greeting())
    greeted.when(greetings.arrive(), greetings.THERE)
    assert greeted.state.greeting == "greeting0"

    greeted.later(1800).when(Elapse(), greetings.arrive("again"))
    assert greeted.state.greeting == greeted.state.greeting_text == ""


def test_a_page_with_another_title_is_the_same_page() -> None:
    same = arrive()

    assert there().when(attrs.evolve(same, page=attrs.evolve(same.page, title="New"))) == []


def test_an_invitation_ends_when_its_time_is_over_and_says_when_that_is_S0_44() -> None:
    story = invited()

    assert story.due_in == story.rules.invitation_timeout
    story.later(119).when(Elapse())
    assert story.summary.phase == "invited"
    story.later(1).when(Elapse())
    assert (story.summary.phase, story.state.seen_at) == ("browsing", story.now)


def test_a_ban_says_which_and_how_far_it_goes_S0_33() -> None:
    (barred,) = browsing().when(v.Bar(ban="ban/1", scope="site"))

    assert barred == v.Barred(ban="ban/1", scope="site")


def test_an_arrival_is_recorded_with_all_that_later_rules_need() -> None:
    story = new()
    (arrived,) = story.when(attrs.evolve(ARRIVE, guest=CUSTOMER, campaign=SPRING))

    assert arrived == v.Arrived(
        page=attrs.evolve(HOME, at=NOON),
        language="en",
        guest=CUSTOMER,
        stay=story.rules.visit_left_after,
        token_until=NOON + story.rules.token_life,
        campaign=SPRING,
    )
    story.later(1800).when(Elapse())  # the host's word ends
    story.later(1800).when(Elapse())
    (returned,) = story.when(attrs.evolve(ARRIVE, guest=CUSTOMER, campaign=SPRING))
    assert returned == v.Returned(
        page=attrs.evolve(HOME, at=story.now), guest=CUSTOMER, campaign=SPRING
    )
