"""An agent's working time: its windows, its phases, and its end."""

import attrs
import pytest

from livechat_core import presence as p
from livechat_core.errors import Denied, NotFound
from livechat_core.presence import FreeSlot, SetStatus, TakeSlot
from livechat_core.rules import AgentGone
from livechat_core.streams import SYSTEM
from tests.pure.agents import (
    NOBODY,
    ONE,
    OTHER_WINDOW,
    SIGN_IN,
    TWO,
    holding,
    in_phase,
    new,
    working,
)
from tests.pure.play import ANA, BEN, NOON, RULES, kinds

KEEP = attrs.evolve(RULES, agent_gone=AgentGone.KEEP)


def test_signing_in_makes_an_agent_available() -> None:
    story = working()

    assert (story.summary.stream, story.summary.phase) == ("presence/1", "available")
    assert story.summary.labels == {"agent=ana", "process=p1"}
    assert story.summary.facts["why_not"] == ""


def test_one_more_window_is_one_more_connection_and_the_same_one_none() -> None:
    story = working()

    assert story.when(OTHER_WINDOW) == [p.Connected(connection="w2", process="p2")]
    assert story.when(OTHER_WINDOW) == []
    assert story.summary.labels == {"agent=ana", "process=p1", "process=p2"}


def test_nobody_signs_in_to_a_colleagues_working_time() -> None:
    assert isinstance(working().refusal(attrs.evolve(SIGN_IN, by=BEN)), Denied)


def test_choosing_a_status_names_the_chats_so_that_offers_can_be_taken_back() -> None:
    story = in_phase("available")
    chats = frozenset({ONE})

    assert story.when(SetStatus(by=ANA, status="busy")) == [p.BecameBusy(slots=chats)]
    assert story.when(SetStatus(by=ANA, status="busy")) == []
    assert story.when(SetStatus(by=ANA, status="away")) == [p.BecameAway(slots=chats)]
    assert story.when(SetStatus(by=SYSTEM, status="available")) == [p.BecameAvailable()]


def test_a_status_is_chosen_by_its_owner_and_is_one_of_four() -> None:
    assert isinstance(new().refusal(SetStatus(by=ANA, status="away")), NotFound)
    assert isinstance(working().refusal(SetStatus(by=BEN, status="away")), Denied)
    assert working().refuses(SetStatus(by=ANA, status="asleep")) == "bad_status"
    for phase, code in (("grace", "not_connected"), ("ended", "signed_out")):
        refusal = in_phase(phase).refusal(SetStatus(by=ANA, status="away"))
        assert (refusal.code, refusal.facts) == (code, {"agent": "ana"})


def test_going_offline_without_a_chat_ends_the_working_time() -> None:
    story = working()

    assert story.when(SetStatus(by=ANA, status="offline")) == [
        p.Ended(reason="offline", slots=frozenset())
    ]
    assert story.when(SetStatus(by=ANA, status="offline")) == []
    refusal = story.refusal(SIGN_IN)
    assert (refusal.code, refusal.facts) == ("signed_out", {"agent": "ana"})


def test_going_offline_with_a_chat_waits_for_its_end_F31() -> None:
    story = in_phase("draining")

    assert story.told[-1] == p.DrainBegan(slots=frozenset({ONE}))
    assert story.when(SetStatus(by=ANA, status="offline")) == []
    assert kinds(story.when(FreeSlot(conversation=ONE))) == ["SlotFreed", "Ended"]


def test_who_is_draining_may_change_the_mind() -> None:
    story = in_phase("draining")

    assert kinds(story.when(SetStatus(by=ANA, status="available"))) == ["BecameAvailable"]
    assert kinds(story.when(FreeSlot(conversation=ONE))) == ["SlotFreed"]


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
            slots=frozenset({ONE}),
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

    assert kinds(story.when(FreeSlot(conversation=ONE))) == ["SlotFreed", "Ended"]


