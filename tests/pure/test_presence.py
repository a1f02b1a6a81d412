"""An agent's working time: connections, the chosen status, and slots."""

import attrs
import pytest

from livechat_core import presence as p
from livechat_core.errors import Denied, NotFound
from livechat_core.presence import DECIDER, FreeSlot, Profile, SetStatus, SignIn, State, TakeSlot
from livechat_core.streams import SYSTEM
from tests.pure.play import ANA, BEN, NOON, Story, kinds

PROFILE = Profile(name="Ana", queues=("sales",), capacity=2, tier=1)
SIGN_IN = SignIn(by=ANA, connection="w1", process="p1", profile=PROFILE, last_assigned=7)
OTHER_WINDOW = attrs.evolve(SIGN_IN, connection="w2", process="p2")


def new() -> Story[State]:
    return Story(DECIDER)


def working() -> Story[State]:
    story = new()
    story.when(SIGN_IN)
    return story


def in_phase(phase: str) -> Story[State]:
    """Return Ana in this phase, with one chat wherever she may have one."""
    if phase == "new":
        return new()
    story = working()
    story.when(TakeSlot(conversation="conversation/1"))
    if phase in ("busy", "away"):
        story.when(SetStatus(by=ANA, status=phase))
    elif phase == "draining":
        story.when(SetStatus(by=ANA, status="offline"))
    elif phase in ("grace", "ended"):
        story.when(p.Disconnect(connection="w1"))
    if phase == "ended":
        story.later(60).when(p.Elapse())
    assert story.summary.phase == phase
    return story


def test_signing_in_makes_an_agent_available() -> None:
    story = working()

    assert story.summary.phase == "available"
    assert story.summary.labels == {"agent=ana", "process=p1"}
    assert story.summary.facts["why_not"] == ""
    assert story.summary.facts["queues"] == ["sales"]
    assert story.summary.facts["last_assigned"] == 7


def test_one_more_window_is_one_more_connection_and_the_same_one_none() -> None:
    story = working()

    assert story.when(OTHER_WINDOW) == [p.Connected(connection="w2", process="p2")]
    assert story.when(OTHER_WINDOW) == []
    assert story.summary.labels == {"agent=ana", "process=p1", "process=p2"}


def test_nobody_signs_in_to_a_colleagues_working_time() -> None:
    assert isinstance(working().refusal(attrs.evolve(SIGN_IN, by=BEN)), Denied)


def test_slots_are_taken_up_to_the_capacity_and_never_above_G7_I5() -> None:
    story = working()
    story.when(TakeSlot(conversation="conversation/1"))
    story.when(TakeSlot(conversation="conversation/2"))

    assert story.when(TakeSlot(conversation="conversation/2")) == []
    refusal = story.refusal(TakeSlot(conversation="conversation/3", by_hand=True))
    assert (refusal.code, refusal.facts) == ("agent_full", {"agent": "ana", "capacity": 2})
    assert story.summary.facts["why_not"] == "full"
    assert story.summary.facts["load"] == 2
    assert story.summary.facts["last_assigned"] == NOON


def test_a_freed_slot_can_be_taken_again_and_misses_are_counted_until_one_is_not() -> None:
    story = in_phase("available")

    assert story.when(FreeSlot(conversation="conversation/9")) == []
    story.when(FreeSlot(conversation="conversation/1", missed=True))
    assert story.summary.facts["missed"] == 1
    story.when(TakeSlot(conversation="conversation/2"), FreeSlot(conversation="conversation/2"))
    assert story.summary.facts["missed"] == 0


@pytest.mark.parametrize("phase", ["busy", "away", "draining", "grace", "ended"])
def test_only_who_is_available_can_be_asked(phase: str) -> None:
    refusal = in_phase(phase).refusal(TakeSlot(conversation="conversation/2"))

    assert (refusal.code, refusal.facts["why"]) == ("not_routable", phase)


@pytest.mark.parametrize(("phase", "may"), [("busy", True), ("away", True), ("draining", False)])
def test_who_is_busy_or_away_may_still_take_a_chat_by_hand(phase: str, may: bool) -> None:  # noqa: FBT001
    story, command = in_phase(phase), TakeSlot(conversation="conversation/2", by_hand=True)

    assert (kinds(story.when(command)) if may else story.refuses(command)) == (
        ["SlotTaken"] if may else "not_routable"
    )


def test_choosing_a_status_names_the_chats_so_that_offers_can_be_taken_back() -> None:
    story = in_phase("available")
    chats = frozenset({"conversation/1"})

    assert story.when(SetStatus(by=ANA, status="busy")) == [p.BecameBusy(slots=chats)]
    assert story.when(SetStatus(by=ANA, status="busy")) == []
    assert story.when(SetStatus(by=ANA, status="away")) == [p.BecameAway(slots=chats)]
    assert story.when(SetStatus(by=SYSTEM, status="available")) == [p.BecameAvailable()]


