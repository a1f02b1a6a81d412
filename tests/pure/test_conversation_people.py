"""Who takes part in a chat beside its owner: joining, leaving, looking on, whispering."""

from typing import Any

import pytest

from livechat_core import conversation as c
from livechat_core.errors import Denied, NotFound, Rejected
from livechat_core.rules import AgentGone, Rules
from livechat_core.streams import Actor, Command, Role
from tests.pure.chats import ANA_SEAT, BEN_SEAT, Chat, active, chat, offered, ruled, waiting
from tests.pure.play import ANA, BEN, MARIA, NOON, RULES, SAM, kinds

SAM_SEAT = c.Seat(agent="sam", name="Sam", presence="presence/sam.1")
JOIN = c.Join(by=BEN, seat=BEN_SEAT)
BEN_LEFT = c.Left(agent="Ben", seat=BEN_SEAT, reason="handed_on")


def joined(rules: Rules = RULES) -> Chat:
    """Return a chat that Ana has, which Ben has joined a minute later."""
    story = active(rules)
    story.later(60).when(JOIN)
    return story


# --- joining -------------------------------------------------------------------------------------


def test_a_colleague_joins_a_chat_once_and_is_named_with_the_time_S1_11_S1_7() -> None:
    story = joined()

    assert story.told[-1] == c.Joined(agent="Ben", seat=BEN_SEAT)
    facts = story.summary.facts
    assert (facts["came"], facts["guests"]) == (
        NOON,
        [{"agent": "ben", "name": "Ben", "joined": story.now}],
    )
    assert story.when(JOIN) == story.when(c.Join(by=ANA, seat=ANA_SEAT)) == []


@pytest.mark.parametrize("story", [waiting(), offered()], ids=["waiting", "offered"])
def test_a_chat_that_nobody_has_is_not_joined(story: Chat) -> None:
    assert story.refuses(JOIN) == "not_now"


def test_who_is_not_at_work_does_not_join() -> None:
    assert active().refuses(c.Join(by=BEN)) == "not_available"


def test_a_chat_has_so_many_guests_at_most() -> None:
    story = active()
    for number in range(c.people.MOST_GUESTS):
        agent = Actor(role=Role.AGENT, id=f"a{number}", name="A")
        seat = c.Seat(agent=agent.id, name="A", presence=f"presence/{agent.id}.1")
        story.when(c.Join(by=agent, seat=seat))

    assert story.refuses(JOIN) == "too_many_guests"


def test_a_guest_writes_and_others_do_not() -> None:
    story = joined()

    assert kinds(story.when(c.Post(by=BEN, text="Hello"))) == ["Posted"]
    assert story.told[-1].name == "Ben"  # type: ignore[attr-defined]
    story.when(c.Leave(by=BEN))
    assert isinstance(story.refusal(c.Post(by=BEN, text="Hello")), Denied)


# --- leaving -------------------------------------------------------------------------------------


def test_a_guest_leaves_and_who_is_not_there_has_left_already_S1_12() -> None:
    story = joined()

    assert story.when(c.Leave(by=BEN)) == [c.Left(agent="Ben", seat=BEN_SEAT)]
    assert story.when(c.Leave(by=BEN)) == []
    assert story.summary.facts["guests"] == []
    assert waiting().when(c.Leave(by=BEN)) == []


def test_the_last_agent_does_not_leave_S1_12() -> None:
    refusal = active().refusal(c.Leave(by=ANA))

    assert isinstance(refusal, Rejected)
    assert (refusal.code, refusal.facts) == ("last_agent", {"instead": "transfer or close"})


def test_the_guest_who_came_first_has_the_chat_then_unless_another_is_named_S1_12() -> None:
    for to, heir in (("", BEN_SEAT), ("sam", SAM_SEAT)):
        story = joined()
        story.later(5).when(c.Join(by=SAM, seat=SAM_SEAT))
        told = story.when(c.Leave(by=ANA, to=to))

        assert told == [c.TakenOver(agent=heir.name, seat=heir, former=ANA_SEAT)]
        assert story.state.owner == heir
        assert heir.agent not in story.state.guests
        assert "agent=" + heir.agent in story.summary.labels


