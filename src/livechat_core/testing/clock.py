"""A clock that stands still until a test moves it."""

import heapq
from itertools import count

import anyio
import anyio.lowlevel


class FakeClock:
    """Time as a test wants it: `advance` moves it and wakes who slept until then.

    Args:
        start: First instant, in microseconds since 1970.
    """

    def __init__(self, start: int = 1_700_000_000_000_000) -> None:
        self._now = start
        self._sleepers: list[tuple[int, int, anyio.Event]] = []
        self._order = count()

    def now(self) -> int:
        """Return the present instant."""
        return self._now

    async def sleep(self, duration: int) -> None:
        """Wait until somebody advances the clock by ``duration`` microseconds."""
        if duration <= 0:
            await anyio.lowlevel.checkpoint()
            return
        event = anyio.Event()
        heapq.heappush(self._sleepers, (self._now + duration, next(self._order), event))
        await event.wait()

    def advance(self, duration: int) -> None:
        """Move on by ``duration`` microseconds and wake everybody whose time has come."""
        self._now += duration
        while self._sleepers and self._sleepers[0][0] <= self._now:
            heapq.heappop(self._sleepers)[2].set()
