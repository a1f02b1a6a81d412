"""Why this agent, why not the others, why nobody: the router's reasons in words."""

from collections.abc import Iterable, Mapping, Sequence

import attrs

from ..text import shortened
from .candidate import Candidate
from .need import Need
from .orders import Order, moment

LONGEST = 500
RESTING = "resting"
"""State of an agent who can be asked but for the pause after his last assignment."""


@attrs.frozen(kw_only=True)
class Verdict:
    """What the router says of one agent, for one chat.

    Args:
        can: He can be asked.
        why: Where he stands among those who can, or why he cannot.
    """

    agent: str
    name: str
    can: bool
    why: str


@attrs.frozen(kw_only=True)
class Case:
    """One chat, as the router looks at each agent for it.

    Args:
        ladder: The need, and each step of what may be given up of it by now.
        order: Who is asked first of those who meet the same step.
        tried: Agents who have been asked in this pass.
        preferred: The visitor's own agent.
    """

    ladder: Sequence[Need]
    order: Order
    tried: frozenset[str]
    preferred: str

    def verdicts(self, crew: Iterable[tuple[Candidate, str]]) -> tuple[Verdict, ...]:
        """Return what is said of each agent, in the order in which they would be asked.

        Args:
            crew: The agents, each with his state: empty if he can be asked.
        """
        judged = []
        for one, state in crew:
            rung, why = self._judged(one, state)
            can = rung <= len(self.ladder)
            key = self.order.key(one, self.ladder[max(rung - 1, 0)]) if can else ()
            verdict = Verdict(agent=one.agent, name=one.name, can=can, why=shortened(why, LONGEST))
            judged.append((rung, key, one.agent, verdict))
        return tuple(verdict for *_, verdict in sorted(judged, key=lambda row: row[:3]))

    def _judged(self, one: Candidate, state: str) -> tuple[int, str]:
        """Return how soon an agent is asked, past the ladder if not at all, and why."""
        strict, never = self.ladder[0], len(self.ladder) + 2
        if state:
            return never, f"resting until {moment(one.ready_at)}" if state == RESTING else state
        if one.agent in self.tried:
            return never - 1, "has been asked in this pass"
        if one.agent == self.preferred and strict.most_relaxed.meets(one):
            return 0, f"the visitor's own agent; {self.order.says(one, strict)}"
        for rung, need in enumerate(self.ladder, start=1):
            if need.meets(one):
                return rung, self.order.says(one, need) + given_up(strict, need)
        return never, self.ladder[-1].lacks(one)


def given_up(need: Need, relaxed: Need) -> str:
    """Return in words what was given up of a need."""
    if relaxed is need:
        return ""
    return f"; given up: {', '.join(need.requirements[len(relaxed.requirements) :])}"


def others(states: Mapping[str, int]) -> str:
    """Return in words how many agents of a queue cannot be asked."""
    told = ", ".join(f"{count} {state}" for state, count in sorted(states.items()) if state)
    return f"; cannot be asked: {told}" if told else ""


def nobody(need: Need, states: Mapping[str, int]) -> str:
    """Return in words why nobody can be asked."""
    wants = f" for {', '.join(need.requirements)}" if need.requirements else ""
    free = f"; {states['']} free without room or what is needed" if states.get("") else ""
    told = free + others(states) or "; no agent serves it"
    return shortened(f"nobody in {need.queue} can be asked{wants}{told}", LONGEST)


def asked(tried: Iterable[str]) -> str:
    """Return in words who has been asked."""
    told = ", ".join(sorted(tried))
    return f"; asked before: {told}" if told else ""


def exhausted(need: Need, tried: Iterable[str]) -> str:
    """Return in words that all have been asked."""
    told = f"all in {need.queue} who can be asked have been: {', '.join(sorted(tried))}"
    return shortened(told, LONGEST)
