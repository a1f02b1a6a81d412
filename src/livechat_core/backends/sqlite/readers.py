"""A few connections for reading, used in worker threads; a reader never holds up the writer."""

import sqlite3
from collections.abc import Callable
from typing import TypeVar

import anyio
import anyio.to_thread

from ...errors import StoreError
from .trouble import translate

T = TypeVar("T")

MOST = 4


class Readers:
    """Runs reading functions in worker threads, each with a connection to itself.

    Args:
        connect: Opens a connection.
    """

    def __init__(self, connect: Callable[[], sqlite3.Connection]) -> None:
        self._connect = connect
        self._limiter = anyio.CapacityLimiter(MOST)
        self._free: list[sqlite3.Connection] = []
        self._closed = False

    async def run(self, read: Callable[[sqlite3.Connection], T]) -> T:
        """Return what the function returns.

        Raises:
            StoreError: SQLite could not do it, or the store is closed.
        """
        if self._closed:
            raise StoreError("store_closed")
        return await anyio.to_thread.run_sync(self._read, read, limiter=self._limiter)

    async def close(self) -> None:
        """Wait for those who read and close the connections."""
        self._closed = True
        for _ in range(MOST):
            await self._limiter.acquire_on_behalf_of(object())
        while self._free:
            self._free.pop().close()

    def _read(self, read: Callable[[sqlite3.Connection], T]) -> T:
        try:
            connection = self._free.pop() if self._free else self._connect()
        except sqlite3.Error as error:
            raise translate(error) from error
        try:
            found = read(connection)
        except sqlite3.Error as error:
            connection.close()
            raise translate(error) from error
        except BaseException:
            connection.close()
            raise
        self._free.append(connection)
        return found
