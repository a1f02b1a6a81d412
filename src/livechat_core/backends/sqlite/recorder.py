"""What one write transaction records: every commit is checked, then all are written together."""

import sqlite3
from collections.abc import Sequence
from typing import TypeAlias

import attrs

from ...codec import dumps
from ...errors import Conflict, Full, LivechatError
from ...ports import Clock
from ...streams import Commit, Committed, Guard, Summary, Write, kind_of
from ...words import folded
from . import reading
from .causes import Causes
from .rows import write_rows

KEPT = 20_000
HOLDERS = 100

Row: TypeAlias = tuple[object, ...]

EVENT = "INSERT INTO journal VALUES ROWS"
NEW = """
INSERT INTO summary (version, position, due_at, facts, phase, queue, rank_1, rank_2, labels,
    number, stream, kind, begun_at) VALUES ROWS
"""
MOVED = """
UPDATE summary SET version = column1, position = column2, due_at = column3, facts = column4,
    phase = column5, queue = column6, rank_1 = column7, rank_2 = column8, labels = column9
FROM (VALUES ROWS) WHERE number = column10
"""
STEADY = """
UPDATE summary SET version = column1, position = column2, due_at = column3, facts = column4
FROM (VALUES ROWS) WHERE number = column5
"""
LABEL = "INSERT INTO label VALUES ROWS"
UNLABEL = "DELETE FROM label WHERE (label, number) IN (VALUES ROWS)"
GONE = "SELECT number, position FROM gone WHERE stream = ?"


def encode(value: object) -> str:
    """Return a value as JSON."""
    return dumps(value).decode()


@attrs.define(eq=False)
class Entry:
    """A stream as the next commit finds it.

    Args:
        number: Position of its first event, 0 for a stream that is not there.
        version: Number of its events.
        position: Position of its last event.
        begun_at: When its first event was recorded.
        table: The summary that the table holds, but for parts without an index.
        latest: The summary that the table shall hold.
    """

    number: int = 0
    version: int = 0
    position: int | None = None
    begun_at: int = 0
    table: Summary | None = None
    latest: Summary | None = None


