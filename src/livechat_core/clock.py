"""The clock: the only module that reads time or sleeps."""

import time
from collections.abc import Awaitable
from typing import TypeVar

import anyio

from .ports import Clock

T = TypeVar("T")


class SystemClock:
    """Wall time that never runs backwards within the process (G27)."""

    def __init__(self) -> None:
        self._start = time.time_ns() // 1000
        self._begun = time.monotonic_ns() // 1000

    def now(self) -> int:
        """Return microseconds since 1970, UTC."""
        return self._start + time.monotonic_ns() // 1000 - self._begun

    async def sleep(self, duration: int) -> None:
        """Wait for ``duration`` microseconds."""
        await anyio.sleep(max(duration, 0) / 1_000_000)


async def within(clock: Clock, duration: int, call: Awaitable[T]) -> T:
    """Return what a call returns, if it does so within ``duration`` microseconds.

    Raises:
        TimeoutError: It took longer and was cancelled.
    """
    results: list[T] = []
    failure: Exception | None = None
    async with anyio.create_task_group() as group:
        group.start_soon(_cancel_after, clock, duration, group.cancel_scope)
        try:
            results.append(await call)
        except Exception as error:  # noqa: BLE001 - raised again outside of the group
            failure = error
        group.cancel_scope.cancel()
    if failure is not None:
        raise failure
    if not results:
        raise TimeoutError
    return results[0]


async def _cancel_after(clock: Clock, duration: int, scope: anyio.CancelScope) -> None:
    await clock.sleep(duration)
    scope.cancel()
