"""A few connections for reading, used in worker threads; a reader never holds up the writer."""

from collections.abc import Callable
from typing import TypeVar

import anyio
import anyio.to_thread
import psycopg

from ...errors import StoreError
from .connecting import Connection
from .trouble import translate

T = TypeVar("T")


class Readers:
    """Runs reading functions in worker threads, each with a connection to itself.

    A connection that broke while it lay idle is replaced, and its question asked again.

    Args:
        connect: Opens a connection.
        most: How many at most.
    """

    def __init__(self, connect: Callable[[], Connection], most: int) -> None:
        self._connect = connect
        self._most = most
        self._limiter = anyio.CapacityLimiter(most)
        self._free: list[Connection] = []
        self._closed = False

    async def run(self, read: Callable[[Connection], T]) -> T:
        """Return what the function returns.

        Raises:
            StoreError: PostgreSQL could not do it, or the store is closed.
        """
        if self._closed:
            raise StoreError("store_closed")
        return await anyio.to_thread.run_sync(self._read, read, limiter=self._limiter)

    async def close(self) -> None:
        """Wait for those who read and close the connections."""
        self._closed = True
        for _ in range(self._most):
            await self._limiter.acquire_on_behalf_of(object())
        self._drop()

    def _read(self, read: Callable[[Connection], T]) -> T:
        try:
            connection = self._free.pop()
        except IndexError:
            return self._ask(read, None)
        return self._ask(read, connection)

    def _ask(self, read: Callable[[Connection], T], idle: Connection | None) -> T:
        connection = idle
        try:
            connection = connection or self._connect()
            found = read(connection)
        except psycopg.Error as error:
            if connection is None:
                raise translate(error) from error
            stale = idle is not None and connection.closed
            connection.close()
            if not stale:
                raise translate(error) from error
        except BaseException:
            if connection is not None:
                connection.close()
            raise
        else:
            self._free.append(connection)
            return found
        self._drop()  # what lay beside it broke with it
        return self._ask(read, None)

    def _drop(self) -> None:
        while self._free:
            self._free.pop().close()
