"""The store's time: that of the database, one for all processes, whatever their clocks say."""

from ...ports import Clock


class Moment:
    """Tells the database's time between two answers of it.

    Args:
        clock: The process's own clock.
        follows: Whether to learn; else it is the process's own time that counts.
    """

    def __init__(self, clock: Clock, *, follows: bool) -> None:
        self._clock = clock
        self._follows = follows
        self._ahead = 0

    def now(self) -> int:
        """Return microseconds since 1970, UTC."""
        return self._clock.now() + self._ahead

    def learn(self, now: int) -> None:
        """Take note of what the database's clock says just now."""
        if self._follows:
            self._ahead = now - self._clock.now()
