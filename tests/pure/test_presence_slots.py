"""The places for chats: limits, pace, quiet chats, and the time for notes."""

import attrs
import pytest

from livechat_core import presence as p
from livechat_core.errors import Denied, NotFound
from livechat_core.presence import (
    FinishWrapUp,
    FreeSlot,
    QuietSlot,
    SetStatus,
    Slot,
    StirSlot,
    TakeSlot,
)
from livechat_core.presence.pace import ready_at
from livechat_core.rules import seconds
from livechat_core.streams import SYSTEM
from tests.pure.agents import (
    NOBODY,
    ONE,
    OTHER_WINDOW,
    THREE,
    TWO,
    holding,
    in_phase,
    new,
    working,
)
from tests.pure.play import ANA, BEN, NOON, RULES, SAM, kinds

WRAP_UP = FreeSlot(conversation=ONE, wrap_up=seconds(20))


# --- limits --------------------------------------------------------------------------------------


def test_slots_are_taken_up_to_the_capacity_and_never_above_G7_I5() -> None:
    story = holding(ONE, TWO)

    assert story.when(TakeSlot(conversation=TWO)) == []
    refusal = story.refusal(TakeSlot(conversation=THREE, by_hand=True))
    assert (refusal.code, refusal.facts) == ("agent_full", {"agent": "ana", "capacity": 2})
    assert story.summary.facts["why_not"] == "full"
    assert story.summary.facts["load"] == 2
    assert story.summary.facts["last_assigned"] == NOON


def test_a_chat_takes_as_many_units_as_its_queue_says_F8() -> None:
    story = working(capacity=3)
    story.when(TakeSlot(conversation=ONE, queue="sales", weight=2))

    assert story.state.slots == {ONE: Slot(queue="sales", weight=2)}
    assert story.summary.facts["load"] == 2
    assert story.refuses(TakeSlot(conversation=TWO, weight=2)) == "agent_full"
    assert story.summary.facts["why_not"] == ""
    assert story.when(TakeSlot(conversation=TWO, queue="events")) == [
        p.SlotTaken(conversation=TWO, queue="events", weight=1, ready_at=0)
    ]
    assert story.summary.facts["why_not"] == "full"


@pytest.mark.parametrize("by_hand", [False, True])
def test_chats_of_one_queue_have_a_limit_of_their_own_F6(by_hand: bool) -> None:  # noqa: FBT001
    story = working(capacity=9)
    one_more = TakeSlot(conversation=TWO, queue="sales", agent_limit=1, by_hand=by_hand)
    story.when(TakeSlot(conversation=ONE, queue="sales", agent_limit=1))

    refusal = story.refusal(one_more)
    assert refusal.code == "agent_full_in_queue"
    assert refusal.facts == {"agent": "ana", "queue": "sales", "limit": 1}
    assert kinds(story.when(attrs.evolve(one_more, queue="events"))) == ["SlotTaken"]
    assert kinds(story.when(TakeSlot(conversation=THREE, queue="sales"))) == ["SlotTaken"]
    assert story.summary.facts["chats"] == {"sales": 2, "events": 1}


def test_a_limit_of_none_at_all_lets_nobody_in_F6() -> None:
    assert working().refuses(TakeSlot(conversation=ONE, agent_limit=0)) == "agent_full_in_queue"


@pytest.mark.parametrize("phase", ["new", "busy", "away", "draining", "grace", "ended"])
def test_only_who_is_available_can_be_asked(phase: str) -> None:
    story = in_phase(phase)
    refusal = story.refusal(TakeSlot(conversation=TWO))

    assert refusal.code == "not_routable"
    assert refusal.facts == {"agent": story.state.agent, "why": phase}


@pytest.mark.parametrize(
    ("phase", "may"),
    [("busy", True), ("away", True), ("draining", False), ("grace", False)],
)
def test_who_is_busy_or_away_may_still_take_a_chat_by_hand_F10(phase: str, may: bool) -> None:  # noqa: FBT001
    story, command = in_phase(phase), TakeSlot(conversation=TWO, by_hand=True)

    assert (kinds(story.when(command)) if may else story.refuses(command)) == (
        ["SlotTaken"] if may else "not_routable"
    )


