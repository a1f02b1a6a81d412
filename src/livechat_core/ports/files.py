"""The port to the place where attachments are kept."""

from collections.abc import AsyncIterable, AsyncIterator
from contextlib import AbstractAsyncContextManager
from typing import Protocol


class Files(Protocol):
    """Keeps files under keys that say nothing about them: 1 to 64 of ``A-Za-z0-9_-``."""

    async def put(self, key: str, chunks: AsyncIterable[bytes], limit: int) -> int:
        """Keep what the chunks are, whole or not at all, and return its size in bytes.

        It outlives the process from the moment this returns. A failure while the chunks come, or
        the end of the caller, leaves nothing that `get` would find and `delete` would not remove.

        Raises:
            LimitExceeded: ``too_large``: more than ``limit`` bytes came.
            Conflict: ``file_exists``: there is one under this key, and it stays as it is.
            StoreError: It could not be kept, ``disk_full`` for want of room.
        """
        ...

    def get(self, key: str) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        """Read a file within the block.

        Raises:
            NotFound: There is none, on entering.
            StoreError: It could not be read.
        """
        ...

    async def delete(self, key: str) -> None:
        """Remove a file, and all that unfinished tries under this key have left, if anything.

        Raises:
            StoreError: It could not be removed.
        """
        ...
