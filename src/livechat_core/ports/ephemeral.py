"""The port to the other processes of a desk for what is told at once or never: typing marks."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from typing import Protocol


class Ephemeral(AbstractAsyncContextManager["Ephemeral"], Protocol):
    """Carries messages between the processes of one desk; keeps nothing, promises no delivery.

    Entering connects, leaving disconnects, and it may be entered again. What it carries may hold
    what a visitor is about to say: an adapter neither stores a message nor writes it into a log
    (A61).

    Args:
        limit: Length of a message at most, in bytes.
    """

    limit: int

    async def publish(self, message: bytes) -> None:
        """Pass a message to all who are subscribed; without waiting for any of them.

        Raises:
            LivechatError: It could not be passed on; it will not be repeated.
        """
        ...

    def subscribe(self) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        """Hear, within the block, what is published from the moment it is entered.

        The messages of one publisher come in order and each once. One's own may come back too. Who
        does not take them in time misses some, and nobody waits for him.
        """
        ...