def test_a_status_is_chosen_by_its_owner_and_is_one_of_four() -> None:
    assert isinstance(new().refusal(SetStatus(by=ANA, status="away")), NotFound)
    assert isinstance(working().refusal(SetStatus(by=BEN, status="away")), Denied)
    assert working().refuses(SetStatus(by=ANA, status="asleep")) == "bad_status"
    assert in_phase("grace").refuses(SetStatus(by=ANA, status="away")) == "not_connected"
    assert in_phase("ended").refuses(SetStatus(by=ANA, status="away")) == "signed_out"


def test_going_offline_without_a_chat_ends_the_working_time() -> None:
    story = working()

    assert story.when(SetStatus(by=ANA, status="offline")) == [
        p.Ended(reason="offline", slots=frozenset())
    ]
    assert story.when(SetStatus(by=ANA, status="offline")) == []
    assert story.refuses(SIGN_IN) == "signed_out"


def test_going_offline_with_a_chat_waits_for_its_end_F31() -> None:
    story = in_phase("draining")

    assert story.when(SetStatus(by=ANA, status="offline")) == []
    assert kinds(story.when(FreeSlot(conversation="conversation/1"))) == ["SlotFreed", "Ended"]


def test_who_is_draining_may_change_the_mind() -> None:
    story = in_phase("draining")

    assert kinds(story.when(SetStatus(by=ANA, status="available"))) == ["BecameAvailable"]
    assert kinds(story.when(FreeSlot(conversation="conversation/1"))) == ["SlotFreed"]


def test_an_old_windows_death_never_harms_a_newer_one_G10_M14() -> None:
    story = working()
    story.when(OTHER_WINDOW)

    assert story.when(p.Disconnect(connection="w1")) == [
        p.Disconnected(connections=frozenset({"w1"}))
    ]
    assert story.when(p.Disconnect(connection="w1")) == []
    assert story.summary.phase == "available"


def test_a_connection_that_moves_to_another_process_counts_once() -> None:
    story = working()
    story.when(attrs.evolve(SIGN_IN, process="p2"))

    assert story.when(p.ProcessLost(process="p1")) == []
    assert kinds(story.when(p.ProcessLost(process="p2"))) == ["GraceBegan"]


def test_the_last_windows_death_begins_the_grace_and_names_the_chats() -> None:
    story = in_phase("available")

    assert story.when(p.Disconnect(connection="w1")) == [
        p.GraceBegan(
            connections=frozenset({"w1"}),
            until=NOON + story.rules.grace,
            slots=frozenset({"conversation/1"}),
        )
    ]
    assert story.due_in == story.rules.grace
    assert story.summary.facts["status"] == "grace"


def test_a_lost_process_takes_its_connections_with_it() -> None:
    story = working()
    story.when(OTHER_WINDOW)

    assert kinds(story.when(p.ProcessLost(process="p1"))) == ["Disconnected"]
    assert kinds(story.when(p.ProcessLost(process="p2"))) == ["GraceBegan"]
    assert story.when(p.ProcessLost(process="p2")) == []


@pytest.mark.parametrize(
    ("chosen", "events"),
    [
        ("available", ["Returned"]),
        ("busy", ["Returned", "BecameBusy"]),
        ("away", ["Returned", "BecameAway"]),
        ("draining", ["Returned", "DrainBegan"]),
    ],
)
def test_a_return_within_the_grace_brings_the_chosen_status_back(
    chosen: str, events: list[str]
) -> None:
    story = in_phase(chosen)
    story.when(p.Disconnect(connection="w1"))
    story.later(59)

    assert kinds(story.when(OTHER_WINDOW)) == events
    assert story.summary.phase == chosen
    assert story.summary.due_at is None


def test_who_was_leaving_and_lost_the_connection_ends_with_the_last_chat() -> None:
    story = in_phase("draining")
    story.when(p.Disconnect(connection="w1"))

    assert kinds(story.when(FreeSlot(conversation="conversation/1"))) == ["SlotFreed", "Ended"]


def test_when_the_grace_is_over_the_chats_are_given_up_G10() -> None:
    story = in_phase("grace")

    assert story.later(59).when(p.Elapse()) == []
    assert story.later(1).when(p.Elapse()) == [
        p.Ended(reason="connection_lost", slots=frozenset({"conversation/1"}))
    ]
    assert (story.state.slots, story.state.connections) == (frozenset(), frozenset())
    assert story.state.ended == "connection_lost"
    assert story.when(p.Elapse()) == []


@pytest.mark.parametrize("phase", ["new", "ended"])
def test_what_is_caused_is_never_refused(phase: str) -> None:
    story = in_phase(phase)

    for command in (
        FreeSlot(conversation="conversation/1"),
        p.Disconnect(connection="w1"),
        p.ProcessLost(process="p1"),
        p.Elapse(),
    ):
        assert story.when(command) == []
