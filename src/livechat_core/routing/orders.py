"""Who is asked first among those who can be: named orders, each a key and its words.

The smallest key is asked first; between equal keys the agent's id decides, so that the same facts
always give the same choice (semantics.md section 2). A plugin adds an order by its name.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeAlias

import attrs

from ..rules import SECOND
from .candidate import Candidate
from .need import Need

Key: TypeAlias = tuple[Any, ...]


@attrs.frozen
class Order:
    """A rule that says who is asked first.

    Args:
        name: As the settings of a queue name it.
        key: The smallest is asked first; keys must be comparable, and depend on nothing else.
        says: What the key was made of, for the operator.
    """

    name: str
    key: Callable[[Candidate, Need], Key]
    says: Callable[[Candidate, Need], str]


def tier(one: Candidate, need: Need) -> int:
    """Return the agent's tier in the queue of the chat."""
    return one.tiers.get(need.queue, one.tier) if one.tiers else one.tier


def level(one: Candidate, need: Need) -> int:
    """Return how well an agent can do what the chat needs."""
    return sum([one.skills.get(skill, 0) for skill in need.skills]) if need.skills else 0


def taken(one: Candidate) -> float:
    """Return the share of an agent's capacity that is taken; exact enough to tell all loads."""
    return one.load / one.capacity if one.capacity else 0.0


def moment(at: int) -> str:
    """Return a time in words."""
    return f"{datetime.fromtimestamp(at // SECOND, UTC)}"[:19] + " UTC" if at else "never"


# --- keys -------------------------------------------------------------------------------------


def _least_busy(one: Candidate, need: Need) -> Key:
    best = -level(one, need)
    return (tier(one, need), one.in_call, best, taken(one), one.last_assigned)


def _longest_idle(one: Candidate, need: Need) -> Key:
    best = -level(one, need)
    return (tier(one, need), one.in_call, best, one.load, one.idle_since, one.last_assigned)


def _round_robin(one: Candidate, need: Need) -> Key:
    return (tier(one, need), one.in_call, one.last_assigned)


def _most_available(one: Candidate, need: Need) -> Key:
    best = -level(one, need)
    return (tier(one, need), one.in_call, best, one.load - one.capacity, one.last_assigned)


def _in_order(one: Candidate, need: Need) -> Key:
    return (tier(one, need), one.in_call)


# --- words ------------------------------------------------------------------------------------


def _standing(one: Candidate, need: Need) -> str:
    call = ", in a call" if one.in_call else ""
    return f"tier {tier(one, need)}{call}"


def _skilled(one: Candidate, need: Need) -> str:
    told = f", skill level {level(one, need)}" if need.skills else ""
    return f"{_standing(one, need)}{told}, {one.load} of {one.capacity}"


def _says_load(one: Candidate, need: Need) -> str:
    return f"{_skilled(one, need)}, last assigned {moment(one.last_assigned)}"


def _says_idle(one: Candidate, need: Need) -> str:
    since = f"idle since {moment(one.idle_since)}"
    return f"{_skilled(one, need)}, {since}, last assigned {moment(one.last_assigned)}"


def _says_turn(one: Candidate, need: Need) -> str:
    return f"{_standing(one, need)}, last assigned {moment(one.last_assigned)}"


ORDERS: Mapping[str, Order] = {
    order.name: order
    for order in (
        Order("least_busy", _least_busy, _says_load),
        Order("longest_idle", _longest_idle, _says_idle),
        Order("round_robin", _round_robin, _says_turn),
        Order("most_available", _most_available, _says_load),
        Order("in_order", _in_order, _standing),
    )
}
"""The orders that a queue may name without any plugin."""
