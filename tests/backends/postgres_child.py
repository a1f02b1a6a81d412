"""A process that works on a PostgreSQL store, and tells on standard output what was acknowledged.

Arguments: the address, what to do, a prefix for names, how many tasks at the same time, and how
many commits each makes at most. An open store is told as ``ready``.

- ``talk`` waits for a line on standard input, so that several begin together; then it commits,
  again after every `StoreError`, and tells each acknowledged commit as a line ``id version
  position``, each error as ``! code``.
- ``guard`` waits for labels, tries to start streams of which so many may have one, and tells how
  many it got.
- ``open`` waits for addresses and opens a store at each.
"""

import os
import sys

import anyio

from livechat_core.backends.postgres.place import Place
from livechat_core.backends.postgres.settings import PostgresSettings
from livechat_core.backends.postgres.store import PostgresStore
from livechat_core.clock import SystemClock
from livechat_core.errors import Full, StoreError
from livechat_core.streams import Cause, Commit, Committed, Guard, Query, Stored, Summary, Write
from livechat_core.testing.crash import install_from_environment

PLACES = 7


def store_at(url: str) -> PostgresStore:
    """Return a store that is not open yet."""
    return PostgresStore(Place.of(url), SystemClock(), PostgresSettings())


def commit_of(stream: str, version: int, id_: str) -> Commit:
    """Return a commit of two streams, one of which is new each time."""
    writes = tuple(
        Write(
            stream=name,
            expected=expected,
            events=(Stored(type="Said", data=id_.encode()),),
            summary=Summary(stream=name, phase="active", labels=frozenset({"l=1"}), due_at=version),
            text=f"word {id_}",
        )
        for name, expected in ((stream, version), (f"job/{id_}", 0))
    )
    return Commit(writes=writes, cause=Cause(stream=stream, actor="visitor:v", id=id_, digest="d"))


async def insist(store: PostgresStore, commit: Commit) -> Committed:
    """Commit, as often as it takes to know what became of it."""
    while True:
        try:
            return await store.commit(commit)
        except StoreError as error:
            os.write(1, f"! {error.code}\n".encode())
            await anyio.sleep(0.02)


async def talk(store: PostgresStore, name: str, most: int) -> None:
    """Commit one after the other and tell of each answer."""
    stream = f"conversation/{name}"
    for number in range(most):
        id_ = f"{name}-{number}"
        committed = await insist(store, commit_of(stream, number, id_))
        version, position = committed.repeated or (number + 1, committed.first)
        os.write(1, f"{id_} {version} {position}\n".encode())


async def guard(store: PostgresStore, name: str, label: str, got: list[str]) -> None:
    """Try to start a stream with a label that only so many may have."""
    stream = f"conversation/{label}-{name}"
    summary = Summary(stream=stream, phase="waiting", labels=frozenset({label}))
    events = (Stored(type="Started", data=b"{}"),)
    write = Write(stream=stream, expected=0, events=events, summary=summary)
    only = Guard(name="places", query=Query(labels=(label,)), limit=PLACES)
    try:
        await store.commit(Commit(writes=(write,), guards=(only,)))
        got.append(stream)
    except Full:
        pass


async def main(url: str, task: str, prefix: str, tasks: str, most: str) -> None:
    """Do what is asked."""
    if task == "open":
        while line := await anyio.to_thread.run_sync(sys.stdin.readline):
            async with store_at(line.strip()) as store:
                await store.wait(0, 0)
            os.write(1, b"open\n")
        return
    async with store_at(url) as store:
        os.write(1, b"ready\n")
        if task == "talk":
            await anyio.to_thread.run_sync(sys.stdin.readline)
        while task == "guard" and (label := await anyio.to_thread.run_sync(sys.stdin.readline)):
            got: list[str] = []
            async with anyio.create_task_group() as group:
                for number in range(int(tasks)):
                    group.start_soon(guard, store, f"{prefix}{number}", label.strip(), got)
            os.write(1, f"{len(got)}\n".encode())
        async with anyio.create_task_group() as group:
            for number in range(int(tasks) if task == "talk" else 0):
                group.start_soon(talk, store, f"{prefix}{number}", int(most))


install_from_environment()
anyio.run(main, *sys.argv[1:])