def test_who_takes_over_is_in_the_chat_since_he_joined_S1_7() -> None:
    story = joined()
    came = story.now
    story.later(300).when(c.Leave(by=ANA))

    assert (story.summary.facts["came"], story.summary.facts["joined"]) == (came, story.now)


def test_only_a_guest_takes_over() -> None:
    assert joined().refuses(c.Leave(by=ANA, to="sam")) == "not_in_chat"


def test_where_agents_do_not_give_chats_away_they_do_not_leave_them_either_S3_16() -> None:
    story = joined(ruled(agents_transfer=False))

    assert isinstance(story.refusal(c.Leave(by=ANA)), Denied)
    assert kinds(story.when(c.Leave(by=BEN))) == ["Left"]


def test_leaving_takes_back_a_transfer_that_nobody_has_answered() -> None:
    story = joined()
    story.when(c.Transfer(by=ANA, agent="sam", seat=SAM_SEAT))

    assert kinds(story.when(c.Leave(by=ANA))) == ["TransferEnded", "TakenOver"]


# --- guests go with the owner --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (c.Close(by=MARIA), ["Left", "Closed"]),
        (c.Transfer(by=ANA, queue="events", anyway=True), ["Left", "Requeued"]),
        (c.ReleaseAgent(agent="ana", reason="offline"), ["Left", "Requeued"]),
        (c.ReleaseAgent(agent="ben", reason="offline"), ["Left"]),
    ],
    ids=["closed", "queue", "owner gone", "guest gone"],
)
def test_guests_leave_before_the_owners_stay_ends(command: Command, told: list[str]) -> None:
    story = joined()

    assert kinds(story.when(command)) == told
    assert story.state.guests == {}


def test_a_transfer_sends_the_other_guests_away_and_lets_its_taker_stay() -> None:
    story = joined()
    came = story.now
    story.when(c.Join(by=SAM, seat=SAM_SEAT))
    (asked,) = story.when(c.Transfer(by=ANA, agent="ben", seat=BEN_SEAT))
    assert isinstance(asked, c.TransferOffered)

    told = story.later(5).when(c.Accept(by=BEN, offer=asked.offer))

    assert told[0] == c.Left(agent="Sam", seat=SAM_SEAT, reason="handed_on")
    assert kinds(told) == ["Left", "TransferAccepted"]
    assert (story.state.guests, story.summary.facts["came"]) == ({}, came)


def test_where_chats_end_with_their_agent_guests_leave_too() -> None:
    story = joined(ruled(agent_gone=AgentGone.CLOSE))

    assert kinds(story.when(c.ReleaseAgent(agent="ana", reason="offline"))) == ["Left", "Closed"]


def test_guests_leave_a_chat_on_hold_and_nobody_joins_it_S3_17() -> None:
    story = joined()
    story.when(c.Post(by=ANA, text="I ask and come back"))

    assert kinds(story.when(c.Snooze(by=ANA, until=0))) == ["Left", "Snoozed"]
    assert story.refuses(JOIN) == story.refuses(c.Leave(by=ANA)) == "not_now"


# --- supervisors ---------------------------------------------------------------------------------


def test_a_supervisor_looks_on_once_and_not_where_he_takes_part_F32() -> None:
    story = active()

    assert story.when(c.LookOn(by=SAM)) == [c.LookedOn(agent="sam", name="Sam")]
    assert story.when(c.LookOn(by=SAM)) == []
    assert joined().when(c.LookOn(by=BEN)) == []
    assert waiting().refuses(c.LookOn(by=SAM)) == "not_now"


def test_a_whisper_is_for_the_agent_who_has_the_chat_F32() -> None:
    story = active()

    assert story.when(c.Whisper(by=SAM, text="Offer ten per cent")) == [
        c.Whispered(agent="sam", name="Sam", to="ana", text="Offer ten per cent")
    ]
    assert story.refuses(c.Whisper(by=ANA, text="Hm")) == "same_agent"
    assert waiting().refuses(c.Whisper(by=SAM, text="Hm")) == "not_now"


@pytest.mark.parametrize(
    "command",
    [JOIN, c.Leave(by=BEN), c.LookOn(by=SAM), c.Whisper(by=SAM, text="Hm")],
    ids=lambda command: type(command).__name__,
)
def test_what_has_not_begun_does_not_exist_A2(command: Any) -> None:
    assert isinstance(chat().refusal(command), NotFound)
