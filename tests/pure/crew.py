"""Agents for the tests of routing."""

from collections.abc import Mapping
from typing import Any

from livechat_core.routing import Candidate, Choice, Need, Roster

SUPPORT = Need(queue="support")


def agent(name: str, **facts: Any) -> Candidate:
    """Return an agent of the queue support with three free places, but for these facts."""
    told: Mapping[str, Any] = {"queues": frozenset({"support"}), "capacity": 3, **facts}
    return Candidate(agent=name, name=name.title(), presence=f"presence/{name}.1", **told)


def roster(*crew: Candidate) -> Roster:
    """Return a roster with these agents."""
    made = Roster()
    for one in crew:
        made.put(one)
    return made


def choose(made: Roster, need: Need = SUPPORT, **case: Any) -> Choice:
    """Return the choice for a chat that has not waited, but for these facts."""
    return made.choose(need, **{"now": 0, "since": 0, **case})


def asked(made: Roster, need: Need = SUPPORT, **case: Any) -> str:
    """Return who is chosen, empty if nobody is."""
    choice = choose(made, need, **case)
    return choice.seat.agent if choice.seat else ""
