"""An agent as the router sees him: facts only, gathered from his working time."""

from collections.abc import Mapping
from types import MappingProxyType

import attrs

from ..conversation import Seat

NOTHING: Mapping[str, int] = MappingProxyType({})


@attrs.frozen(kw_only=True)
class Candidate:
    """An agent as the router sees him.

    Args:
        presence: Stream of his working time.
        queues: Queues he serves.
        capacity: Units of work he takes at the same time (F8).
        load: Units that are taken.
        why_not: Why he cannot be asked now, empty if he can.
        tier: Lower tiers are asked first (F20).
        tiers: Another tier in some queues.
        skills: What he can do, and how well: 1 or more, more is better (F15).
        languages: Languages he speaks.
        chats: Chats he has or is asked to take, by queue (F6).
        last_assigned: When he was last given a chat.
        idle_since: Since when he has had no chat.
        in_call: He is in a call: asked after those who are not.
        ready_at: He is not asked before, for pace (F21).
    """

    agent: str
    name: str
    presence: str
    queues: frozenset[str]
    capacity: int = 0
    load: int = 0
    why_not: str = ""
    tier: int = 0
    tiers: Mapping[str, int] = NOTHING
    skills: Mapping[str, int] = NOTHING
    languages: frozenset[str] = frozenset()
    chats: Mapping[str, int] = NOTHING
    last_assigned: int = 0
    idle_since: int = 0
    in_call: bool = False
    ready_at: int = 0

    @property
    def seat(self) -> Seat:
        """The agent as a conversation knows him."""
        return Seat(agent=self.agent, name=self.name, presence=self.presence)
