"""The store on a SQLite file: reads in worker threads, writes through one writer."""

import sqlite3
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

import anyio
import anyio.to_thread

from ...errors import StoreError
from ...ports import Clock, Forgetting, Head, Search
from ...rules import seconds
from ...streams import Commit, Committed, Query, Recorded, Summary
from . import erasing, indexing, reading, schema
from .loop import Loop
from .readers import Readers
from .recorder import Recorder
from .trouble import translate
from .writer import Writer

POLL = seconds(0.05)
PATIENCE = 5.0
SEARCH_CHUNK = 500


class SqliteStore:
    """Journal, summaries and text index in one SQLite file (WAL, ``synchronous=FULL``).

    Several stores, in one process or in several on the same machine, may use one file. A store
    belongs to the event loop that opened it.

    Args:
        path: The file; its folder must exist.
        clock: Tells the time.
        patience: How long to wait while another process writes, in seconds.
    """

    def __init__(self, path: Path, clock: Clock, *, patience: float = PATIENCE) -> None:
        self.path = path
        self._clock = clock
        self._patience = patience
        self._head = 0
        self._waiting: set[anyio.Event] = set()
        self._open: tuple[Writer, Readers] | None = None

    async def __aenter__(self) -> Self:
        """Open the file, making it or bringing its schema up to date.

        Raises:
            ConfigurationError: No such folder, no right to write, or a newer schema.
            StoreError: The file is no database, or is busy for too long.
        """
        try:
            await anyio.to_thread.run_sync(schema.prepare, self.path, self._patience)
        except sqlite3.Error as error:
            raise translate(error) from error
        connect = partial(schema.connect, self.path, self._patience)
        readers = Readers(partial(connect, readonly=True))
        self._head = await readers.run(reading.head)
        self._open = Writer(connect, self._clock, Loop(), self._written), readers
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Finish the commits under way and close the file."""
        writer, readers = self._writer, self._readers
        with anyio.CancelScope(shield=True):
            await writer.close()
            await readers.close()
        self._open = None
        self._wake()

    async def load(self, stream: str, after: int = 0) -> Sequence[Recorded]:
        """Return the stream's events with versions above ``after``, in order."""
        return await self._readers.run(partial(reading.load, stream=stream, after=after))

    async def commit(self, commit: Commit) -> Committed:
        """Record all writes in one transaction, or none; cancelling the caller does not undo it.

        Raises:
            Conflict: A stream is not at the expected version (``version``), was removed
                (``gone``), or the cause came before with another digest (``client_id``).
            Full: A guard counts too many; it names the holders.
            StoreError: The file is busy, full, broken or closed. Whether the commit was recorded
                can be found out by its cause.
        """
        committed: Committed = await self._writer.submit(commit)
        return committed

    async def summaries(self, query: Query) -> Sequence[Summary]:
        """Return the summaries that match, in the query's order."""
        return await self._readers.run(partial(reading.summaries, query=query))

    async def feed(self, after: int, limit: int = 500) -> Sequence[Recorded]:
        """Return the journal behind a position, in order."""
        return await self._readers.run(partial(reading.feed, after=after, limit=limit))

    async def wait(self, after: int, timeout: int) -> Head:  # noqa: ASYNC109 - the port's word
        """Return as soon as the journal reaches beyond ``after``, or after ``timeout`` µs.

        A commit of this store wakes at once, one of another store on the file within 50 ms.
        """
        readers = self._readers
        until = self._clock.now() + timeout
        while self._head <= after:
            left = until - self._clock.now()
            if left > 0:
                await self._rest(min(left, POLL))
            if self._head <= after:
                self._written(await readers.run(reading.head))
            if left <= 0:
                break
        return Head(position=self._head, now=self._clock.now())

    async def renew(self, stream: str, due_at: int) -> bool:
        """Move the deadline of a live process's summary; false if there is no such stream."""
        found: bool = await self._writer.submit(partial(_renew, stream=stream, due_at=due_at))
        return found

    async def search(self, search: Search) -> Sequence[Summary]:
        """Return summaries of streams whose text holds all the words."""
        # Texts wait for the index until there is nothing else to do; now it is asked for.
        while await self._writer.submit(partial(indexing.index, limit=SEARCH_CHUNK)):
            pass
        return await self._readers.run(partial(reading.search, search=search))

    async def forget(self, forgetting: Forgetting) -> None:
        """Erase for good: afterwards no byte of it is in the store's files."""
        await self._writer.submit(partial(erasing.forget, forgetting=forgetting))

    @property
    def _writer(self) -> Writer:
        return self._parts()[0]

    @property
    def _readers(self) -> Readers:
        return self._parts()[1]

    def _parts(self) -> tuple[Writer, Readers]:
        if self._open is None:
            raise StoreError("store_closed", path=str(self.path))
        return self._open

    def _written(self, head: int) -> None:
        """Take note that the journal ends there now, and wake who waits for that."""
        if head > self._head:
            self._head = head
            self._wake()

    def _wake(self) -> None:
        for event in self._waiting:
            event.set()

    async def _rest(self, duration: int) -> None:
        """Wait for a commit of this store, at most so long."""
        event = anyio.Event()
        self._waiting.add(event)
        try:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(self._ring, duration, event)
                await event.wait()
                tasks.cancel_scope.cancel()
        finally:
            self._waiting.discard(event)

    async def _ring(self, duration: int, event: anyio.Event) -> None:
        await self._clock.sleep(duration)
        event.set()


def _renew(connection: sqlite3.Connection, recorder: Recorder, *, stream: str, due_at: int) -> bool:
    recorder.begin()
    sql = "UPDATE summary SET due_at = ? WHERE stream = ?"
    found = connection.execute(sql, (due_at, stream)).rowcount == 1
    connection.execute("COMMIT")
    return found
