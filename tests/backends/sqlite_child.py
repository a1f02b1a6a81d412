"""A process that commits until it is ended, and tells on standard output what was acknowledged.

Arguments: the file, a prefix for names, how many tasks commit at the same time, and how many
commits each makes at most. Each acknowledged commit is a line ``id version position``.
"""

import os
import sys
from pathlib import Path

import anyio

from livechat_core.backends.sqlite import SqliteStore
from livechat_core.clock import SystemClock
from livechat_core.streams import Cause, Commit, Stored, Summary, Write
from livechat_core.testing.crash import install_from_environment


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


async def talk(store: SqliteStore, name: str, most: int) -> None:
    """Commit one after the other and tell of each answer."""
    stream = f"conversation/{name}"
    for number in range(most):
        id_ = f"{name}-{number}"
        committed = await store.commit(commit_of(stream, number, id_))
        os.write(1, f"{id_} {number + 1} {committed.first}\n".encode())


async def main(path: str, prefix: str, tasks: str, most: str) -> None:
    """Run the tasks."""
    async with SqliteStore(Path(path), SystemClock()) as store, anyio.create_task_group() as group:
        for number in range(int(tasks)):
            group.start_soon(talk, store, f"{prefix}{number}", int(most))


install_from_environment()
anyio.run(main, *sys.argv[1:])
