"""Frames on their way to a client that takes them in its own time."""

import asyncio
from collections import deque
from collections.abc import Callable

MOST_FRAMES = 256
MOST_BYTES = 256 * 1024


class Outbox:
    """A bounded line of frames; whoever lets it overflow is cut off, and resumes later (G17).

    Args:
        overflow: Called once when it overflows.
    """

    def __init__(self, overflow: Callable[[], None]) -> None:
        self.ended = False
        self._frames: deque[bytes] = deque()
        self._size = 0
        self._news = asyncio.Event()
        self._overflow = overflow

    def put(self, frame: bytes) -> None:
        """Add a frame; after the end it is dropped."""
        if self.ended:
            return
        self._frames.append(frame)
        self._size += len(frame)
        if len(self._frames) > MOST_FRAMES or self._size > MOST_BYTES:
            self._frames.clear()
            self.end()
            self._overflow()
        self._news.set()

    async def take(self) -> list[bytes]:
        """Return all frames as soon as there are any; none at the end."""
        await self._news.wait()
        if not self.ended:
            self._news.clear()
        frames = list(self._frames)
        self._frames.clear()
        self._size = 0
        return frames

    def end(self) -> None:
        """Take no more frames."""
        self.ended = True
        self._news.set()
