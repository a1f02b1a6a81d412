"""What must hold at each tick of a simulated day.

Progress (G8): of a chat that waits, nobody who has not been asked may have room for it for longer
than two seconds and two ticks in a row. Who has room is read from the presence of every agent, not
from the router's pools.

Presence (G10): who has a window is at work, and who has none is not taken for connected for longer
than it takes to notice that a process is gone.
"""

from typing import TYPE_CHECKING

from livechat_core import conversation
from livechat_core.floor import candidate
from livechat_core.index import Index
from livechat_core.routing import Candidate
from livechat_core.rules import Assignment, seconds
from livechat_core.service import OVERDUE, PROCESS_LEASE, SWEEP, TICK
from livechat_core.streams import Summary
from tests.simulation.company import QUEUES

if TYPE_CHECKING:
    from tests.simulation.agents import Agent
    from tests.simulation.day import Day, Server

SOON = seconds(2)
NOTICED = PROCESS_LEASE + SWEEP + OVERDUE + 3 * TICK + SWEEP


class Watch:
    """Looks on after each tick."""

    def __init__(self, day: "Day") -> None:
        self.looked = 0
        self._day = day
        self._seen: dict[Server, dict[str, int]] = {}

    def ticked(self, server: "Server") -> None:
        """Check that no chat waits while somebody could be asked."""
        index, now = server.scene.desk.index, self._day.now
        seen = self._seen.get(server, {})
        self._seen[server] = {}
        waiting = [chat for chat in index.all("conversation") if _waits(chat)]
        if not waiting:
            return
        self.looked += len(waiting)
        free = [one for one in map(candidate, index.all("presence")) if _free(one, now)]
        for chat in waiting:
            if _could_be_asked(index, chat, free, now):
                since = self._seen[server][chat.stream] = seen.get(chat.stream, now)
                late = now - max(since, server.since)
                assert late <= SOON + TICK, f"G8: {chat.stream} waits though somebody has room"

    def people(self) -> None:
        """Check that the desk knows who is there."""
        for agent in self._day.agents:
            if self._day.lit(agent.changed_at, self._day.now) > NOTICED:
                self._known(agent)

    def _known(self, agent: "Agent") -> None:
        for server in self._day.up:
            if self._day.now - server.since > NOTICED:
                working = server.scene.desk.index.presence(agent.name)
                there = working is not None and working.phase != "grace"
                chosen = agent.client is not None and working is None and agent.goes
                assert there == (agent.client is not None) or chosen, f"G10: {agent.name}"


def _waits(chat: Summary) -> bool:
    if chat.phase != conversation.Phase.WAITING:
        return False
    return QUEUES[chat.queue or ""].assignment is Assignment.OFFER


def _free(one: Candidate, now: int) -> bool:
    return not one.why_not and one.ready_at <= now


def _could_be_asked(index: Index, chat: Summary, free: list[Candidate], now: int) -> bool:
    """Tell whether somebody who has not been asked yet has room for a chat."""
    floor = index.floor
    if floor._limit_reached(chat.queue or ""):
        return False
    need = floor.need(chat)
    relaxed = need.relaxed(need.steps(now - chat.facts["queued_at"]))
    return any(one.agent not in chat.facts["tried"] and relaxed.meets(one) for one in free)
