"""Who is asked: only who can be, the strictest need first, the same for the same facts."""

from typing import Any

import attrs
import pytest

from livechat_core.errors import Rejected
from livechat_core.routing import ORDERS, Need, Order, Roster, availability
from livechat_core.routing.roster import MOST_POOLS
from tests.pure.crew import SUPPORT, agent, asked, choose, roster


def test_the_id_is_the_last_word_whatever_came_first() -> None:
    assert asked(roster(agent("eve"), agent("ana"), agent("ben"))) == "ana"
    assert asked(roster(agent("ana"), agent("ben"), agent("eve"))) == "ana"


@pytest.mark.parametrize("why", ["full", "busy", "away", "draining", "grace", "at lunch"])
def test_who_cannot_be_asked_is_not_asked(why: str) -> None:
    made = roster(agent("ana"))
    assert asked(made) == "ana"
    made.put(agent("ana", why_not=why))

    assert asked(made) == ""
    made.put(agent("ana"))
    assert asked(made) == "ana"


def test_who_has_left_is_not_asked() -> None:
    made = roster(agent("ana"), agent("ben"))
    made.drop("ana")
    made.drop("ana")

    assert asked(made) == "ben"
    assert made.states("support") == {"": 1}


def test_who_serves_other_queues_is_not_asked_S1_20() -> None:
    made = roster(agent("ana", queues=frozenset({"sales"})), agent("ben"))
    assert asked(made) == "ben"
    made.put(agent("ben", queues=frozenset({"sales"})))

    assert asked(made) == ""
    assert asked(made, Need(queue="sales")) == "ana"


def test_a_choice_follows_each_change_of_an_agent() -> None:
    """Pools that exist already hear of new skills, queues and loads."""
    need = Need(queue="support", skills=("tax",))
    made = roster(agent("ana"))
    assert asked(made, need) == ""
    made.put(agent("ana", skills={"tax": 1}))
    assert asked(made, need) == "ana"
    made.put(agent("ben", skills={"tax": 2}))
    assert asked(made, need) == "ben"
    made.put(agent("ben", skills={"tax": 2}, load=3))
    assert asked(made, need) == "ana"
    made.put(agent("ana", skills={"tax": 0}))
    assert asked(made, need) == ""


# --- room -------------------------------------------------------------------------------------


def test_a_chat_takes_its_weight_of_the_capacity_F8() -> None:
    heavy = attrs.evolve(SUPPORT, weight=2)
    made = roster(agent("ana", load=2), agent("ben", load=1, tier=5))

    assert asked(made, heavy) == "ben"
    assert asked(made) == "ana"
    made.put(agent("ben", load=2, tier=5))
    assert asked(made, heavy) == ""


def test_an_agent_has_so_many_chats_of_a_queue_at_most_F6() -> None:
    limited = attrs.evolve(SUPPORT, agent_limit=2)
    made = roster(agent("ana", chats={"support": 2, "sales": 1}))

    assert asked(made, limited) == ""
    made.put(agent("ana", chats={"support": 1, "sales": 4}))
    assert asked(made, limited) == "ana"


def test_nobody_without_capacity_is_asked() -> None:
    assert asked(roster(agent("ana", capacity=0))) == ""
    assert asked(roster(agent("ana", capacity=0)), attrs.evolve(SUPPORT, weight=0)) == "ana"


# --- the pass ---------------------------------------------------------------------------------


def test_the_next_agent_is_asked_until_all_have_been_S1_21() -> None:
    made = roster(agent("ana"), agent("ben"))

    assert asked(made, tried=frozenset({"ana"})) == "ben"
    over = choose(made, tried=frozenset({"ana", "ben", "eve"}))
    assert (over.seat, over.exhausted) == (None, True)
    assert asked(made) == "ana"


def test_nobody_there_is_not_the_same_as_all_asked() -> None:
    made = roster(agent("ana", why_not="away"))

    assert choose(made, tried=frozenset({"ana"})).exhausted is False
    assert choose(made, Need(queue="unheard of")).exhausted is False


# --- skills and languages ---------------------------------------------------------------------

GERMAN_TAX = Need(queue="support", skills=("tax", "refund"), language="de")


