"""The port to time."""

from typing import Protocol


class Clock(Protocol):
    """The only place where time comes from."""

    def now(self) -> int:
        """Return microseconds since 1970, UTC."""
        ...

    async def sleep(self, duration: int) -> None:
        """Wait for ``duration`` microseconds."""
        ...
