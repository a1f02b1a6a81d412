"""Durations: microseconds everywhere, written as seconds."""

SECOND = 1_000_000


def seconds(count: float) -> int:
    """Return ``count`` seconds as a duration in microseconds."""
    return round(count * SECOND)