def test_who_can_do_what_is_needed_is_asked_F15() -> None:
    made = roster(
        agent("ana", skills={"tax": 1}, languages=frozenset({"de"})),
        agent("ben", skills={"tax": 1, "refund": 1}, languages=frozenset({"en"})),
        agent("sam", skills={"tax": 1, "refund": 1}, languages=frozenset({"de"}), tier=9),
    )

    assert asked(made, GERMAN_TAX) == "sam"
    made.drop("sam")
    assert asked(made, GERMAN_TAX) == ""
    assert asked(made, GERMAN_TAX, now=10**12) == ""


def test_one_requirement_after_the_other_is_given_up_F16() -> None:
    """The last skill first, the language at the end; none before its time."""
    need = attrs.evolve(GERMAN_TAX, relax_after=10)
    speaks = frozenset({"de"})
    made = roster(agent("ana", skills={"tax": 1}, languages=speaks))

    assert [asked(made, need, now=now, since=5) for now in (0, 14, 15)] == ["", "", "ana"]
    made.put(agent("ana", languages=speaks))
    assert [asked(made, need, now=now, since=5) for now in (24, 25)] == ["", "ana"]
    made.put(agent("ana", skills={"tax": 1, "refund": 1}))
    assert [asked(made, need, now=now, since=5) for now in (34, 35, 999)] == ["", "ana", "ana"]


def test_what_was_given_up_is_still_a_wish_F16() -> None:
    need = attrs.evolve(SUPPORT, skills=("tax",), relax_after=10)
    made = roster(agent("ana"), agent("ben", skills={"tax": 1}, tier=5))

    assert asked(made, need, now=99) == "ben"
    assert asked(made, need, now=99, tried=frozenset({"ben"})) == "ana"


def test_at_once_means_the_strictest_need_that_anybody_meets_F16() -> None:
    need = attrs.evolve(GERMAN_TAX, relax_after=0)
    made = roster(agent("ana"), agent("ben", languages=frozenset({"de"}), load=2))

    assert asked(made, need) == "ben"
    made.put(agent("ben", why_not="away"))
    assert asked(made, need) == "ana"
    assert choose(made, need, tried=frozenset({"ana"})).exhausted is True


# --- the visitor's own agent ------------------------------------------------------------------


def test_the_visitors_own_agent_comes_first_F17() -> None:
    made = roster(agent("ana"), agent("ben", load=2, tier=9))

    assert asked(made, preferred="ben") == "ben"
    assert asked(made, attrs.evolve(SUPPORT, skills=("tax",)), preferred="ben") == "ben"


@pytest.mark.parametrize(
    "facts",
    [
        {"why_not": "away"},
        {"load": 3},
        {"queues": frozenset({"sales"})},
        {"ready_at": 50},
        {"chats": {"support": 2}},
    ],
    ids=["away", "no room", "another queue", "resting", "limit of the queue"],
)
def test_the_visitors_own_agent_is_passed_over_if_he_cannot_be_asked_F17(
    facts: dict[str, Any],
) -> None:
    made = roster(agent("ana"), agent("ben", **facts))

    assert asked(made, attrs.evolve(SUPPORT, agent_limit=2), preferred="ben", now=9) == "ana"


def test_the_visitors_own_agent_is_asked_once_in_a_pass_F17() -> None:
    made = roster(agent("ana"), agent("ben"))

    assert asked(made, preferred="ben", tried=frozenset({"ben"})) == "ana"
    assert asked(made, preferred="nobody") == "ana"


# --- pace -------------------------------------------------------------------------------------


def test_who_rests_is_asked_from_the_moment_he_is_ready_F21() -> None:
    made = roster(agent("ana", ready_at=100), agent("ben", ready_at=50, tier=1))

    assert [asked(made, now=now) for now in (49, 50, 99, 100)] == ["", "ben", "ben", "ana"]


def test_the_moment_when_somebody_stops_resting_F21() -> None:
    made = roster(agent("ana", ready_at=100), agent("ben", ready_at=50))
    assert made.next_ready() == 50
    made.put(agent("ben", ready_at=70))
    assert made.next_ready() == 70
    made.put(agent("ben", why_not="away", ready_at=70))
    assert made.next_ready() == 100
    made.drop("ana")
    assert made.next_ready() is None
    made.put(agent("ben", ready_at=70))
    assert (made.next_ready(), made.states("support", now=70)) == (70, {"": 1})
    assert made.next_ready() is None


# --- how many are there -----------------------------------------------------------------------


