"""The line of waiting chats of one queue: first by priority, then by arrival.

Rank is two integers, minus priority and waiting-since; a return to the line keeps both. The head is
found through a heap with stale entries: leaving the line costs nothing until the entry comes up.
"""

import heapq
from collections.abc import Iterator
from typing import TypeAlias

Rank: TypeAlias = tuple[int, int]


class Line:
    """Chats waiting in one queue, by stream name."""

    def __init__(self) -> None:
        self._ranks: dict[str, Rank] = {}
        self._heap: list[tuple[Rank, str]] = []

    def __len__(self) -> int:
        return len(self._ranks)

    def join(self, stream: str, rank: Rank) -> None:
        """Put a chat into the line, or move it to another rank."""
        if self._ranks.get(stream) != rank:
            self._ranks[stream] = rank
            heapq.heappush(self._heap, (rank, stream))

    def leave(self, stream: str) -> None:
        """Take a chat out of the line, if it is there."""
        self._ranks.pop(stream, None)

    def head(self) -> str | None:
        """Return the chat that is next."""
        while self._heap:
            rank, stream = self._heap[0]
            if self._ranks.get(stream) == rank:
                return stream
            heapq.heappop(self._heap)
        return None

    def in_order(self) -> Iterator[str]:
        """Yield all chats of the line in their order."""
        yield from sorted(self._ranks, key=lambda stream: (self._ranks[stream], stream))
