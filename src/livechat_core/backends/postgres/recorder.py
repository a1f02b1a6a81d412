"""What one write transaction records: every commit is checked, then all are written together.

A transaction is three round trips, however many commits it holds: the lock and all that must be
known, what is written, and (in between) one for each commit with guards. It holds the schema's
advisory lock to its end. Nobody else writes meanwhile, so what it has read stays true; positions
are dense and become visible in their order; and two transactions cannot wait for each other.
"""

from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeAlias

import attrs

from ...codec import dumps
from ...errors import Conflict, Full, LivechatError
from ...streams import Cause, Commit, Committed, Guard, Summary, Write, kind_of
from . import reading, wording
from .connecting import Connection
from .moment import Moment

HOLDERS = 100

Row: TypeAlias = tuple[object, ...]
Rows: TypeAlias = list[tuple[str, list[Row]]]

# The level in words: with any other one, the statements behind the lock would see what was before.
BEGIN = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"
LOCK = "SELECT pg_advisory_xact_lock(%s)"
STREAMS = "SELECT stream, number, version, begun_at, labels FROM summary WHERE stream = ANY(%s)"
GONE = "SELECT stream, number, position FROM gone WHERE stream = ANY(%s)"
# By the cause alone: joined to its stream, the planner would rather read one of average length,
# and what a line costs would grow with the age of its chat.
CAUSES = """
SELECT number, cause, cause_digest, version, position FROM journal
WHERE cause = ANY(%s) AND cause IS NOT NULL
"""
EVENT = "INSERT INTO journal VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)"
SAID = "INSERT INTO said VALUES (%s, %s, %s, %s)"
SUMMARY = """
INSERT INTO summary (number, stream, kind, begun_at, version, position, phase, queue,
    rank_1, rank_2, due_at, labels, facts)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (number) DO UPDATE SET version = EXCLUDED.version, position = EXCLUDED.position,
    phase = EXCLUDED.phase, queue = EXCLUDED.queue, rank_1 = EXCLUDED.rank_1,
    rank_2 = EXCLUDED.rank_2, due_at = EXCLUDED.due_at, labels = EXCLUDED.labels,
    facts = EXCLUDED.facts
"""
LABEL = "INSERT INTO label VALUES (%s, %s)"
UNLABEL = "DELETE FROM label WHERE label = %s AND number = %s"


@attrs.frozen
class Known:
    """A cause that came before: its digest, and the event it was recorded with."""

    digest: str
    version: int
    position: int


@attrs.define(eq=False)
class Entry:
    """A stream as the next commit finds it.

    Args:
        number: Position of its first event, 0 for a stream that is not there.
        version: Number of its events.
        begun_at: When its first event was recorded.
        labels: Those that the table has.
    """

    number: int = 0
    version: int = 0
    begun_at: int = 0
    labels: frozenset[str] = frozenset()