def test_the_states_of_a_queue_are_counted() -> None:
    both = frozenset({"support", "sales"})
    made = roster(
        agent("ana", queues=both),
        agent("ben", why_not="full"),
        agent("sam", why_not="full"),
        agent("eve", ready_at=9),
    )
    assert made.states("support") == {"": 1, "full": 2, "resting": 1}
    assert made.states("sales") == {"": 1}
    assert made.states("unheard of") == {}
    made.put(agent("ana", why_not="away"))
    made.put(agent("ben"))

    assert made.states("sales") == {}
    assert made.states("support", now=9) == {"": 2, "full": 1, "away": 1}


@pytest.mark.parametrize(
    ("states", "told"),
    [
        ({"": 1, "full": 2, "away": 1}, ("online", "")),
        ({"full": 1, "busy": 1, "away": 1}, ("busy", "all_full")),
        ({"resting": 1, "away": 1}, ("busy", "all_full")),
        ({"busy": 1, "away": 1}, ("busy", "all_busy")),
        ({"away": 1, "grace": 2, "at lunch": 1}, ("offline", "all_away")),
        ({}, ("offline", "nobody_at_work")),
    ],
)
def test_availability_and_its_reason(states: dict[str, int], told: tuple[str, str]) -> None:
    """S0-3, S0-5."""
    assert availability(states) == told


# --- orders and pools -------------------------------------------------------------------------


def test_a_plugin_may_add_an_order() -> None:
    def key(one: Any, _: Need) -> tuple[str]:
        return (one.name[::-1],)

    made = Roster({**ORDERS, "backwards": Order("backwards", key, lambda one, _: one.name[::-1])})
    for name in ("ana", "eve", "ben"):
        made.put(agent(name))

    choice = choose(made, attrs.evolve(SUPPORT, order="backwards"))
    assert choice.seat == agent("ana").seat
    assert choice.why == "ana: first of 3 by backwards (anA)"


@pytest.mark.parametrize("preferred", ["", "ana"])
def test_an_order_that_nobody_knows_is_refused(preferred: str) -> None:
    with pytest.raises(Rejected) as refused:
        choose(roster(agent("ana")), attrs.evolve(SUPPORT, order="by_magic"), preferred=preferred)

    assert refused.value.code == "unknown_order"
    assert refused.value.facts["order"] == "by_magic"
    assert "least_busy" in str(refused.value.facts["known"])


def test_the_need_that_was_asked_for_the_longest_ago_is_forgotten_first() -> None:
    made = roster(agent("ana", capacity=10_000), agent("ben", queues=frozenset({"sales"})))
    needs = [attrs.evolve(SUPPORT, weight=weight) for weight in range(1, MOST_POOLS + 11)]
    for need in needs:
        assert asked(made, needs[0]) == asked(made, need) == "ana"

    assert len(made._pools) == len(made._members["ana"].pools) == MOST_POOLS
    assert needs[0] in made._pools
    assert needs[1] not in made._pools
    made.put(agent("eve", capacity=10_000, tier=-1))
    assert asked(made, needs[1]) == "eve"


def test_an_agent_who_joins_late_leaves_no_trace_in_a_forgotten_pool() -> None:
    made = roster(agent("ana"))
    first = attrs.evolve(SUPPORT, skills=("tax",))
    asked(made, first)
    for weight in range(1, MOST_POOLS + 1):
        asked(made, attrs.evolve(SUPPORT, weight=weight))

    assert first not in made._pools
    made.put(agent("ana", skills={"tax": 1}))
    assert asked(made, first) == "ana"


@pytest.mark.parametrize(
    ("colleague", "left"),
    [
        ({"why_not": "full"}, True),
        ({"ready_at": 10}, True),
        ({"why_not": "away"}, False),
        ({}, False),
        ({"why_not": "full", "queues": frozenset({"sales"})}, False),
    ],
    ids=["full", "resting", "away", "free", "elsewhere"],
)
def test_who_will_be_free_by_serving_on_may_still_take_a_chat(
    colleague: dict[str, Any],
    left: bool,  # noqa: FBT001
) -> None:
    """Semantics.md section 4: all who could take it must have been asked before it is given up."""
    made = roster(agent("ana"), agent("ben", **colleague))
    assert made.will_have_room(SUPPORT, frozenset({"ana"})) is left
    assert not made.will_have_room(SUPPORT, frozenset({"ana", "ben"}))
