"""Typing marks within one process: for a desk that runs in a single one, and for tests."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Self

import anyio
from anyio.streams.memory import MemoryObjectSendStream

from livechat_core.hookspecs import hookimpl
from livechat_core.ports import Ephemeral

BACKLOG = 100


@hookimpl
def livechat_ephemeral(url: str) -> Ephemeral | None:
    """Return a carrier of its own for the address ``memory:``."""
    return MemoryEphemeral() if url == "memory:" else None


class MemoryEphemeral:
    """Carries messages among those who hold this very object."""

    limit = 64 * 1024

    def __init__(self) -> None:
        self._subscribers: list[MemoryObjectSendStream[bytes]] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        pass

    async def publish(self, message: bytes) -> None:
        """Pass a message to all who are subscribed; who has too many already misses it."""
        for subscriber in self._subscribers:
            if subscriber.statistics().current_buffer_used < BACKLOG:
                subscriber.send_nowait(message)

    @asynccontextmanager
    async def subscribe(self) -> AsyncIterator[AsyncIterator[bytes]]:
        """Hear what is published within the block."""
        send, receive = anyio.create_memory_object_stream[bytes](BACKLOG)
        self._subscribers.append(send)
        try:
            async with send, receive:
                yield receive
        finally:
            self._subscribers.remove(send)