class Recorder:
    """Checks and writes the commits of one transaction.

    Args:
        connection: A connection that nobody else uses.
        lock: The number of the schema's advisory lock.
        moment: Learns the server's time.
    """

    def __init__(self, connection: Connection, lock: int, moment: Moment) -> None:
        self._connection = connection
        self._lock = lock
        self._moment = moment
        self._entries: dict[str, Entry] = {}
        self._gone: dict[str, tuple[int, int]] = {}
        self._known: dict[tuple[str, bytes], Known] = {}
        self._next = 0
        self._now = 0
        self._events: list[Row] = []
        self._said: list[Row] = []
        self._changed: dict[str, tuple[Summary, int]] = {}
        self._guarded = False

    @property
    def head(self) -> int:
        """The position of the last event."""
        return self._next - 1

    def begin(self, commits: Sequence[Commit]) -> None:
        """Open the transaction, take the lock, and read what the commits must know."""
        causes = [commit.cause for commit in commits if commit.cause]
        names = {write.stream for commit in commits for write in commit.writes}
        names.update(*(commit.unchanged for commit in commits), (one.stream for one in causes))
        hashes = [hash_of(one) for one in causes]
        run = self._connection.execute
        with self._connection.pipeline():
            run(BEGIN)
            run(LOCK, (self._lock,))
            heads = run(reading.HEAD)
            streams, gone = run(STREAMS, (sorted(names),)), run(GONE, (sorted(names),))
            known = run(CAUSES, (hashes,))
        for position, now in heads:
            self._next = position + 1
            self._moment.learn(now)
        self._now = self._moment.now()
        self._entries = dict.fromkeys(names, Entry())
        for stream, number, version, begun_at, labels in streams:
            self._entries[stream] = Entry(number, version, begun_at, frozenset(labels))
        self._gone = {stream: (number, position) for stream, number, position in gone}
        named = {entry.number: stream for stream, entry in self._entries.items()}
        self._known = {
            (named[number], hashed): Known(*found)
            for number, hashed, *found in known
            if number in named
        }

    def record(self, commits: Sequence[Commit]) -> list[Committed | LivechatError]:
        """Check commits, each after those before it, and return what became of each.

        One that breaks its version, cause or guard leaves no trace. Any other error is raised; the
        transaction must then be rolled back.
        """
        outcomes: list[Committed | LivechatError] = []
        for commit in commits:
            try:
                outcomes.append(self._add(commit))
            except LivechatError as error:
                outcomes.append(error)
        return outcomes

    def write(self, *then: str) -> None:
        """Write what was recorded, and run these statements after it, in one round trip."""
        with self._connection.pipeline():
            self._run(self._drain())
            for statement in then:
                self._connection.execute(statement)

    def _add(self, commit: Commit) -> Committed:
        cause = commit.cause
        if cause and (known := self._known.get((cause.stream, hash_of(cause)))):
            if known.digest != cause.digest:
                raise Conflict("client_id", stream=cause.stream, id=cause.id)
            repeated = (known.version, known.position)
            return Committed(first=known.position, now=self._now, repeated=repeated)
        for write in commit.writes:
            self._check(write)
        for stream, version in commit.unchanged.items():
            self._expect(stream, version)
        if commit.guards and commit.writes:
            return self._put_guarded(commit)
        return self._put(commit)

    def _check(self, write: Write) -> None:
        if gone := self._gone.get(write.stream):
            raise Conflict("gone", stream=write.stream, number=gone[0], position=gone[1])
        self._expect(write.stream, write.expected)

    def _expect(self, stream: str, version: int) -> None:
        if (found := self._entries[stream].version) != version:
            raise Conflict("version", stream=stream, expected=version, found=found)

    def _put(self, commit: Commit) -> Committed:
        first, cause = self._next, commit.cause
        for write in commit.writes:
            # A new one each time: a commit that is taken back gives the old one back.
            entry = attrs.evolve(self._entries[write.stream])
            self._entries[write.stream] = entry
            if not entry.number:
                entry.number, entry.begun_at = self._next, commit.at
            if write.text:
                self._said.append((self._next, entry.number, *wording.said(write.text)))
            own = cause if cause and cause.stream == write.stream else None
            self._append(write, entry, commit, own)
        return Committed(first=first, now=self._now)

    def _append(self, write: Write, entry: Entry, commit: Commit, cause: Cause | None) -> None:
        extra: Row = (None, None)
        if cause:
            hashed = hash_of(cause)
            extra = (hashed, cause.digest)
            known = Known(cause.digest, entry.version + 1, self._next)
            self._known[cause.stream, hashed] = known
        at, actor, number = commit.at, commit.actor, entry.number
        for event in write.events:
            entry.version += 1
            row = (self._next, number, entry.version, at, actor, event.type, event.data)
            self._events.append(row + extra)
            self._next, extra = self._next + 1, (None, None)
        self._changed[write.stream] = write.summary, self._next - 1

    def _put_guarded(self, commit: Commit) -> Committed:
        """Write the commit, count, and take it back if there are too many."""
        before = self._drain()
        entries = {write.stream: self._entries[write.stream] for write in commit.writes}
        committed = self._put(commit)
        run = self._connection.execute
        with self._connection.pipeline():
            self._run(before)
            if self._guarded:
                run("RELEASE SAVEPOINT guarded")
            run("SAVEPOINT guarded")
            self._guarded = True
            self._run(self._drain())
            counts = [run(*reading.counting(guard.query)) for guard in commit.guards]
        for guard, count in zip(commit.guards, counts, strict=True):
            if any(number > guard.limit for (number,) in count):
                error = self._full(guard, commit)
                run("ROLLBACK TO SAVEPOINT guarded")
                self._take_back(commit, committed.first, entries)
                raise error
        return committed

    def _take_back(self, commit: Commit, first: int, entries: dict[str, Entry]) -> None:
        self._next = first
        self._entries.update(entries)
        if commit.cause:
            del self._known[commit.cause.stream, hash_of(commit.cause)]

    def _full(self, guard: Guard, commit: Commit) -> Full:
        own = {write.stream for write in commit.writes}
        found = reading.streams(self._connection, guard.query, HOLDERS + len(own))
        holders = [stream for stream in found if stream not in own]
        return Full(guard.name, tuple(holders[:HOLDERS]))

    def _run(self, rows: Rows) -> None:
        for statement, values in rows:
            self._connection.cursor().executemany(statement, values)

    def _drain(self) -> Rows:
        """Return the statements that write what was put, and forget it."""
        rows: dict[str, list[Row]] = {EVENT: self._events, SAID: self._said, SUMMARY: []}
        rows |= {UNLABEL: [], LABEL: []}
        for stream, (summary, position) in self._changed.items():
            entry = self._entries[stream]
            rows[SUMMARY].append(_row(entry, summary, position))
            rows[UNLABEL] += [(one, entry.number) for one in entry.labels - summary.labels]
            rows[LABEL] += [(one, entry.number) for one in summary.labels - entry.labels]
            entry.labels = summary.labels
        self._events, self._said, self._changed = [], [], {}
        return [(statement, values) for statement, values in rows.items() if values]


def hash_of(cause: Cause) -> bytes:
    """Return who sent which id, as the journal keeps it: of one length, whatever is in it."""
    told = f"{len(cause.actor)} {cause.actor} {cause.id}"
    return blake2b(told.encode(), digest_size=16).digest()


def _row(entry: Entry, summary: Summary, position: int) -> Row:
    return (
        *(entry.number, summary.stream, kind_of(summary.stream), entry.begun_at, entry.version),
        *(position, summary.phase, summary.queue, *(summary.rank or (None, None))),
        *(summary.due_at, sorted(summary.labels), dumps(summary.facts).decode()),
    )