def test_a_freed_slot_can_be_taken_again() -> None:
    story = holding(ONE, TWO)

    assert story.when(FreeSlot(conversation=THREE)) == []
    story.later(5).when(FreeSlot(conversation=ONE))
    assert story.summary.facts["slots"] == [TWO]
    assert story.summary.facts["idle_since"] == NOON + seconds(5)
    assert kinds(story.when(TakeSlot(conversation=ONE))) == ["SlotTaken"]


# --- pace ----------------------------------------------------------------------------------------

BUFFER = attrs.evolve(RULES, buffer=seconds(10))
RATE = attrs.evolve(RULES, assignments=2, assignment_window=seconds(60))


def test_after_an_assignment_there_is_a_pause_F21() -> None:
    story = working(BUFFER)
    story.when(TakeSlot(conversation=ONE))

    assert story.summary.facts["ready_at"] == NOON + seconds(10)
    assert story.summary.facts["why_not"] == ""
    refusal = story.later(9.999999).refusal(TakeSlot(conversation=TWO))
    assert refusal.code == "resting"
    assert refusal.facts == {"agent": "ana", "ready_at": NOON + seconds(10)}
    story.later(0.000001).when(TakeSlot(conversation=TWO))
    assert story.summary.facts["ready_at"] == NOON + seconds(20)


def test_who_takes_a_chat_by_hand_need_not_rest_but_rests_afterwards_F21() -> None:
    story = working(BUFFER)
    story.when(TakeSlot(conversation=ONE))
    story.later(5).when(TakeSlot(conversation=TWO, by_hand=True))

    assert story.summary.facts["ready_at"] == NOON + seconds(15)


def test_so_many_assignments_in_a_sliding_window_F21() -> None:
    story = working(RATE, capacity=9)
    story.when(TakeSlot(conversation=ONE))
    story.later(50).when(TakeSlot(conversation=TWO))

    assert story.summary.facts["recent"] == [NOON, NOON + seconds(50)]
    assert story.later(9).refuses(TakeSlot(conversation=THREE)) == "resting"
    story.later(1).when(TakeSlot(conversation=THREE))
    assert story.summary.facts["ready_at"] == NOON + seconds(110)


def test_the_longer_of_pause_and_window_holds_F21() -> None:
    both = attrs.evolve(RATE, buffer=seconds(10))

    assert ready_at((0,), both) == seconds(10)
    assert ready_at((0, seconds(20)), both) == seconds(60)
    assert ready_at((0, seconds(55)), both) == seconds(65)
    assert ready_at((), both) == 0
    assert ready_at((5,), RULES) == 0


def test_the_pace_is_remembered_only_as_far_as_it_is_asked_for_F21() -> None:
    rules = attrs.evolve(RULES, assignments=p.RECENT + 5, assignment_window=seconds(600))
    story = working(rules, capacity=99)
    for number in range(p.RECENT):
        assert story.state.ready_at <= story.now
        story.later(1).when(TakeSlot(conversation=f"conversation/{number}"))

    first = NOON + seconds(1)
    assert story.state.recent[0] == first
    assert story.state.ready_at == first + seconds(600)
    story.later(600).when(TakeSlot(conversation="conversation/last"))
    assert (len(story.state.recent), story.state.recent[0]) == (p.RECENT, first + seconds(1))
    assert holding(ONE).state.recent == ()


# --- quiet chats ---------------------------------------------------------------------------------


