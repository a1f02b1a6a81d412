"""Where an agent is a guest: noted in his working time, no place of his unless the desk says so."""

import pytest

from livechat_core import presence as p
from livechat_core.presence import FreeSlot, JoinChat, LeaveChat, SetStatus, TakeSlot
from tests.pure.agents import ONE, THREE, TWO, holding, in_phase, working
from tests.pure.play import ANA

JOIN = JoinChat(conversation=THREE)


def test_a_joined_chat_takes_no_place_S1_11() -> None:
    story = holding(ONE, TWO)

    assert story.when(JOIN) == [p.ChatJoined(conversation=THREE, weight=0)]
    assert story.when(JOIN) == []
    facts = story.summary.facts
    assert (facts["guest_of"], facts["load"], facts["slots"]) == ([THREE], 2, [ONE, TWO])
    assert story.when(LeaveChat(conversation=THREE)) == [p.ChatLeft(conversation=THREE)]
    assert story.when(LeaveChat(conversation=THREE)) == []


def test_where_joined_chats_count_they_fill_the_agent_F32() -> None:
    story = holding(ONE)
    story.when(JoinChat(conversation=THREE, weight=1))

    assert (story.state.load, story.summary.facts["why_not"]) == (2, "full")
    assert story.refuses(TakeSlot(conversation=TWO)) == "agent_full"
    assert story.refuses(JoinChat(conversation=TWO, weight=1)) == "agent_full"
    story.when(JoinChat(conversation=TWO))
    assert story.state.load == 2


def test_a_guest_who_gets_the_chat_pays_for_it_once_F32() -> None:
    story = holding(ONE)
    story.when(JoinChat(conversation=THREE, weight=1))

    story.when(TakeSlot(conversation=THREE, by_hand=True))
    story.when(LeaveChat(conversation=THREE))
    assert story.state.load == 2


@pytest.mark.parametrize("phase", ["available", "busy", "away"])
def test_whoever_is_there_joins(phase: str) -> None:
    assert in_phase(phase).when(JOIN) == [p.ChatJoined(conversation=THREE)]


@pytest.mark.parametrize("phase", ["draining", "grace", "ended"])
def test_whoever_goes_or_is_gone_does_not_join(phase: str) -> None:
    assert in_phase(phase).refuses(JOIN) == "not_routable"


def test_who_is_only_a_guest_goes_offline_at_once_and_is_still_named() -> None:
    story = working()
    story.when(JOIN)

    assert story.when(SetStatus(by=ANA, status="offline")) == [
        p.Ended(reason="offline", slots=frozenset())
    ]
    assert list(story.state.guest_of) == [THREE]
    assert story.when(LeaveChat(conversation=THREE)) == []


def test_a_guest_stays_while_his_own_chats_end() -> None:
    story = holding(ONE)
    story.when(JOIN, SetStatus(by=ANA, status="offline"))
    assert story.state.phase is p.Phase.DRAINING

    story.when(FreeSlot(conversation=ONE))
    assert story.state.phase is p.Phase.ENDED
