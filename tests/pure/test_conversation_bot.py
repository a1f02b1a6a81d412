"""A bot before the people: turns, hand-off, and what happens when it fails (S3-1 to S3-3, F43)."""

from typing import Any

import pytest

from livechat_core import conversation as c
from livechat_core.conversation import Phase
from livechat_core.rules import Rules, seconds
from tests.pure.chats import ANA_SEAT, Chat, chat, origin, ruled, start
from tests.pure.play import ANA, MARIA, SAM, STRANGER, kinds

WITH_BOT = ruled(sales={"bot": "helper", "bot_name": "Robin"})
DAY = 86_400


def served(rules: Rules = WITH_BOT, **changes: Any) -> Chat:
    """Return a chat with a bot that has been asked for the first time."""
    story = chat(rules)
    told: dict[str, Any] = {"question": "Where is my parcel?"}
    story.when(start(origin=origin(availability="offline"), **told | changes))
    return story


def answer(turn: int = 1, *says: str, then: str = "listen", **told: Any) -> c.BotAnswer:
    lines = tuple(c.BotLine(text=text) for text in says)
    return c.BotAnswer(turn=turn, says=lines, then=then, **{"available": "online"} | told)


def test_a_bot_serves_first_whether_or_not_people_are_there_S3_1() -> None:
    story = served()

    assert kinds(story.told) == ["Started", "BotBegan", "BotAsked"]
    assert story.summary.phase == Phase.WITH_BOT
    assert story.summary.rank is None
    assert story.state.serving
    assert story.state.serving.text == "Where is my parcel?"


def test_who_accepts_an_invitation_meets_the_person_who_invited_him() -> None:
    story = chat(WITH_BOT)
    story.when(start(origin=origin(inviter=ANA_SEAT)))

    assert kinds(story.told) == ["Started", "Accepted"]


def test_the_bot_says_its_lines_and_listens_S3_1() -> None:
    story = served()
    line = c.BotLine(text="Which one?", choices=("The red one", "The blue one"))
    told = story.when(
        c.BotAnswer(turn=1, says=(c.BotLine(text="Hello!"), line), memory={"step": "which"})
    )

    assert kinds(told) == ["Posted", "Posted", "BotAnswered"]
    assert told[1] == c.Posted(
        author="bot", name="Robin", text="Which one?", choices=("The red one", "The blue one")
    )
    assert story.summary.facts["unanswered_since"] is None
    assert story.state.serving
    assert story.state.serving.asked_at is None
    story.later(5)
    asked = story.when(c.Post(by=MARIA, text="The red one"))
    assert kinds(asked) == ["Posted", "BotAsked"]
    assert asked[1] == c.BotAsked(turn=2, text="The red one")
    assert story.state.serving.memory == {"step": "which"}


def test_what_is_said_during_a_turn_is_heard_at_the_next() -> None:
    story = served()
    assert kinds(story.when(c.Post(by=MARIA, text="It is late."))) == ["Posted"]
    story.when(c.Post(by=MARIA, text="Very late."))
    told = story.when(answer(1, "Let me see."))

    assert told[-1] == c.BotAsked(turn=2, text="It is late.\nVery late.")
    assert story.state.serving
    assert story.state.serving.unheard == ""


@pytest.mark.parametrize("turn", [0, 2])
def test_an_answer_to_another_turn_says_nothing(turn: int) -> None:
    story = served()

    assert story.when(answer(turn, "Hello")) == []
    assert story.when(c.BotFail(turn=turn)) == []


def test_an_answer_that_comes_twice_is_said_once() -> None:
    story = served()
    story.when(answer(1, "Hello"))

    assert story.when(answer(1, "Hello")) == []


def test_the_bot_solves_it_S3_2() -> None:
    story = served()
    told = story.when(answer(1, "It arrives tomorrow.", then="close"))

    assert kinds(told) == ["Posted", "BotAnswered", "Closed"]
    assert story.summary.facts["closed_reason"] == "bot_resolved"
    assert story.state.serving is None


def test_the_bot_hands_off_with_a_note_for_colleagues_S3_3() -> None:
    story = served()
    story.later(60)
    told = story.when(answer(1, "One moment.", then="hand_off", note="Parcel 12, late"))

    assert kinds(told) == ["Posted", "Noted", "BotAnswered", "HandedOff"]
    assert told[1] == c.Noted(agent="", name="Robin", text="Parcel 12, late")
    assert story.summary.phase == Phase.WAITING
    assert story.summary.rank == (0, story.now)
    assert story.state.serving is None
    assert story.due_in == seconds(3600)


@pytest.mark.parametrize(
    ("wanted", "queue", "priority"), [("events", "events", 5), ("secret", "sales", 0)]
)
def test_the_bot_chooses_the_topic_among_those_of_the_site(
    wanted: str, queue: str, priority: int
) -> None:
    story = served()
    story.when(answer(1, then="hand_off", queue=wanted))

    assert (story.state.queue, story.state.priority) == (queue, priority)


