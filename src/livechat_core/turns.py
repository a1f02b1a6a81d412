"""Turns: one command at a time for each stream, in the order in which they came."""

from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio


class Turns:
    """A lock by name that costs one dictionary entry while nobody waits."""

    def __init__(self) -> None:
        self._waiting: dict[str, deque[anyio.Event]] = {}

    @asynccontextmanager
    async def of(self, name: str) -> AsyncIterator[None]:
        """Hold the name's turn within the block."""
        await self.take(name)
        try:
            yield
        finally:
            self.end(name)

    async def take(self, name: str) -> None:
        """Wait for the name's turn."""
        waiting = self._waiting.get(name)
        if waiting is None:
            self._waiting[name] = deque()
            return
        turn = anyio.Event()
        waiting.append(turn)
        try:
            await turn.wait()
        except BaseException:
            # Cancelled: step out of the line, or hand on a turn that has just come.
            if turn in waiting:
                waiting.remove(turn)
            else:
                self.end(name)
            raise

    def end(self, name: str) -> None:
        """Give the turn to who waits longest."""
        waiting = self._waiting[name]
        if waiting:
            waiting.popleft().set()
        else:
            del self._waiting[name]