def test_a_quiet_chat_takes_no_place_F7() -> None:
    story = working()
    story.when(*(TakeSlot(conversation=chat, queue="sales") for chat in (ONE, TWO)))

    assert story.when(QuietSlot(conversation=ONE)) == [p.SlotQuiet(conversation=ONE)]
    assert story.when(QuietSlot(conversation=ONE)) == []
    facts = story.summary.facts
    assert (facts["load"], facts["why_not"], facts["slots"]) == (1, "", [ONE, TWO])
    assert facts["chats"] == {"sales": 1}
    limited = TakeSlot(conversation=THREE, queue="sales", agent_limit=2)
    assert kinds(story.when(limited)) == ["SlotTaken"]


def test_a_chat_that_stirs_takes_its_place_even_above_the_capacity_F7_G7() -> None:
    story = holding(ONE, TWO)
    story.when(QuietSlot(conversation=ONE), TakeSlot(conversation=THREE))

    assert story.when(StirSlot(conversation=ONE)) == [p.SlotStirred(conversation=ONE)]
    assert story.when(StirSlot(conversation=ONE)) == []
    assert (story.summary.facts["load"], story.summary.facts["why_not"]) == (3, "full")
    story.when(FreeSlot(conversation=TWO))
    assert story.refuses(TakeSlot(conversation=TWO)) == "agent_full"
    story.when(FreeSlot(conversation=THREE))
    assert kinds(story.when(TakeSlot(conversation=TWO))) == ["SlotTaken"]


def test_a_quiet_chat_keeps_queue_and_weight_and_is_still_held_F7() -> None:
    story = working()
    story.when(TakeSlot(conversation=ONE, queue="sales", weight=2), QuietSlot(conversation=ONE))

    assert story.state.slots == {ONE: Slot(queue="sales", weight=2, quiet=True)}
    assert story.when(TakeSlot(conversation=ONE, queue="sales", weight=2)) == []
    assert kinds(story.when(SetStatus(by=ANA, status="offline"))) == ["DrainBegan"]


# --- the time for notes --------------------------------------------------------------------------


def test_after_a_chat_the_agent_is_kept_free_for_notes_F26() -> None:
    story = holding(ONE, TWO)

    assert story.when(WRAP_UP) == [
        p.WrapUpBegan(conversation=ONE, until=NOON + seconds(20), counts=True)
    ]
    assert story.when(WRAP_UP, FreeSlot(conversation=ONE)) == []
    facts = story.summary.facts
    assert (facts["slots"], facts["wrapping"], facts["load"]) == ([ONE, TWO], [ONE], 2)
    assert story.refuses(TakeSlot(conversation=THREE)) == "agent_full"
    assert story.due_in == seconds(20)
    assert story.later(19).when(p.Elapse()) == []
    assert story.later(1).when(p.Elapse()) == [p.SlotFreed(conversation=ONE, missed=False)]
    assert story.summary.due_at is None
    assert story.summary.facts["idle_since"] == NOON + seconds(20)


def test_the_shortest_time_for_notes_is_one_F26() -> None:
    assert kinds(holding(ONE).when(attrs.evolve(WRAP_UP, wrap_up=1))) == ["WrapUpBegan"]
    assert kinds(holding(ONE).when(attrs.evolve(WRAP_UP, wrap_up=0))) == ["SlotFreed"]


def test_notes_take_no_place_where_the_rules_say_so_F26() -> None:
    story = holding(ONE, TWO, rules=attrs.evolve(RULES, wrap_up_counts=False))
    story.when(WRAP_UP)

    assert story.summary.facts["load"] == 1
    assert story.summary.facts["wrapping"] == [ONE]
    assert kinds(story.when(TakeSlot(conversation=THREE))) == ["SlotTaken"]


def test_notes_on_a_quiet_chat_count_like_any_others_F26() -> None:
    story = holding(ONE)
    story.when(QuietSlot(conversation=ONE), WRAP_UP)

    assert story.summary.facts["load"] == 1
    assert story.when(QuietSlot(conversation=ONE)) == []


def test_an_offer_that_was_missed_leaves_nothing_to_write_F26() -> None:
    missed = attrs.evolve(WRAP_UP, missed=True)

    assert holding(ONE).when(missed) == [p.SlotFreed(conversation=ONE, missed=True)]


