"""What an agent did before the script meets him: real chats with helper visitors."""

from collections.abc import Mapping, Sequence

from .agent import Agent
from .stage import Stage
from .visitor import Visitor


class Past:
    """The hours before now of one agent.

    His helper visitors come because he invites them, so neither hours nor lines nor the router have
    a say in what he has. They are like all other visitors otherwise: their chats count everywhere.

    Args:
        stage: The desk.
        agent: The agent.
        queues: Queues he serves.
    """

    def __init__(self, stage: Stage, agent: Agent, queues: Sequence[str]) -> None:
        self._stage = stage
        self._agent = agent
        self._queues = queues
        self._helpers = 0

    def lives(
        self, load: int | Mapping[str, int], assigned: float | None, idle: float | None
    ) -> None:
        """Sign in and take chats at the times given, in seconds from now.

        Raises:
            ValueError: The times do not fit, or the chats are too many.
        """
        chats = dict(load) if isinstance(load, Mapping) else {self._first: load}
        queues = [queue for queue, count in chats.items() for _ in range(count)]
        last = assigned if assigned is not None else (not queues and idle) or 0.0
        ended = last if idle is None else idle
        begun = min(last, ended)
        if max(last, ended) > 0 or (begun < last and not queues):
            raise ValueError("an agent's last chat began before it ended, and both before now")
        with self._stage.ago(-min(begun, last)):
            self._agent.returns()
        if idle is not None or (assigned is not None and not queues):
            self._one_chat(begun, ended)
        with self._stage.ago(-last):
            helpers = [self._begins(queue) for queue in queues]
        for helper in helpers:
            self._agent.says(helper, "I am looking into it.")

    @property
    def _first(self) -> str:
        return self._queues[0] if self._queues else next(iter(self._stage.rules.queues))

    def _one_chat(self, begun: float, ended: float) -> None:
        with self._stage.ago(-begun):
            helper = self._begins(self._first)
        with self._stage.ago(-ended):
            self._agent.closes(helper)

    def _begins(self, queue: str) -> Visitor:
        self._helpers += 1
        sites = self._stage.rules.sites
        found = [name for name, site in sites.items() if queue in site.queues]
        if not found:
            raise ValueError(f"no site has the queue {queue}")
        helper = Visitor(self._stage, f"{self._agent}-{self._helpers}", site=found[0])
        helper.returns()
        self._agent.invites(helper)
        helper.starts(queue=queue)
        if helper.owner != self._agent.name:
            raise ValueError(f"a limit keeps {self._agent} from chat {self._helpers}")
        return helper