def test_when_the_grace_is_over_the_chats_are_given_up_G10() -> None:
    story = in_phase("grace")

    assert story.later(59).when(p.Elapse()) == []
    assert story.later(1).when(p.Elapse()) == [
        p.Ended(reason="connection_lost", slots=frozenset({ONE}))
    ]
    assert (story.state.slots, story.state.connections) == ({}, frozenset())
    assert story.state.ended == "connection_lost"
    assert story.when(p.Elapse()) == []


def test_chats_may_be_kept_for_an_agent_until_he_is_back_F27() -> None:
    story = in_phase("grace", KEEP)

    assert story.later(60).when(p.Elapse()) == [p.ChatsKept(slots=frozenset({ONE}))]
    assert story.when(p.Elapse()) == []
    assert (story.state.kept, story.summary.due_at) == (True, None)
    assert story.summary.facts["why_not"] == "grace"
    assert story.refuses(TakeSlot(conversation=TWO)) == "not_routable"
    assert kinds(story.later(9999).when(OTHER_WINDOW)) == ["Returned"]
    assert (story.summary.phase, story.summary.facts["load"]) == ("available", 1)
    assert story.state.kept is False


def test_when_the_last_kept_chat_is_gone_the_working_time_ends_F27() -> None:
    story = holding(ONE, TWO, rules=KEEP)
    story.when(p.Disconnect(connection="w1"))
    story.later(60).when(p.Elapse())

    assert kinds(story.when(FreeSlot(conversation=TWO))) == ["SlotFreed"]
    assert story.when(FreeSlot(conversation=ONE, wrap_up=5)) == [
        p.SlotFreed(conversation=ONE, missed=False),
        p.Ended(reason="connection_lost", slots=NOBODY),
    ]


def test_without_a_chat_nothing_is_kept_F27() -> None:
    story = working(KEEP)
    story.when(p.Disconnect(connection="w1"))

    assert story.later(60).when(p.Elapse()) == [p.Ended(reason="connection_lost", slots=NOBODY)]


def test_the_last_chat_within_the_grace_ends_nothing_yet_F27() -> None:
    assert kinds(in_phase("grace", KEEP).when(FreeSlot(conversation=ONE))) == ["SlotFreed"]


def test_who_was_leaving_ends_as_he_wanted_although_chats_were_kept_F31() -> None:
    story = in_phase("draining", KEEP)
    story.when(p.Disconnect(connection="w1"))
    assert kinds(story.later(60).when(p.Elapse())) == ["ChatsKept"]

    assert story.when(FreeSlot(conversation=ONE))[1] == p.Ended(reason="offline", slots=NOBODY)


def test_the_summary_says_all_that_a_router_asks() -> None:
    assert working().summary.facts == {
        "agent": "ana",
        "name": "Ana",
        "profile": 0,
        "status": "available",
        "chosen": "available",
        "reason": "",
        "connected": True,
        "in_call": False,
        "why_not": "",
        "queues": ["sales"],
        "tier": 1,
        "tiers": {"events": 2},
        "skills": {"drums": 3},
        "languages": ["pt", "en"],
        "capacity": 2,
        "load": 0,
        "chats": {},
        "slots": [],
        "wrapping": [],
        "guest_of": [],
        "last_assigned": 0,
        "idle_since": 0,
        "recent": [],
        "ready_at": 0,
        "missed": 0,
    }
    assert in_phase("grace").summary.facts["connected"] is False


@pytest.mark.parametrize("phase", ["new", *p.LIVE, "ended"])
def test_what_is_caused_is_never_refused(phase: str) -> None:
    for command in (
        *(FreeSlot(conversation=ONE), FreeSlot(conversation=ONE, missed=True)),
        FreeSlot(conversation=ONE, wrap_up=5),
        *(p.QuietSlot(conversation=ONE), p.StirSlot(conversation=ONE)),
        *(p.Disconnect(connection="w1"), p.ProcessLost(process="p1"), p.Elapse()),
    ):
        events = in_phase(phase).when(command)
        assert not events or phase in p.LIVE
