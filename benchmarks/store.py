"""Durable commits per second of each store, beside its driver doing the same inserts by hand.

    python3 dev.py bench store [--callers 50] [--rounds 5] [--seconds 2] [--postgres URL] [--quick]

By hand means: one thread writes, what came while it wrote is the next transaction, into the store's
own tables and on PostgreSQL under the same lock; but no version, cause or guard is checked, nothing
is looked up, and nobody is told of it.
"""

import argparse
import asyncio
import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from queue import SimpleQueue
from typing import Any, TypeAlias

import psycopg
from harness import goal, machine, median, ratio, table, turned

from livechat_core.backends.postgres import PostgresSettings
from livechat_core.backends.postgres.connecting import connect
from livechat_core.backends.postgres.place import Place
from livechat_core.backends.postgres.store import PostgresStore
from livechat_core.backends.sqlite import SqliteStore, schema
from livechat_core.clock import SystemClock
from livechat_core.ports import Store
from livechat_core.streams import Cause, Commit, Query, Stored, Summary, Write

DATA = b'{"author":"visitor","name":"Guest","text":"' + b"Where is my order, please? " * 4 + b'"}'
FACTS = {"name": "Guest", "site": "shop", "lines": 1, "last_line": "Where is my order, please?"}
FACTS_TEXT = '{"name":"Guest","site":"shop","lines":1,"last_line":"Where is my order, please?"}'
LABELS = frozenset({"site=shop", "agent=ana"})
USUAL = "postgresql://postgres@127.0.0.1/test"

SQLITE_EVENT = "INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
POSTGRES_EVENT = "INSERT INTO journal VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)"
CASES = ("SQLite store", "sqlite3 by hand", "PostgreSQL store", "psycopg by hand")
PLAIN = PostgresSettings()

Row: TypeAlias = tuple[int, int, str]
"""Number and version of the stream, and the id the client made."""
Hand: TypeAlias = Callable[[list[Row]], None]


class ByHand:
    """A writer with nothing around it."""

    def __init__(self, write: Hand) -> None:
        self._write = write
        self._loop = asyncio.get_running_loop()
        self._queue = SimpleQueue[tuple[Row, asyncio.Future[None]] | None]()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    async def commit(self, row: Row) -> None:
        """Write a row and wait until it is committed."""
        done = self._loop.create_future()
        self._queue.put((row, done))
        await done

    def close(self) -> None:
        """End the thread."""
        self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (first := self._queue.get()) is not None:
            group = [first]
            while len(group) < 1000 and not self._queue.empty():
                if (one := self._queue.get()) is None:
                    return
                group.append(one)
            self._write([row for row, _ in group])
            self._loop.call_soon_threadsafe(_told, [done for _, done in group])


def _told(answers: list[asyncio.Future[None]]) -> None:
    for answer in answers:
        if not answer.done():
            answer.set_result(None)


@contextmanager
def sqlite_by_hand(path: Path) -> Iterator[Hand]:
    """Write into the tables of a SQLite store."""
    connection = schema.connect(path, 5)
    (head,) = connection.execute("SELECT max(position) FROM journal").fetchone()
    last = dict(connection.execute("SELECT number, position FROM summary"))

    def write(rows: list[Row]) -> None:
        nonlocal head
        at, events, summaries = time.time_ns() // 1000, [], []
        for number, version, id_ in rows:
            head += 1
            event = (head, number, version, last[number], at, "visitor:v", "Said", DATA)
            events.append((*event, hash(id_), "visitor:v", id_, "digest", None))
            summaries.append((version, head, FACTS_TEXT, number))
            last[number] = head
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(SQLITE_EVENT, events)
        change = "UPDATE summary SET version = ?, position = ?, facts = ? WHERE number = ?"
        connection.executemany(change, summaries)
        connection.execute("COMMIT")

    try:
        yield write
    finally:
        connection.close()


@contextmanager
def postgres_by_hand(place: Place) -> Iterator[Hand]:
    """Write into the tables of a PostgreSQL store."""
    connection = connect(place)
    row = connection.execute("SELECT max(position) FROM journal").fetchone()
    assert row
    head: int = row[0]

    def write(rows: list[Row]) -> None:
        nonlocal head
        at, events, summaries = time.time_ns() // 1000, [], []
        for number, version, id_ in rows:
            head += 1
            event = (head, number, version, at, "visitor:v", "Said", DATA)
            events.append((*event, id_.encode(), "digest"))
            summaries.append((version, head, FACTS_TEXT, number))
        with connection.pipeline():
            connection.execute("BEGIN")
            connection.execute("SELECT pg_advisory_xact_lock(%s)", (place.lock,))
            connection.cursor().executemany(POSTGRES_EVENT, events)
            change = "UPDATE summary SET version = %s, position = %s, facts = %s WHERE number = %s"
            connection.cursor().executemany(change, summaries)
            connection.execute("COMMIT")

    try:
        yield write
    finally:
        connection.close()


