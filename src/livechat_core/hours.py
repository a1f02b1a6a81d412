"""Business hours: local wall time and a zone, computed at the moment of use, never stored.

An interval is half-open: it includes its start and excludes its end. An end at or before the start
lies on the following day, so ``22:00-06:00`` is one interval. Wall times that a clock change skips
count as the next existing instant; wall times that come twice are open both times (B65, B66).
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import TypeAlias

import attrs

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MIDNIGHT = time(0)
SECOND = 1_000_000
HORIZON_DAYS = 400

Interval: TypeAlias = tuple[time, time]


@attrs.frozen(kw_only=True)
class Hours:
    """A week of opening intervals, and special days that replace it.

    Args:
        zone: The zone the wall times are meant in.
        week: Intervals of Monday (0) to Sunday (6); a missing day is closed.
        special: Intervals of single dates instead of their weekday's; empty for closed all day.
    """

    zone: tzinfo
    week: Mapping[int, tuple[Interval, ...]]
    special: Mapping[date, tuple[Interval, ...]] = attrs.field(factory=dict)

    def is_open(self, at: int) -> bool:
        """Tell whether the instant ``at`` (microseconds since 1970) lies in an interval."""
        local = _moment(at).astimezone(self.zone)
        day, wall = local.date(), local.time()
        today = any(
            start <= wall and (wall < end or end <= start) for start, end in self._intervals(day)
        )
        return today or any(
            wall < end <= start for start, end in self._intervals(day - timedelta(days=1))
        )

    def next_opening(self, at: int) -> int | None:
        """Return the first instant after ``at`` when closed turns into open, within 400 days."""
        day = _moment(at).astimezone(self.zone).date()
        for offset in range(HORIZON_DAYS):
            candidates = self._candidates(day + timedelta(days=offset))
            found = [moment for moment in candidates if moment > at and self._opens(moment)]
            if found:
                return min(found)
        return None

    def _intervals(self, day: date) -> tuple[Interval, ...]:
        return self.special.get(day, self.week.get(day.weekday(), ()))

    def _opens(self, at: int) -> bool:
        return self.is_open(at) and not self.is_open(at - 1)

    def _candidates(self, day: date) -> Iterator[int]:
        """Yield when a day's intervals begin, in both passes, and where its clock change jumps."""
        for start, _ in self._intervals(day):
            for fold in (0, 1):
                yield self._instant(day, start.replace(fold=fold))
        low = self._instant(day, MIDNIGHT)
        high = self._instant(day + timedelta(days=1), MIDNIGHT)
        if self._offset(low) != self._offset(high):
            yield self._change(low, high)

    def _change(self, low: int, high: int) -> int:
        """Return the whole second between two instants from which on the later offset holds."""
        before = self._offset(low)
        while high - low > SECOND:
            middle = (low + high) // 2 // SECOND * SECOND
            if self._offset(middle) == before:
                low = middle
            else:
                high = middle
        return high

    def _instant(self, day: date, wall: time) -> int:
        local = datetime.combine(day, wall, tzinfo=self.zone)
        return (local - EPOCH) // timedelta(microseconds=1)

    def _offset(self, at: int) -> timedelta | None:
        return _moment(at).astimezone(self.zone).utcoffset()


def _moment(at: int) -> datetime:
    return EPOCH + timedelta(microseconds=at)
