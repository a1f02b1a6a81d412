"""Which agent is asked: pure values over the candidates, and an answer that explains itself.

The chain of semantics.md section 2: only agents who can be asked; then tier, load in relation to
capacity, longest since the last assignment, and the id as the last word, so that the choice is
always the same for the same facts.
"""

from collections.abc import Iterable
from fractions import Fraction

import attrs

from .conversation import Seat


@attrs.frozen(kw_only=True)
class Candidate:
    """An agent as the router sees him.

    Args:
        presence: Stream of his working time.
        why_not: Why he cannot be asked now, empty if he can.
    """

    agent: str
    name: str
    presence: str
    queues: frozenset[str]
    capacity: int
    load: int
    tier: int
    last_assigned: int
    why_not: str

    @property
    def seat(self) -> Seat:
        """The agent as a conversation knows him."""
        return Seat(agent=self.agent, name=self.name, presence=self.presence)


@attrs.frozen(kw_only=True)
class Choice:
    """Who is asked and why, or why nobody.

    Args:
        seat: The agent, if there is one.
        why: In words, for the operator; kept with the offer.
        restart: All have been asked once; the pass begins again.
    """

    seat: Seat | None
    why: str
    restart: bool = False


def choose(queue: str, tried: frozenset[str], candidates: Iterable[Candidate]) -> Choice:
    """Choose the agent for the chat that is next in a queue."""
    serving = [one for one in candidates if queue in one.queues]
    able = [one for one in serving if not one.why_not]
    fresh = [one for one in able if one.agent not in tried]
    pool = fresh or able
    if not pool:
        told = ", ".join(f"{one.agent} {one.why_not}" for one in sorted(serving, key=_id))
        return Choice(seat=None, why=f"nobody can be asked: {told or 'no agent in this queue'}")
    best = min(pool, key=_preference)
    others = ", ".join(f"{one.agent} {_reason(one)}" for one in sorted(pool, key=_preference)[1:4])
    why = f"{best.agent} {_reason(best)}" + (f"; before {others}" if others else "")
    return Choice(seat=best.seat, why=why, restart=not fresh)


def availability(queue: str, candidates: Iterable[Candidate]) -> str:
    """Return ``online`` (somebody can be asked), ``busy`` (all are full) or ``offline``."""
    states = {one.why_not for one in candidates if queue in one.queues}
    if "" in states:
        return "online"
    return "busy" if states & {"full", "busy"} else "offline"


def _preference(one: Candidate) -> tuple[int, Fraction, int, str]:
    return (one.tier, Fraction(one.load, one.capacity), one.last_assigned, one.agent)


def _reason(one: Candidate) -> str:
    return f"(tier {one.tier}, {one.load} of {one.capacity}, last {one.last_assigned})"


def _id(one: Candidate) -> str:
    return one.agent