async def streams(store: Store, callers: int) -> list[Summary]:
    """Return the streams to write to, one for each caller, made if they are not there."""
    for place in range(callers):
        name = f"conversation/{place}"
        summary = Summary(stream=name, phase="active", labels=LABELS, facts=FACTS)
        write = Write(
            stream=name, expected=0, events=(Stored(type="Started", data=b"{}"),), summary=summary
        )
        if not await store.load(name):
            await store.commit(Commit(writes=(write,)))
    return list(await store.summaries(Query(limit=callers)))


def post(summary: Summary, version: int) -> Commit:
    """Return a line of a chat, as a desk commits it."""
    after = Summary(stream=summary.stream, phase="active", labels=LABELS, facts=FACTS)
    events = (Stored(type="Said", data=DATA),)
    write = Write(stream=summary.stream, expected=version, events=events, summary=after)
    cause = Cause(stream=summary.stream, actor="visitor:v", id=f"c-{version}", digest="digest")
    return Commit(writes=(write,), cause=cause, actor="visitor:v", at=1_700_000_000_000_000)


async def rate(found: list[Summary], commit: Callable[[Summary, int], Any], span: float) -> float:
    """Let all commit one after the other for so long; return commits per second."""
    begun = time.perf_counter()

    async def talk(summary: Summary) -> int:
        version = summary.version
        while time.perf_counter() - begun < span:
            await commit(summary, version)
            version += 1
        return version - summary.version

    counts = await asyncio.gather(*map(talk, found))
    return sum(counts) / (time.perf_counter() - begun)


async def once(
    store: Store, by_hand: AbstractContextManager[Hand] | None, callers: int, span: float
) -> float:
    """Measure a store, or its driver by hand on the tables that the store has made."""
    async with store:
        found = await streams(store, callers)
        if by_hand is None:
            return await rate(found, lambda one, version: store.commit(post(one, version)), span)
    with by_hand as write:
        bare = ByHand(write)
        try:
            return await rate(
                found,
                lambda one, version: bare.commit((one.number, version + 1, f"h-{version}")),
                span,
            )
        finally:
            bare.close()


def measure(url: str, callers: int, rounds: int, span: float) -> dict[str, list[float]]:
    """Run all in turn, each on empty tables of its own."""
    clock = SystemClock()
    found: dict[str, list[float]] = {name: [] for name in CASES}
    for turn in range(rounds):
        for name in turned(list(CASES), turn):
            with tempfile.TemporaryDirectory() as folder, emptied(url) as place:
                store: Store
                by_hand: AbstractContextManager[Hand]
                if name in CASES[:2]:
                    path = Path(folder) / "chat.db"
                    store, by_hand = SqliteStore(path, clock), sqlite_by_hand(path)
                else:
                    store, by_hand = PostgresStore(place, clock, PLAIN), postgres_by_hand(place)
                bare = by_hand if name.endswith("by hand") else None
                found[name].append(asyncio.run(once(store, bare, callers, span)))
    return found


@contextmanager
def emptied(url: str) -> Iterator[Place]:
    """Yield a schema of our own and drop it afterwards."""
    mark = "&" if "?" in url else "?"
    place = Place.of(f"{url}{mark}schema=livechat_bench_{os.getpid()}")
    try:
        yield place
    finally:
        with psycopg.connect(place.address, autocommit=True) as connection:
            connection.execute(f"DROP SCHEMA IF EXISTS {place.schema} CASCADE")


def report(found: dict[str, list[float]], callers: int) -> str:
    """Return it in words."""
    pairs = (("SQLite store", "sqlite3 by hand"), ("PostgreSQL store", "psycopg by hand"))
    of = {ours: ratio(found[ours], found[bare]) for ours, bare in pairs}
    rows = [
        (name, f"{median(rates):,.0f}", f"{of.get(name, 1):.2f}") for name, rates in found.items()
    ]
    reached = ratio(found["PostgreSQL store"], found["SQLite store"])
    return "\n".join(
        [
            f"{machine()}; {callers} callers",
            table(("durable commits", "commits/s", "of by hand"), rows),
            goal("P16, PostgreSQL of its driver by hand", of["PostgreSQL store"], 0.8),
            goal("P7, PostgreSQL of SQLite", reached, 0.75),
        ]
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--callers", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2.0, help="for each case and round")
    parser.add_argument("--postgres", default=os.environ.get("LIVECHAT_TEST_POSTGRES", USUAL))
    parser.add_argument("--quick", action="store_true", help="only show that it runs")
    options = parser.parse_args()
    rounds, span = (1, 0.2) if options.quick else (options.rounds, options.seconds)
    found = measure(options.postgres, options.callers, rounds, span)
    print(report(found, options.callers))


if __name__ == "__main__":
    main()
