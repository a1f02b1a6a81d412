"""Who may begin a chat, how the desk greets him, and how a ban ends what goes on."""

import attrs
import pytest

from livechat_core import conversation as c
from livechat_core.errors import Denied
from livechat_core.rules import Site
from tests.pure.chats import ANA_SEAT, active, chat, offered, origin, ruled, start, waiting
from tests.pure.play import MARIA, RULES, kinds

SITE = Site(name="Drumstory", queues=("sales", "events"), welcome="Welcome!")
WARM = attrs.evolve(RULES, sites={**RULES.sites, "drumstory": SITE})


def leave(**changes: object) -> c.LeaveMessage:
    told = {"site": "drumstory", "email": "m@x.example", "question": "Hi", **changes}
    return c.LeaveMessage(by=MARIA, **told)  # type: ignore[arg-type]


@pytest.mark.parametrize("command", [start(), leave()], ids=["start", "leave a message"])
def test_who_is_not_entitled_begins_nothing_S3_6(command: c.Wanted) -> None:
    stranger = attrs.evolve(command, origin=origin(entitled=False))  # type: ignore[call-arg]

    refusal = chat().refusal(stranger)
    assert isinstance(refusal, Denied)
    assert refusal.code == "not_entitled"


def test_a_chat_that_goes_on_may_still_become_a_message_S3_6() -> None:
    assert kinds(waiting().when(leave(origin=origin(entitled=False)))) == ["MessageLeft"]
    assert waiting().refuses(leave(origin=origin(banned=True))) == "banned"


def test_a_ban_is_told_before_what_is_missing_S0_33() -> None:
    assert chat().refuses(start(origin=origin(entitled=False, banned=True))) == "banned"


def test_a_chat_knows_the_person_whom_the_host_vouches_for_S3_8() -> None:
    story = waiting(origin=origin(person="keyed-hash", signed_in=True))

    assert story.state.person == "keyed-hash"
    assert "person=keyed-hash" in story.summary.labels
    assert not [label for label in waiting().summary.labels if label.startswith("person")]


def test_the_desk_greets_by_itself_and_that_answers_nothing_S4_23() -> None:
    story = chat(WARM)

    events = story.when(start(question="Do you hire?"))
    assert kinds(events) == ["Started", "Posted"]
    assert events[1] == c.Posted(author="desk", name="Drumstory", text="Welcome!")
    assert story.state.unanswered_since is not None
    assert (story.state.lines, story.state.last_line) == (0, "Do you hire?")


def test_an_accepted_invitation_is_greeted_before_the_agent_is_there_S4_23() -> None:
    story = chat(WARM)

    assert kinds(story.when(start(origin=origin(inviter=ANA_SEAT)))) == [
        *("Started", "Posted", "Accepted"),
    ]


def test_a_bot_speaks_after_the_desk_S4_23() -> None:
    story = chat(attrs.evolve(ruled(sales={"bot": "guide"}), sites=WARM.sites))

    assert kinds(story.when(start()))[:3] == ["Started", "Posted", "BotBegan"]


@pytest.mark.parametrize("make", [waiting, offered, active])
def test_a_ban_ends_a_chat_wherever_it_stands_S0_33(make: object) -> None:
    story = make()  # type: ignore[operator]

    assert kinds(story.when(c.Close(reason="banned")))[-1] == "Closed"
    assert story.state.closed_reason == "banned"
    assert story.when(c.Close(reason="banned")) == []