class Recorder:
    """Checks and writes the commits of one connection, and remembers the streams they touched.

    What it remembers holds until another connection writes to the file. Everything happens inside a
    transaction that `begin` opens; after a rollback the recorder is of no use any more.

    Args:
        connection: A connection that nobody else uses.
        clock: Tells the store's time.
    """

    def __init__(self, connection: sqlite3.Connection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock
        self._causes = Causes(connection)
        self._entries: dict[str, Entry] = {}
        self._seen = -1
        self._next = 0
        self._now = 0
        self._rows: list[Row] = []
        self._changed: dict[str, Entry] = {}
        self.indexed = 0
        """Causes and texts up to this position are in their indexes, see indexing.py."""

    @property
    def head(self) -> int:
        """The position of the last event."""
        return self._next - 1

    def begin(self) -> None:
        """Open a write transaction."""
        self._connection.execute("BEGIN IMMEDIATE")
        (seen,) = self._connection.execute("PRAGMA data_version").fetchone()
        if seen != self._seen or len(self._entries) > KEPT:
            self._entries.clear()
            self._next = reading.head(self._connection) + 1
            (self.indexed,) = self._connection.execute("SELECT position FROM indexed").fetchone()
            self._causes.refresh(self.indexed)
            self._seen = seen

    def reset(self) -> None:
        """Read everything anew next time: somebody changed the tables beside this recorder."""
        self._seen = -1

    def let_go(self, indexed: int) -> None:
        """Take note that the events up to this position are indexed."""
        self.indexed = indexed
        self._causes.let_go(indexed)

    def record(self, commits: Sequence[Commit]) -> list[Committed | LivechatError]:
        """Record commits, each after those before it, and return what became of each.

        One that breaks its version, cause or guard leaves no trace. Any other error is raised; the
        transaction must then be rolled back.
        """
        self._now = self._clock.now()
        causes = [commit.cause for commit in commits if commit.cause]
        self._causes.look_up([(self._entry(cause.stream).number, cause) for cause in causes])
        outcomes: list[Committed | LivechatError] = []
        for commit in commits:
            try:
                outcomes.append(self._add(commit))
            except LivechatError as error:
                outcomes.append(error)
        self._flush()
        return outcomes

    def _add(self, commit: Commit) -> Committed:
        cause = commit.cause
        if cause and (known := self._causes.known(cause)):
            if known.digest != cause.digest:
                raise Conflict("client_id", stream=cause.stream, id=cause.id)
            repeated = (known.version, known.position)
            return Committed(first=known.position, now=self._now, repeated=repeated)
        entries = [self._expected(write) for write in commit.writes]
        for stream, version in commit.unchanged.items():
            if (found := self._entry(stream).version) != version:
                raise Conflict("version", stream=stream, expected=version, found=found)
        if commit.guards and entries:
            return self._put_guarded(commit, entries)
        return self._put(commit, entries)

    def _expected(self, write: Write) -> Entry:
        """Return the stream of a write, which must be at the version that the write builds on."""
        stream, expected = write.stream, write.expected
        entry = self._entry(stream)
        if not entry.number and (row := self._connection.execute(GONE, (stream,)).fetchone()):
            raise Conflict("gone", stream=stream, number=row[0], position=row[1])
        if entry.version != expected:
            raise Conflict("version", stream=stream, expected=expected, found=entry.version)
        return entry

    def _entry(self, stream: str) -> Entry:
        entry = self._entries.get(stream)
        if entry is None:
            found = reading.summary(self._connection, stream)
            entry = self._entries[stream] = (
                Entry(found.number, found.version, found.position, found.begun_at, found)
                if found
                else Entry()
            )
        return entry

    def _put(self, commit: Commit, entries: list[Entry]) -> Committed:
        first, cause = self._next, commit.cause
        for write, entry in zip(commit.writes, entries, strict=True):
            if not entry.number:
                entry.number, entry.begun_at = self._next, commit.at
            extra: Row = (None, None, None, None, folded(write.text) or None)
            if cause and cause.stream == write.stream:
                hashed = self._causes.note(cause, entry.number, entry.version + 1, self._next)
                extra = (hashed, cause.actor, cause.id, cause.digest, extra[-1])
            self._append(write, entry, commit, extra)
        return Committed(first=first, now=self._now)

    def _append(self, write: Write, entry: Entry, commit: Commit, extra: Row) -> None:
        at, actor, number = commit.at, commit.actor, entry.number
        for event in write.events:
            position, before = self._next, entry.position
            entry.version += 1
            row = (position, number, entry.version, before, at, actor, event.type, event.data)
            self._rows.append(row + extra)
            entry.position, self._next = position, position + 1
            extra = (None, None, None, None, None)
        entry.latest = write.summary
        self._changed[write.stream] = entry

    def _put_guarded(self, commit: Commit, entries: list[Entry]) -> Committed:
        """Write the commit, count, and take it back if there are too many."""
        self._flush()
        self._connection.execute("SAVEPOINT guarded")
        committed = self._put(commit, entries)
        self._flush()
        try:
            for guard in commit.guards:
                self._count(guard, commit)
        except Full:
            self._connection.execute("ROLLBACK TO guarded")
            self._next = committed.first
            for write in commit.writes:
                del self._entries[write.stream]
            if commit.cause:
                self._causes.drop(commit.cause)
            raise
        finally:
            self._connection.execute("RELEASE guarded")
        return committed

    def _count(self, guard: Guard, commit: Commit) -> None:
        if reading.count(self._connection, guard.query) > guard.limit:
            own = {write.stream for write in commit.writes}
            found = reading.streams(self._connection, guard.query, guard.limit + len(own))
            holders = [stream for stream in found if stream not in own]
            raise Full(guard.name, tuple(holders[:HOLDERS]))

    def _flush(self) -> None:
        """Write what was prepared, each kind of row together."""
        rows: dict[str, list[Row]] = {EVENT: self._rows}
        for stream, entry in self._changed.items():
            before, after, number = entry.table, entry.latest, entry.number
            if after is None:
                continue
            row: Row = (entry.version, entry.position, after.due_at, encode(after.facts))
            if before is None:
                row += _place(after)
                rows.setdefault(NEW, []).append(
                    (*row, number, stream, kind_of(stream), entry.begun_at)
                )
                _label(rows, number, frozenset(), after.labels)
            elif _stays(before, after):
                rows.setdefault(STEADY, []).append((*row, number))
            else:
                rows.setdefault(MOVED, []).append((*row, *_place(after), number))
                _label(rows, number, before.labels, after.labels)
            entry.table = after
        for statement, values in rows.items():
            write_rows(self._connection, statement, values)
        self._rows.clear()
        self._changed.clear()


def _label(
    rows: dict[str, list[Row]], number: int, before: frozenset[str], after: frozenset[str]
) -> None:
    rows.setdefault(UNLABEL, []).extend((label, number) for label in before - after)
    rows.setdefault(LABEL, []).extend((label, number) for label in after - before)


def _stays(before: Summary, after: Summary) -> bool:
    """Tell whether a summary keeps all that has an index, but for its deadline."""
    return (
        before.phase == after.phase
        and before.labels == after.labels
        and before.queue == after.queue
        and before.rank == after.rank
    )


def _place(summary: Summary) -> Row:
    labels = encode(sorted(summary.labels))
    return (summary.phase, summary.queue, *(summary.rank or (None, None)), labels)
