"""The one thread that writes: whatever comes while it writes is its next transaction."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, TypeAlias

import anyio
import anyio.lowlevel
import attrs
import psycopg

from ... import crashpoints
from ...errors import StoreError
from ...streams import Commit
from .connecting import Connection
from .moment import Moment
from .place import Place
from .recorder import Recorder
from .trouble import is_busy, translate

GROUP = 1000
RING = "SELECT pg_notify(%s, %s)"

Job: TypeAlias = Callable[[Connection, Recorder], object]


@attrs.define(eq=False)
class Ticket:
    """Work on its way, and what became of it; without work it is the last one."""

    work: Commit | Job | None
    done: anyio.Event = attrs.field(factory=anyio.Event)
    outcome: Any = None


class Writer:
    """Takes work from the event loop, writes it in its own thread, and answers in the loop.

    Commits that wait together become one transaction and one wake-up of the loop; there is no
    timer, and the thread never asks the loop before it goes on. Other work (a `Job`) runs alone.
    What was handed over is finished, whatever happens to who asked for it.

    A transaction that was not sent to its end is surely not recorded: if the connection had broken
    before it was used, it is done again. If it breaks at the end, nobody can know: whoever asked
    gets a `StoreError` and finds out by the cause. That answer is right, since the look-up waits
    for the lock that the lost transaction holds as long as it lives.

    Args:
        connect: Opens a connection; called again after an error, as the old one is then closed.
        place: The schema.
        moment: Learns the server's time.
        notify: Whether to ring the other processes.
        written: Called in the loop with the position of the last event, after a group's answers.
    """

    def __init__(
        self,
        connect: Callable[[], Connection],
        place: Place,
        moment: Moment,
        *,
        notify: bool,
        written: Callable[[int], None],
    ) -> None:
        native: Any = anyio.lowlevel.current_token().native_token
        self._call = getattr(native, "call_soon_threadsafe", None) or native.run_sync_soon
        self._connect = connect
        self._place = place
        self._moment = moment
        self._notify = notify
        self._written = written
        self._queue = SimpleQueue[Ticket]()
        self._closed = False
        self._connection: Connection | None = None
        self._sent = False
        self._head = self._rung = 0
        self._thread = Thread(target=self._run, name="livechat-writer", daemon=True)
        self._thread.start()

    async def submit(self, work: Commit | Job) -> Any:  # noqa: ANN401 - each caller knows what it asked for
        """Hand over work and return what became of it; from the event loop only.

        Raises:
            LivechatError: What the work met with; a `StoreError` if the store is closed.
        """
        if self._closed:
            raise StoreError("store_closed")
        return await self._await(Ticket(work))

    async def close(self) -> None:
        """Finish what was handed over, then end the thread."""
        if not self._closed:
            self._closed = True
            await self._await(Ticket(None))
            self._thread.join()

    def tell(self, function: Callable[..., None], *arguments: object) -> None:
        """Call a function in the loop; from any thread. A loop that has ended is told nothing."""
        with suppress(RuntimeError):
            self._call(function, *arguments)

    async def _await(self, ticket: Ticket) -> Any:  # noqa: ANN401 - as above
        self._queue.put(ticket)
        await ticket.done.wait()
        if isinstance(ticket.outcome, Exception):
            raise ticket.outcome
        return ticket.outcome

    def _run(self) -> None:
        while True:
            together: list[tuple[Commit, Ticket]] = []
            for ticket in self._take():
                if isinstance(ticket.work, Commit):
                    together.append((ticket.work, ticket))
                    continue
                self._write_together(together)
                together = []
                if ticket.work is None:
                    self._ring()
                    self._disconnect()
                    self._answer([ticket], [None])
                    return
                self._do_alone(ticket.work, ticket)
            self._write_together(together)
            self._ring()

    def _take(self) -> list[Ticket]:
        """Return all that waits, at least one."""
        tickets = [self._queue.get()]
        with suppress(Empty):
            while len(tickets) < GROUP:
                tickets.append(self._queue.get_nowait())
        return tickets

    def _write_together(self, asked: list[tuple[Commit, Ticket]]) -> None:
        if not asked:
            return
        commits, tickets = [commit for commit, _ in asked], [ticket for _, ticket in asked]
        idle = self._connection
        try:
            outcomes = self._transact(commits)
        except Exception as error:  # noqa: BLE001 - every caller must get an answer
            lost = self._connection is None or self._connection.closed
            self._disconnect()
            if lost and not self._sent and idle is not None:
                self._write_together(asked)
                return
            if len(asked) > 1 and not lost and not is_busy(error):
                # One of them is at fault; alone it harms no other.
                for one in asked:
                    self._write_together([one])
                return
            outcomes = [translate(error) for _ in asked]
        self._answer(tickets, outcomes)

    def _transact(self, commits: Sequence[Commit]) -> list[Any]:
        self._sent = False
        recorder = self._recorder()
        recorder.begin(commits)
        outcomes: list[Any] = [*recorder.record(commits)]
        crashpoints.here("store.before_commit")
        self._sent = True
        recorder.write("COMMIT")
        self._head = recorder.head
        crashpoints.here("store.after_commit_before_answer")
        return outcomes

    def _do_alone(self, job: Job, ticket: Ticket) -> None:
        outcome: object
        self._revive()
        try:
            recorder = self._recorder()
            outcome = job(self._opened(), recorder)
            self._head = max(self._head, recorder.head)
        except Exception as error:  # noqa: BLE001 - as above
            self._disconnect()
            outcome = translate(error)
        self._answer([ticket], [outcome])

    def _answer(self, tickets: Sequence[Ticket], outcomes: Sequence[object]) -> None:
        self.tell(self._deliver, tickets, outcomes, self._head)

    def _deliver(self, tickets: Sequence[Ticket], outcomes: Sequence[object], head: int) -> None:
        for ticket, outcome in zip(tickets, outcomes, strict=True):
            ticket.outcome = outcome
            ticket.done.set()
        self._written(head)

    def _ring(self) -> None:
        """Ring the other processes, after the answers and outside of the transaction.

        A transaction that rings holds a lock of the whole server while it commits.
        """
        if self._notify and self._head > self._rung and self._connection is not None:
            try:
                self._connection.execute(RING, (self._place.channel, str(self._head)))
                self._rung = self._head
            except psycopg.Error:
                self._disconnect()  # the others look for themselves

    def _recorder(self) -> Recorder:
        return Recorder(self._opened(), self._place.lock, self._moment)

    def _opened(self) -> Connection:
        if self._connection is None:
            self._connection = self._connect()
        return self._connection

    def _revive(self) -> None:
        """Replace a connection that broke while it lay idle; how far a job got is not known."""
        if self._connection is not None:
            try:
                self._connection.execute("SELECT 1")
            except psycopg.Error:
                self._disconnect()

    def _disconnect(self) -> None:
        """Close the connection and with it any transaction that is still open."""
        if self._connection is not None:
            with suppress(psycopg.Error):  # it may be the very thing that is broken
                self._connection.close()
        self._connection = None
