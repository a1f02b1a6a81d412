"""What the parts of the contract share: how a store is made, opened and filled."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import anyio
import anyio.to_thread
import pytest

from livechat_core.errors import Conflict, LivechatError
from livechat_core.ports import Clock, Store
from livechat_core.rules import seconds
from livechat_core.streams import Cause, Commit, Committed, Stored, Summary, Write

from ..clock import FakeClock

T = TypeVar("T")

BEGIN = 1_700_000_000_000_000
PATIENCE = 20


class Base:
    """How the tests of a store come to it."""

    several: ClassVar[bool] = False

    def make_store(self, folder: Path, clock: Clock) -> Store:
        """Return a store that is not open yet; the folder is empty at the first call of a test."""
        raise NotImplementedError

    @pytest.fixture
    def clock(self) -> FakeClock:
        """Return the clock that the store lives by."""
        return FakeClock(BEGIN)

    @pytest.fixture
    async def store(self, tmp_path: Path, clock: FakeClock) -> AsyncIterator[Store]:
        """Yield an open, empty store."""
        async with self.make_store(tmp_path, clock) as store:
            yield store

    @pytest.fixture
    async def other(self, store: Store, tmp_path: Path, clock: FakeClock) -> AsyncIterator[Store]:
        """Yield a second open store on the same journal."""
        if not self.several:
            pytest.skip("this store keeps its journal to itself")
        async with self.make_store(tmp_path, clock) as other:
            yield other


def event(number: int = 1) -> Stored:
    """Return some event."""
    return Stored(type="Happened", data=b'{"number": %d}' % number)


def write(
    stream: str,
    expected: int = 0,
    *,
    events: int = 1,
    text: str = "",
    phase: str = "open",
    **summary: Any,  # noqa: ANN401 - fields of a summary
) -> Write:
    """Return new events of a stream with its summary; labels may be any iterable."""
    summary["labels"] = frozenset(summary.get("labels", ()))
    return Write(
        stream=stream,
        expected=expected,
        events=tuple(event(expected + number) for number in range(1, events + 1)),
        summary=Summary(stream=stream, phase=phase, **summary),
        text=text,
    )


async def put(store: Store, *writes: Write, at: int = BEGIN) -> Committed:
    """Commit some writes."""
    return await store.commit(Commit(writes=writes, at=at))


def caused(stream: str, id_: str, digest: str = "d", actor: str = "visitor:v") -> Cause:
    """Return the cause of a command."""
    return Cause(stream=stream, actor=actor, id=id_, digest=digest)


async def together(*calls: Callable[[], Awaitable[T]]) -> list[T | LivechatError]:
    """Start all calls at the same moment; return what each returned or raised, in order."""
    outcomes: dict[int, T | LivechatError] = {}

    async def one(place: int, call: Callable[[], Awaitable[T]]) -> None:
        try:
            outcomes[place] = await call()
        except LivechatError as error:
            outcomes[place] = error

    async with anyio.create_task_group() as tasks:
        for place, call in enumerate(calls):
            tasks.start_soon(one, place, call)
    return [outcomes[place] for place in range(len(calls))]


async def versions(store: Store, stream: str) -> list[int]:
    """Return the versions of a stream's events."""
    return [recorded.version for recorded in await store.load(stream)]


@contextmanager
def refused(code: str, **facts: object) -> Iterator[None]:
    """Expect a `Conflict` with this code and these facts."""
    with pytest.raises(Conflict) as caught:
        yield
    assert caught.value.code == code
    assert facts.items() <= caught.value.facts.items()


async def advanced(clock: FakeClock, wanted: Callable[[], Awaitable[T]]) -> T:
    """Return what a call returns, while time goes on in small steps.

    Each step waits for a worker thread, so that those of the store come to their turn, too.
    """
    found: list[T] = []

    async def run() -> None:
        found.append(await wanted())

    with anyio.fail_after(PATIENCE):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(run)
            while not found:
                await anyio.to_thread.run_sync(clock.now)
                clock.advance(seconds(0.01))
    return found[0]
