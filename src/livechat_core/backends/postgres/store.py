"""The store on PostgreSQL: reads in worker threads, writes through one writer for each process."""

from collections.abc import Callable, Sequence
from functools import partial
from types import TracebackType
from typing import Self, TypeVar

import anyio
import anyio.to_thread
import attrs
import psycopg

from ...errors import StoreError
from ...ports import Clock, Forgetting, Head, Search
from ...streams import Commit, Committed, Query, Recorded, Summary
from . import erasing, reading, schema
from .connecting import Connection, connect
from .listener import Listener
from .moment import Moment
from .place import Place
from .readers import Readers
from .recorder import Recorder
from .settings import PostgresSettings
from .trouble import translate
from .writer import Writer

T = TypeVar("T")


@attrs.frozen
class Parts:
    """What an open store consists of."""

    writer: Writer
    readers: Readers
    listener: Listener | None


class PostgresStore:
    """Journal, summaries and text index in one schema of a PostgreSQL database.

    Any number of stores, in any number of processes and machines, may use one schema. A store
    belongs to the event loop that opened it.

    Args:
        place: The schema; made when it is not there.
        clock: Measures how long to wait.
        settings: How to use the database.
    """

    def __init__(self, place: Place, clock: Clock, settings: PostgresSettings) -> None:
        self.place = place
        self._clock = clock
        self._settings = settings
        self._moment = Moment(clock, follows=settings.clock == "database")
        self._head = 0
        self._hinted = False
        self._waiting: set[anyio.Event] = set()
        self._open: Parts | None = None

    async def __aenter__(self) -> Self:
        """Connect, making the schema or bringing it up to date.

        Raises:
            ConfigurationError: The server is too old, or the schema is of a newer release.
            StoreError: The server is not there, or does not let us in.
        """
        await _in_thread(partial(schema.prepare, self.place))
        open_one = partial(connect, self.place)
        readers = Readers(partial(open_one, readonly=True), self._settings.connections)
        self._head = await readers.run(self._look)
        notify = self._settings.notify
        writer = Writer(open_one, self.place, self._moment, notify=notify, written=self._written)
        listener = None
        if notify:
            heard = partial(writer.tell, self._heard)
            listener = Listener(partial(open_one, readonly=True), self.place.channel, heard)
        self._open = Parts(writer, readers, listener)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Finish the commits under way and close all connections."""
        parts = self._parts
        with anyio.CancelScope(shield=True):
            await parts.writer.close()
            await parts.readers.close()
            if parts.listener is not None:
                await anyio.to_thread.run_sync(parts.listener.close)
        self._open = None
        self._wake()

    async def load(self, stream: str, after: int = 0) -> Sequence[Recorded]:
        """Return the stream's events with versions above ``after``, in order."""
        return await self._parts.readers.run(partial(reading.load, stream=stream, after=after))

    async def commit(self, commit: Commit) -> Committed:
        """Record all writes in one transaction, or none; cancelling the caller does not undo it.

        Raises:
            Conflict: A stream is not at the expected version (``version``), was removed
                (``gone``), or the cause came before with another digest (``client_id``).
            Full: A guard counts too many; it names the holders.
            StoreError: The server is busy, gone or full, or the store is closed. Whether the commit
                was recorded can be found out by its cause.
        """
        committed: Committed = await self._parts.writer.submit(commit)
        return committed

    async def summaries(self, query: Query) -> Sequence[Summary]:
        """Return the summaries that match, in the query's order."""
        return await self._parts.readers.run(partial(reading.summaries, query=query))

    async def feed(self, after: int, limit: int = 500) -> Sequence[Recorded]:
        """Return the journal behind a position, in order."""
        return await self._parts.readers.run(partial(reading.feed, after=after, limit=limit))

    async def wait(self, after: int, timeout: int) -> Head:  # noqa: ASYNC109 - the port's word
        """Return as soon as the journal reaches beyond ``after``, or after ``timeout`` µs.

        A commit of this store wakes at once, one of another process when it rings, or at the latest
        at the next look.
        """
        readers = self._parts.readers
        until = self._clock.now() + timeout
        while self._head <= after:
            left = until - self._clock.now()
            if left > 0 and not self._hinted:
                await self._rest(min(left, self._settings.poll_us))
            if self._head <= after:
                self._hinted = False
                self._written(await readers.run(self._look))
            if left <= 0:
                break
        return Head(position=self._head, now=self._moment.now())

    async def renew(self, stream: str, due_at: int) -> bool:
        """Move the deadline of a live process's summary; false if there is no such stream."""
        found: bool = await self._parts.writer.submit(partial(_renew, stream=stream, due_at=due_at))
        return found

    async def search(self, search: Search) -> Sequence[Summary]:
        """Return summaries of streams whose texts hold all the words."""
        return await self._parts.readers.run(partial(reading.search, search=search))

    async def forget(self, forgetting: Forgetting) -> None:
        """Erase for good: afterwards no query finds it.

        PostgreSQL keeps old row versions until they are vacuumed; that is done before this returns.
        It frees their room and overwrites it when it needs it; the write-ahead log and backups have
        their own time (docs/how-to/move-to-postgresql.md).

        Raises:
            NotFound: There is no such event to rewrite.
            Conflict: What records the erasure does not fit any more; nothing was erased.
            StoreError: It could not be erased; or all is erased, but the tables could not be
                cleaned in time: forgetting once more, with nothing to forget, tries that again.
        """
        await self._parts.writer.submit(partial(erasing.forget, forgetting=forgetting))
        await _in_thread(self._clean)

    @property
    def _parts(self) -> Parts:
        if self._open is None:
            raise StoreError("store_closed", schema=self.place.schema)
        return self._open

    def _look(self, connection: Connection) -> int:
        head, now = reading.head(connection)
        self._moment.learn(now)
        return head

    def _clean(self) -> None:
        with connect(self.place) as connection:
            erasing.clean(connection)

    def _heard(self, head: int) -> None:
        """Let those who wait look for themselves, if another process was the first to know."""
        if head > self._head:
            self._hinted = True
            self._wake()

    def _written(self, head: int) -> None:
        """Take note that the journal ends there now, and wake who waits for that."""
        if head > self._head:
            self._head = head
            self._wake()

    def _wake(self) -> None:
        for event in self._waiting:
            event.set()

    async def _rest(self, duration: int) -> None:
        """Wait for a commit, at most so long."""
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


async def _in_thread(work: Callable[[], T]) -> T:
    try:
        return await anyio.to_thread.run_sync(work)
    except psycopg.Error as error:
        raise translate(error) from error


def _renew(connection: Connection, _: Recorder, *, stream: str, due_at: int) -> bool:
    sql = "UPDATE summary SET due_at = %s WHERE stream = %s"
    return connection.execute(sql, (due_at, stream)).rowcount == 1
