"""Names in the order of their keys: what is first, cheaply, while keys come, change and go.

A heap with one entry a name that counts, which is never above the name's present one. An entry that
rises changes nothing until the old one comes up, and is put right then; one that falls costs a
push; leaving costs nothing. Entries that do not count are dropped when they come up, or all at once
when there are too many of them. Equal keys stand in the order of their names: the same facts give
the same order, whatever came first.
"""

import heapq
from collections.abc import Container
from typing import Any, Generic, TypeAlias, TypeVar

Name = TypeVar("Name", str, int)
Entry: TypeAlias = tuple[Any, ...]
"""The parts of a key, and the name as the last."""

LONGEST = 4
SLACK = 64
"""A heap is built anew when it holds `LONGEST` entries for each name, and so many more."""


class Ranking(Generic[Name]):
    """Names by key; a key is a tuple, and all keys of a ranking can be compared."""

    __slots__ = ("_heap", "_noted", "entries")

    def __init__(self) -> None:
        self.entries: dict[Name, Entry] = {}
        self._noted: dict[Name, Entry] = {}
        self._heap: list[Entry] = []

    def __len__(self) -> int:
        return len(self.entries)

    def put(self, name: Name, key: Entry) -> None:
        """Enter a name, or change its key."""
        self.enter(name, (*key, name))

    def drop(self, name: Name) -> None:
        """Take a name out, if it is there."""
        self.entries.pop(name, None)

    def head(self) -> Entry | None:
        """Return the first entry."""
        heap, noted = self._heap, self._noted
        while heap:
            entry = heap[0]
            name = entry[-1]
            present = self.entries.get(name)
            if present is entry:
                return entry
            if noted.get(name) is not entry:
                heapq.heappop(heap)
            elif present is None:
                self.pop()
            else:
                noted[name] = present
                heapq.heapreplace(heap, present)
        return None

    def pop(self) -> Entry:
        """Take the top entry off the heap to look behind it; `restore` gives it back."""
        entry = heapq.heappop(self._heap)
        del self._noted[entry[-1]]
        return entry

    def restore(self, popped: list[Entry]) -> None:
        """Give back entries of names that are still there."""
        for entry in popped:
            if present := self.entries.get(entry[-1]):
                self.enter(entry[-1], present)

    def first(self, skipped: Container[Name] = ()) -> Name | None:
        """Return the first name that is not to be skipped; costs a step for each that is."""
        popped = []
        while (entry := self.head()) and entry[-1] in skipped:
            popped.append(self.pop())
        self.restore(popped)
        return entry[-1] if entry else None

    def enter(self, name: Name, entry: Entry) -> None:
        """Enter a name by its whole entry."""
        self.entries[name] = entry
        known = self._noted.get(name)
        if known is None or entry < known:
            self._noted[name] = entry
            heapq.heappush(self._heap, entry)
            if len(self._heap) > LONGEST * len(self.entries) + SLACK:
                self._clear_up()

    def _clear_up(self) -> None:
        """Build the heap anew from the entries that count."""
        self._noted = dict(self.entries)
        self._heap = list(self.entries.values())
        heapq.heapify(self._heap)
