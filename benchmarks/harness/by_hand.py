"""Giving chats to agents, and the line, by hand: a plain scan, and bare buckets."""

from collections import OrderedDict
from typing import Protocol

CAPACITY = 4
QUEUES = 20
QUEUES_EACH = 3
PRIORITIES = 3


class Router(Protocol):
    """Anything that gives chats to agents."""

    def assign(self, queue: int) -> int:
        """Give a chat of a queue to an agent; -1 if nobody has room."""
        ...

    def release(self, agent: int) -> None:
        """Take a chat from an agent."""
        ...


class Scan:
    """By hand, looking at all agents each time: least loaded, then longest since the last chat."""

    def __init__(self, queues: list[list[int]]) -> None:
        self.queues = [frozenset(own) for own in queues]
        self.load = [0] * len(queues)
        self.last = [0] * len(queues)
        self.turn = 0

    def assign(self, queue: int) -> int:
        """Give a chat to the best of all."""
        best, best_key = -1, (CAPACITY, 0)
        for agent, load in enumerate(self.load):
            if queue in self.queues[agent] and (key := (load, self.last[agent])) < best_key:
                best, best_key = agent, key
        if best >= 0:
            self.turn += 1
            self.load[best] += 1
            self.last[best] = self.turn
        return best

    def release(self, agent: int) -> None:
        """Take a chat from an agent."""
        self.load[agent] -= 1


class Buckets:
    """By hand, one `OrderedDict` for each queue and load: the first of the lowest load.

    Within a load, the order is that of arrival at it.
    """

    def __init__(self, queues: list[list[int]]) -> None:
        self.queues = queues
        self.load = [0] * len(queues)
        self.buckets: list[list[OrderedDict[int, None]]] = [
            [OrderedDict() for _ in range(CAPACITY)] for _ in range(QUEUES)
        ]
        for agent, own in enumerate(queues):
            for queue in own:
                self.buckets[queue][0][agent] = None

    def assign(self, queue: int) -> int:
        """Give a chat to the first of the lowest load."""
        for bucket in self.buckets[queue]:
            if bucket:
                agent = next(iter(bucket))
                self._move(agent, 1)
                return agent
        return -1

    def release(self, agent: int) -> None:
        """Take a chat from an agent."""
        self._move(agent, -1)

    def _move(self, agent: int, by: int) -> None:
        load = self.load[agent]
        self.load[agent] = load + by
        for queue in self.queues[agent]:
            buckets = self.buckets[queue]
            if load < CAPACITY:
                del buckets[load][agent]
            if load + by < CAPACITY:
                buckets[load + by][agent] = None


class Line(Protocol):
    """Anything in which chats wait."""

    def join(self, number: int) -> None:
        """Let a chat wait."""
        ...

    def leave(self, number: int) -> None:
        """Let a chat give up."""
        ...

    def take(self) -> int:
        """Take out the chat that is next."""
        ...


class SortedLine:
    """By hand, a list that is sorted when a chat is taken."""

    def __init__(self) -> None:
        self.chats: list[tuple[int, int]] = []

    def join(self, number: int) -> None:
        """Put a chat at the end."""
        self.chats.append((-(number % PRIORITIES), number))

    def leave(self, number: int) -> None:
        """Look for a chat and take it out."""
        self.chats.remove((-(number % PRIORITIES), number))

    def take(self) -> int:
        """Sort, and take the first."""
        self.chats.sort()
        return self.chats.pop(0)[1]


class BucketLine:
    """By hand, one `OrderedDict` for each priority."""

    def __init__(self) -> None:
        self.buckets: list[OrderedDict[int, None]] = [OrderedDict() for _ in range(PRIORITIES)]

    def join(self, number: int) -> None:
        """Put a chat at the end of its priority."""
        self.buckets[-1 - number % PRIORITIES][number] = None

    def leave(self, number: int) -> None:
        """Take a chat out."""
        del self.buckets[-1 - number % PRIORITIES][number]

    def take(self) -> int:
        """Take the first of the highest priority."""
        for bucket in self.buckets:
            if bucket:
                return bucket.popitem(last=False)[0]
        raise LookupError
