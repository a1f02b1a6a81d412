"""The one thread that writes: whatever comes while it writes is its next transaction."""

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, TypeAlias

from ... import crashpoints
from ...errors import StoreError
from ...ports import Clock
from ...streams import Commit
from . import indexing
from .loop import Answer, Loop
from .recorder import Recorder
from .trouble import is_busy, translate

GROUP = 1000
CALM = 8

Job: TypeAlias = Callable[[sqlite3.Connection, Recorder], object]
Ticket: TypeAlias = tuple[Commit | Job | None, Answer]


class Writer:
    """Takes work from the event loop, writes it in its own thread, and answers in the loop.

    Commits that wait together become one transaction and one wake-up of the loop; there is no
    timer, and the thread never asks the loop before it goes on. Other work (a `Job`) runs alone.
    What was handed over is finished, whatever happens to who asked for it.

    Args:
        connect: Opens a connection; called again after an error, as the old one is then closed.
        clock: Tells the store's time.
        loop: Where the answers go.
        written: Called in the loop with the position of the last event, after a group's answers.
    """

    def __init__(
        self,
        connect: Callable[[], sqlite3.Connection],
        clock: Clock,
        loop: Loop,
        written: Callable[[int], None],
    ) -> None:
        self._connect = connect
        self._clock = clock
        self._loop = loop
        self._written = written
        self._queue = SimpleQueue[Ticket]()
        self._closed = False
        self._head = 0
        self._calm = True
        self._connection: sqlite3.Connection | None = None
        self._recorder: Recorder | None = None
        self._thread = Thread(target=self._run, name="livechat-writer", daemon=True)
        self._thread.start()

    def submit(self, work: Commit | Job) -> Answer:
        """Hand over work and return what to await; from the event loop only.

        Raises:
            StoreError: The store is closed.
        """
        if self._closed:
            raise StoreError("store_closed")
        answer = self._loop.answer()
        self._queue.put((work, answer))
        return answer

    async def close(self) -> None:
        """Finish what was handed over, then end the thread."""
        if not self._closed:
            self._closed = True
            answer = self._loop.answer()
            self._queue.put((None, answer))
            await answer
            self._thread.join()

    def _run(self) -> None:
        while True:
            together: list[tuple[Commit, Answer]] = []
            for work, answer in self._take():
                if isinstance(work, Commit):
                    together.append((work, answer))
                    continue
                self._write_together(together)
                together = []
                if work is None:
                    self._disconnect()
                    self._answer([answer], [None])
                    return
                self._do_alone(work, answer)
            self._write_together(together)

    def _take(self) -> list[Ticket]:
        """Return all that waits; before that, see to the indexes."""
        while self._index():
            pass
        tickets = [self._queue.get()]
        try:
            while len(tickets) < GROUP:
                tickets.append(self._queue.get_nowait())
        except Empty:
            pass
        self._calm = len(tickets) <= CALM
        return tickets

    def _index(self) -> bool:
        """Index some events, if enough wait for that; tell whether it was done."""
        calm = self._calm and self._queue.empty()
        limit = indexing.CALM if calm else indexing.BUSY
        if self._recorder is None or self._recorder.head - self._recorder.indexed < limit:
            return False
        connection, recorder = self._open()
        try:
            indexing.index(connection, recorder, limit)
        except sqlite3.Error:
            self._disconnect()  # nobody asked for it; a search does, and is told
        return True

    def _write_together(self, tickets: list[tuple[Commit, Answer]]) -> None:
        if not tickets:
            return
        try:
            outcomes = self._transact([commit for commit, _ in tickets])
        except Exception as error:  # noqa: BLE001 - every caller must get an answer
            self._disconnect()
            if len(tickets) > 1 and not is_busy(error):
                # One of them is at fault; alone it harms no other.
                for ticket in tickets:
                    self._write_together([ticket])
                return
            outcomes = [translate(error) for _ in tickets]
        self._answer([answer for _, answer in tickets], outcomes)

    def _transact(self, commits: Sequence[Commit]) -> list[Any]:
        connection, recorder = self._open()
        recorder.begin()
        outcomes: list[Any] = [*recorder.record(commits)]
        crashpoints.here("store.before_commit")
        connection.execute("COMMIT")
        self._head = recorder.head
        crashpoints.here("store.after_commit_before_answer")
        return outcomes

    def _do_alone(self, job: Job, answer: Answer) -> None:
        outcome: object
        try:
            connection, recorder = self._open()
            outcome = job(connection, recorder)
            self._head = recorder.head
        except Exception as error:  # noqa: BLE001 - as above
            self._disconnect()
            outcome = translate(error)
        self._answer([answer], [outcome])

    def _answer(self, answers: Sequence[Answer], outcomes: Sequence[object]) -> None:
        self._loop.call(self._deliver, answers, outcomes, self._head)

    def _deliver(self, answers: Sequence[Answer], outcomes: Sequence[object], head: int) -> None:
        for answer, outcome in zip(answers, outcomes, strict=True):
            if answer.done():  # who asked has been cancelled
                continue
            if isinstance(outcome, Exception):
                answer.set_exception(outcome)
            else:
                answer.set_result(outcome)
        self._written(head)

    def _open(self) -> tuple[sqlite3.Connection, Recorder]:
        if self._connection is None or self._recorder is None:
            self._connection = self._connect()
            self._recorder = Recorder(self._connection, self._clock)
        return self._connection, self._recorder

    def _disconnect(self) -> None:
        """Close the connection and with it any transaction that is still open."""
        if self._connection is not None:
            with suppress(sqlite3.Error):  # it may be the very thing that is broken
                self._connection.close()
        self._connection = self._recorder = None