def test_where_nobody_is_the_bot_is_asked_once_more_S3_3() -> None:
    """semantics.md section 4: its branch for "no agent", then a message."""
    story = served()
    told = story.when(answer(1, "One moment.", then="hand_off", available="offline"))

    assert told[-1] == c.BotAsked(turn=2, text="", nobody=True)
    assert story.summary.phase == Phase.WITH_BOT
    told = story.when(answer(2, "Nobody is there.", then="hand_off", available="offline"))
    assert kinds(told) == ["Posted", "BotAnswered", "MessageLeft"]
    assert story.told[-1].reason == "nobody_available"  # type: ignore[attr-defined]


def test_a_full_desk_that_wants_messages_is_nobody() -> None:
    rules = ruled(sales={"bot": "helper", "when_busy": "leave_message"})
    story = served(rules)
    told = story.when(answer(1, then="hand_off", available="busy"))

    assert kinds(told) == ["BotAnswered", "BotAsked"]


def test_what_the_visitor_told_the_bot_is_kept_and_makes_a_message() -> None:
    story = served(name="", email="")
    told = story.when(
        answer(1, then="leave_message", name="Zoë", email="zoe@example.org", phone="+33 1")
    )

    assert kinds(told) == ["Introduced", "BotAnswered", "MessageLeft"]
    left = told[-1]
    assert isinstance(left, c.MessageLeft)
    assert (left.name, left.email, left.reason) == ("Zoë", "zoe@example.org", "bot")
    assert (story.state.phone, story.state.serving) == ("+33 1", None)


def test_a_message_needs_an_address() -> None:
    story = served(email="")
    told = story.when(answer(1, then="leave_message"))

    assert kinds(told) == ["BotAnswered", "Closed"]
    assert story.state.closed_reason == "bot"


def test_what_is_known_is_not_overwritten_A20() -> None:
    story = served(name="Maria", email="maria@example.org")
    story.when(answer(1, name="Eve", email="eve@example.org"))

    assert (story.state.name, story.state.email) == ("Maria", "maria@example.org")


@pytest.mark.parametrize("how", ["silent", "failed"])
def test_people_take_over_from_a_bot_that_does_not_answer(how: str) -> None:
    story = served()
    assert story.due_in == seconds(15)
    story.later(15)
    silent, broken = c.Elapse(available="online"), c.BotFail(turn=1, available="online")
    told = story.when(silent if how == "silent" else broken)

    assert kinds(told) == ["Noted", "HandedOff"]
    assert story.summary.phase == Phase.WAITING


def test_nothing_happens_before_its_time() -> None:
    story = served()

    assert story.later(14).when(c.Elapse()) == []


def test_a_bot_that_fails_where_nobody_is_leaves_a_message() -> None:
    story = served()
    told = story.when(c.BotFail(turn=1, available="offline"))

    assert kinds(told) == ["MessageLeft"]


def test_a_chat_with_a_bot_ends_after_a_silent_day_and_not_for_want_of_a_connection() -> None:
    story = served()
    story.when(answer(1, "Hello"))
    story.when(c.VisitorGone())
    assert story.due_in == seconds(DAY)
    story.later(DAY)
    story.when(c.Elapse())

    assert story.state.closed_reason == "inactive"


def test_the_visitor_asks_for_people_S3_3() -> None:
    story = served()
    assert story.refuses(c.HandOff(by=MARIA, available="offline")) == "nobody_available"
    assert story.refuses(c.HandOff(by=STRANGER, available="online")) == "not_found"
    told = story.when(c.HandOff(by=MARIA, available="busy"))

    assert kinds(told) == ["HandedOff"]
    assert story.when(c.HandOff(by=MARIA)) == []
    assert story.when(answer(1, "Too late", then="close")) == []


def test_staff_take_a_chat_from_the_bot_at_any_time() -> None:
    story = served()
    assert kinds(story.when(c.HandOff(by=SAM))) == ["HandedOff"]
    other = served()
    other.later(30).when(c.Pick(by=ANA, seat=ANA_SEAT))

    assert other.summary.phase == Phase.ACTIVE
    assert (other.state.serving, other.state.waited) == (None, 0)


def test_what_is_over_is_not_handed_off() -> None:
    story = served()
    story.when(c.Close(by=MARIA))

    assert story.refuses(c.HandOff(by=MARIA, available="online")) == "closed"
    assert chat().refuses(c.HandOff(by=MARIA)) == "not_found"


def test_a_chat_keeps_its_place_when_its_queue_is_gone() -> None:
    story = served()
    story.rules = ruled()
    story.rules = type(story.rules)(sites=story.rules.sites, queues={})
    story.when(c.HandOff(by=SAM))

    assert (story.state.queue, story.state.priority) == ("sales", 0)
