"""The waiting chats: first by priority, then by arrival, over all queues (G8).

Rank is two integers, minus priority and waiting-since; a return to the line keeps both. Chats that
ask for the same stand in one lane, so that where nobody can be asked for the first of a lane, the
rest of it is not looked at.

One round at a time goes through all lanes in order of rank, while chats join and leave. What a lane
has in front of the round's place is taken off its heap and given back when the next round begins:
so a round costs a step for each chat that it returns or skips, and none for those behind a closed
lane.
"""

from collections.abc import Hashable, Iterable
from typing import TypeAlias

from .ranking import Entry, Ranking

Rank: TypeAlias = tuple[int, int]


class _Lane(Ranking[str]):
    """Chats of one lane, and those of them that the present round has passed."""

    __slots__ = ("key", "number", "passed")

    def __init__(self, key: Hashable, number: int) -> None:
        super().__init__()
        self.key = key
        self.number = number
        self.passed: list[Entry] = []

    def behind(self, place: Entry | None) -> Entry | None:
        """Return the first entry behind a place; those before it are passed."""
        while (entry := self.head()) and place is not None and entry <= place:
            self.passed.append(self.pop())
        return entry

    def begin(self) -> None:
        """Take back what was passed."""
        self.restore(self.passed)
        self.passed = []


class Lines:
    """All waiting chats, by stream name."""

    def __init__(self) -> None:
        self._lanes: dict[Hashable, _Lane] = {}
        self._lane_of: dict[str, _Lane] = {}
        self._made = 0
        self._round: Round | None = None

    def __len__(self) -> int:
        return len(self._lane_of)

    def __contains__(self, stream: str) -> bool:
        return stream in self._lane_of

    def join(self, stream: str, lane: Hashable, rank: Rank) -> None:
        """Put a chat into a lane, or move it to another lane or rank."""
        found = self._lanes.get(lane)
        known = self._lane_of.get(stream)
        if known is not None and known is not found:
            self.leave(stream)
        if found is None:
            self._made += 1
            found = self._lanes[lane] = _Lane(lane, self._made)
        self._lane_of[stream] = found
        found.put(stream, rank)
        if self._round is not None:
            self._round.joined(found, (*rank, stream))

    def leave(self, stream: str) -> None:
        """Take a chat out, if it waits."""
        lane = self._lane_of.pop(stream, None)
        if lane is not None:
            lane.drop(stream)
            if not lane:
                del self._lanes[lane.key]

    def round(self) -> "Round":
        """Begin to go through all chats; an earlier round is over."""
        if self._round is not None:
            self._round.end()
        self._round = Round(self._lanes.values())
        return self._round


class Round:
    """One go through all waiting chats in order of rank, while they join and leave.

    A chat that has left is not returned; one that joins in front of the place which the round has
    reached is left for the next one.
    """

    def __init__(self, lanes: Iterable[_Lane]) -> None:
        self._heads = Ranking[int]()
        self._lanes: dict[int, _Lane] = {}
        self._closed: set[Hashable] = set()
        self._place: Entry | None = None
        self._lane: _Lane | None = None
        for lane in lanes:
            lane.begin()
            self._look_at(lane)

    def next(self) -> str | None:
        """Return the next chat that waits."""
        if self._lane is not None:
            self._look_at(self._lane)
        while head := self._heads.head():
            lane = self._lanes[head[-1]]
            entry = self._first(lane)
            if entry is not None and entry == head[:-1]:
                self._place, self._lane = entry, lane
                return str(entry[-1])
            self._look_at(lane)
        self._lane = None
        return None

    def close_lane(self) -> None:
        """Skip the rest of the lane of the chat just returned: nobody can be asked for it."""
        if self._lane is not None:
            self._closed.add(self._lane.key)
            self._lane = None

    def joined(self, lane: _Lane, entry: Entry) -> None:
        """Take note of a chat that is perhaps the first of its lane now."""
        known = self._heads.entries.get(lane.number)
        if known is None or entry < known:
            self._look_at(lane)

    def end(self) -> None:
        """Return nothing any more."""
        self._heads = Ranking[int]()
        self._lane = None

    def _look_at(self, lane: _Lane) -> None:
        """Know what is next in a lane."""
        entry = self._first(lane)
        if entry is None:
            self._heads.drop(lane.number)
        else:
            self._lanes[lane.number] = lane
            self._heads.put(lane.number, entry)

    def _first(self, lane: _Lane) -> Entry | None:
        """Return the first chat of an open lane that the round has not reached."""
        return None if lane.key in self._closed else lane.behind(self._place)
