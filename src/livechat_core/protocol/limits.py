"""Limits at the door: in memory, before anything is looked up, never a write for a refusal."""

from ..errors import LimitExceeded
from ..rules import SECOND


class Bucket:
    """A token bucket.

    Args:
        burst: How many at once.
        per_second: How many come back in a second.
    """

    def __init__(self, burst: float, per_second: float) -> None:
        self._burst = self._left = float(burst)
        self._rate = per_second
        self._at: int | None = None

    def take(self, now: int) -> None:
        """Take one.

        Raises:
            LimitExceeded: ``rate_limited`` with the time until there is one again.
        """
        passed = now - self._at if self._at is not None else 0
        self._at = now
        self._left = min(self._burst, self._left + passed / SECOND * self._rate)
        if self._left < 1:
            wait = int((1 - self._left) / self._rate * SECOND) + 1
            raise LimitExceeded(retry_after=wait)
        self._left -= 1
