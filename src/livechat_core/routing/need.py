"""What a chat asks of an agent, and what of it is given up while it waits (F15, F16).

Chats with equal needs stand in one lane: if nobody can be asked for the first of them, nobody can
for the others.
"""

import attrs

from .candidate import Candidate


@attrs.frozen(kw_only=True, cache_hash=True)
class Need:
    """What a chat asks for.

    Args:
        queue: The agent must serve it.
        skills: What the agent must be able to do, the most important first.
        language: The language that he must speak; empty for any.
        weight: Units of his capacity that the chat takes (F8).
        agent_limit: Chats of this queue that one agent has at most (F6).
        relax_after: Each time this has passed, one requirement is given up: the last skill first,
            the language at the end; 0 at once, if nobody meets it; none never.
        order: Name of the rule that says who is asked first.
    """

    queue: str
    skills: tuple[str, ...] = ()
    language: str = ""
    weight: int = 1
    agent_limit: int | None = None
    relax_after: int | None = None
    order: str = "least_busy"

    @property
    def requirements(self) -> tuple[str, ...]:
        """What is asked for besides the queue, the first to be given up at the end."""
        return (*((self.language,) if self.language else ()), *self.skills)

    def steps(self, waited: int) -> int:
        """Return how many requirements may be given up after so long a wait."""
        most = len(self.skills) + bool(self.language)
        if not most or self.relax_after is None:
            return 0
        return min(max(waited, 0) // self.relax_after, most) if self.relax_after else most

    def relaxed(self, steps: int) -> "Need":
        """Return the need without its last requirements."""
        if steps <= 0 or not (self.skills or self.language):
            return self
        kept = len(self.skills) - steps
        return attrs.evolve(
            self, skills=self.skills[: max(kept, 0)], language=self.language if kept >= 0 else ""
        )

    @property
    def most_relaxed(self) -> "Need":
        """The need without any requirement."""
        return self.relaxed(len(self.skills) + 1)

    def meets(self, candidate: Candidate) -> bool:
        """Tell whether an agent is right for the chat and has room for it."""
        return self.suits(candidate) and self.has_room(candidate)

    def suits(self, candidate: Candidate) -> bool:
        """Tell whether an agent serves the queue and can do what is needed."""
        return (
            self.queue in candidate.queues
            and (not self.language or self.language in candidate.languages)
            and all(candidate.skills.get(skill, 0) >= 1 for skill in self.skills)
        )

    def has_room(self, candidate: Candidate) -> bool:
        """Tell whether the chat would keep an agent within his limits."""
        return candidate.load + self.weight <= candidate.capacity and (
            self.agent_limit is None or candidate.chats.get(self.queue, 0) < self.agent_limit
        )

    def lacks(self, candidate: Candidate) -> str:
        """Return in words why an agent does not meet the need, or nothing if he does."""
        if self.queue not in candidate.queues:
            return f"does not serve {self.queue}"
        missing = [skill for skill in self.skills if candidate.skills.get(skill, 0) < 1]
        if self.language and self.language not in candidate.languages:
            return f"does not speak {self.language}"
        if missing:
            return f"lacks {', '.join(missing)}"
        if candidate.load + self.weight > candidate.capacity:
            return (
                f"no room: {candidate.load} of {candidate.capacity}, the chat takes {self.weight}"
            )
        if not self.has_room(candidate):
            return f"has {self.agent_limit} of {self.agent_limit} chats of {self.queue}"
        return ""
