"""The order of preference, one link of the chain at a time (semantics.md section 2)."""

from typing import Any

import attrs
import pytest

from livechat_core.routing import ORDERS, Need
from livechat_core.routing.orders import moment
from livechat_core.rules import seconds
from tests.pure.crew import agent, asked, roster

TAX = Need(queue="support", skills=("tax", "refund"))
LINKS: dict[str, list[tuple[str, dict[str, Any], dict[str, Any]]]] = {
    "least_busy": [
        ("tier", {"tier": 0, "in_call": True}, {"tier": 1}),
        ("tier of the queue", {"tier": 9, "tiers": {"support": 0}}, {"tier": 1, "tiers": {"x": 0}}),
        ("call", {"load": 2, "skills": {"tax": 1, "refund": 1}}, {"in_call": True}),
        ("level", {"load": 2, "skills": {"tax": 2, "refund": 9}}, {}),
        ("load in relation to capacity", {"load": 2, "capacity": 6}, {"load": 1, "capacity": 2}),
        ("equal ratio", {"load": 2, "capacity": 6, "last_assigned": 1}, {"load": 1}),
        ("load before last", {"load": 0, "last_assigned": 9}, {"load": 1, "last_assigned": 1}),
        ("last assigned", {"last_assigned": 4}, {}),
    ],
    "longest_idle": [
        ("tier", {"tier": 0, "in_call": True}, {"tier": 1}),
        ("call", {"load": 2}, {"in_call": True}),
        ("level", {"load": 2, "skills": {"tax": 2, "refund": 9}}, {}),
        ("load", {"load": 1, "capacity": 2, "idle_since": 9}, {"load": 2, "capacity": 9}),
        ("idle since", {"idle_since": 3, "last_assigned": 9}, {"idle_since": 4}),
        ("last assigned", {"last_assigned": 4}, {}),
    ],
    "round_robin": [
        ("tier", {"tier": 0, "in_call": True}, {"tier": 1}),
        ("call", {"last_assigned": 9}, {"in_call": True, "last_assigned": 1}),
        ("last assigned, not level or load", {"last_assigned": 4, "load": 2},
         {"skills": {"tax": 9, "refund": 9}}),
    ],
    "most_available": [
        ("tier", {"tier": 0, "in_call": True}, {"tier": 1}),
        ("call", {"load": 2}, {"in_call": True}),
        ("level", {"load": 2, "skills": {"tax": 2, "refund": 9}}, {}),
        ("free places", {"load": 5, "capacity": 9, "last_assigned": 9}, {"load": 0}),
        ("last assigned", {"load": 3, "capacity": 6, "last_assigned": 4}, {}),
    ],
    "in_order": [
        ("tier", {"tier": 0, "in_call": True}, {"tier": 1}),
        ("call", {"load": 2, "last_assigned": 9}, {"in_call": True}),
    ],
}  # fmt: skip
CASES = [
    pytest.param(order, better, worse, id=f"{order}: {link}")
    for order, links in LINKS.items()
    for link, better, worse in links
]


@pytest.mark.parametrize(("order", "better", "worse"), CASES)
def test_each_link_decides_when_those_before_it_are_equal(
    order: str, better: dict[str, Any], worse: dict[str, Any]
) -> None:
    """F12, F13, F14: whatever the ids, and whoever came first."""
    usual = {"skills": {"tax": 1, "refund": 1}, "last_assigned": 5, "idle_since": 5}
    need = attrs.evolve(TAX, order=order)
    for first, second in (("ana", "ben"), ("ben", "ana")):
        one, other = agent(first, **{**usual, **better}), agent(second, **{**usual, **worse})
        assert asked(roster(one, other), need) == asked(roster(other, one), need) == first


@pytest.mark.parametrize("order", ORDERS)
def test_the_id_is_the_last_link(order: str) -> None:
    need = attrs.evolve(TAX, order=order, skills=())
    assert asked(roster(agent("eve"), agent("ben"), agent("sam")), need) == "ben"


def test_only_needed_skills_make_the_level_F15() -> None:
    need = attrs.evolve(TAX, skills=("tax",))
    good, other = {"tax": 2}, {"tax": 1, "chess": 9}

    assert asked(roster(agent("eve", skills=good), agent("ana", skills=other)), need) == "eve"


@pytest.mark.parametrize("order", ["least_busy", "longest_idle"])
def test_the_first_of_equals_changes_with_each_assignment_F12(order: str) -> None:
    """Chats come and go at once: each agent is asked in turn."""
    names, made, found = ("ana", "ben", "eve"), roster(), []
    for name in names:
        made.put(agent(name))
    for at in range(1, 7):
        found.append(asked(made, attrs.evolve(TAX, skills=(), order=order), now=at))
        made.put(agent(found[-1], last_assigned=at, idle_since=at))

    assert tuple(found) == names * 2


@pytest.mark.parametrize(
    ("order", "told"),
    [
        ("least_busy", "tier 2, in a call, skill level 3, 1 of 3, {}"),
        ("longest_idle", "tier 2, in a call, skill level 3, 1 of 3, idle since never, {}"),
        ("round_robin", "tier 2, in a call, {}"),
        ("most_available", "tier 2, in a call, skill level 3, 1 of 3, {}"),
        ("in_order", "tier 2, in a call"),
    ],
)  # fmt: skip
def test_each_order_says_what_it_looked_at(order: str, told: str) -> None:
    at = seconds(1_790_000_000) + 999_999
    skills = {"tax": 1, "refund": 2}
    one = agent("ana", tier=2, in_call=True, skills=skills, load=1, last_assigned=at)

    last = "last assigned 2026-09-21 14:13:20 UTC"
    assert ORDERS[order].says(one, TAX) == told.format(last)
    assert ORDERS[order].name == order


def test_a_moment_in_words() -> None:
    assert (moment(0), moment(seconds(1))) == ("never", "1970-01-01 00:00:01 UTC")