def test_the_agent_ends_the_notes_and_nobody_else_F26() -> None:
    story, finish = holding(ONE, TWO), FinishWrapUp(by=ANA, conversation=ONE)
    story.when(WRAP_UP)

    for colleague in (BEN, SAM):
        assert isinstance(story.refusal(attrs.evolve(finish, by=colleague)), Denied)
    assert story.when(attrs.evolve(finish, conversation=TWO)) == []
    assert story.when(finish) == [p.SlotFreed(conversation=ONE, missed=False)]
    assert story.when(finish) == []
    assert isinstance(new().refusal(finish), NotFound)


def test_the_desk_may_end_the_notes_too_F26() -> None:
    story = holding(ONE)
    story.when(WRAP_UP)

    assert kinds(story.when(FinishWrapUp(by=SYSTEM, conversation=ONE))) == ["SlotFreed"]


def test_a_chat_that_comes_back_during_the_notes_takes_its_own_place_F26() -> None:
    story = working(capacity=1)
    again = TakeSlot(conversation=ONE, queue="sales", agent_limit=1)
    story.when(again, WRAP_UP)

    assert kinds(story.when(again)) == ["SlotTaken"]
    assert story.state.slots == {ONE: Slot(queue="sales")}
    assert story.later(20).when(p.Elapse()) == []


def test_several_notes_end_each_at_its_time_F26() -> None:
    story = holding(ONE, TWO, THREE, capacity=3)
    story.when(attrs.evolve(WRAP_UP, conversation=TWO, wrap_up=seconds(30)), WRAP_UP)
    story.when(attrs.evolve(WRAP_UP, conversation=THREE))

    assert story.due_in == seconds(20)
    assert story.later(20).when(p.Elapse()) == [
        p.SlotFreed(conversation=chat, missed=False) for chat in (ONE, THREE)
    ]
    assert story.due_in == seconds(10)


def test_who_leaves_after_the_last_chat_writes_no_notes_F26_F31() -> None:
    story = holding(ONE, TWO)
    story.when(SetStatus(by=ANA, status="offline"))

    assert kinds(story.when(WRAP_UP)) == ["WrapUpBegan"]
    assert story.when(attrs.evolve(WRAP_UP, conversation=TWO)) == [
        p.SlotFreed(conversation=TWO, missed=False),
        p.Ended(reason="offline", slots=NOBODY),
    ]
    assert (story.state.slots, story.summary.due_at) == ({}, None)


def test_who_only_writes_notes_can_leave_at_once_F26_F31() -> None:
    story = holding(ONE)
    story.when(WRAP_UP)

    assert story.when(SetStatus(by=ANA, status="offline")) == [
        p.Ended(reason="offline", slots=NOBODY)
    ]


def test_notes_go_on_while_the_agent_is_away_or_gone_F26_F27() -> None:
    story = holding(ONE, TWO)
    story.when(attrs.evolve(WRAP_UP, wrap_up=seconds(70)))

    assert story.when(SetStatus(by=ANA, status="away")) == [p.BecameAway(slots=frozenset({TWO}))]
    (grace,) = story.when(p.Disconnect(connection="w1"))
    assert grace == p.GraceBegan(
        connections=frozenset({"w1"}), until=NOON + seconds(60), slots=frozenset({TWO})
    )
    assert story.due_in == seconds(60)
    assert story.later(59).when(OTHER_WINDOW)[1] == p.BecameAway(slots=frozenset({TWO}))
    assert story.due_in == seconds(11)


def test_the_end_of_the_grace_drops_the_notes_F26_F27() -> None:
    story = holding(ONE, TWO)
    story.when(attrs.evolve(WRAP_UP, wrap_up=seconds(70)), p.Disconnect(connection="w1"))

    assert story.later(60).when(p.Elapse()) == [
        p.Ended(reason="connection_lost", slots=frozenset({TWO}))
    ]
    assert story.summary.facts["wrapping"] == []
