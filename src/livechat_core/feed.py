"""What was recorded, told onwards: own commits at once, those of others through the feed.

A listener hears of every event of the desk once, per stream in order. What another process records
arrives a moment later: its states are dropped from the cache, its summaries taken into the index.
"""

from collections.abc import Callable
from typing import TypeAlias

import anyio

from .codec import Codec
from .index import Index
from .ports import Store
from .states import States
from .streams import Event, Query, Recorded

Listener: TypeAlias = Callable[[Recorded, Event], None]


class Feed:
    """Follows the journal and tells listeners."""

    def __init__(self, store: Store, codec: Codec, states: States, index: Index) -> None:
        self._store = store
        self._codec = codec
        self._states = states
        self._index = index
        self._listeners: dict[str, dict[object, Listener]] = {}
        self._seen = 0
        self._own: dict[int, int] = {}
        self._news = anyio.Event()

    async def open(self) -> None:
        """Begin at the journal's present end."""
        self._seen = (await self._store.wait(0, 0)).position

    def listen(self, stream: str, owner: object, listener: Listener) -> None:
        """Call the listener with every event of a stream from now on; ``*`` for all streams."""
        self._listeners.setdefault(stream, {})[owner] = listener

    def leave(self, stream: str, owner: object) -> None:
        """Stop calling the owner's listener."""
        listeners = self._listeners.get(stream)
        if listeners is not None:
            listeners.pop(owner, None)
            if not listeners:
                del self._listeners[stream]

    def own(self, first: int, last: int) -> None:
        """Note the positions of a commit of this process: the feed need not be read for them."""
        if first == self._seen + 1:
            self._seen = last
        else:
            self._own[first] = last

    def tell(self, recorded: Recorded, event: Event) -> None:
        """Tell who listens to the event's stream, and who listens to all."""
        for name in (recorded.stream, "*"):
            if name in self._listeners:
                for listener in tuple(self._listeners[name].values()):
                    listener(recorded, event)
        if not self._news.is_set():
            self._news.set()

    async def news(self) -> None:
        """Wait until something is recorded, if nothing was since the last time."""
        await self._news.wait()
        self._news = anyio.Event()

    async def follow(self, patience: int) -> None:
        """Wait for the journal to grow, at most ``patience`` µs; take in what others recorded."""
        head = await self._store.wait(self._seen, patience)
        self._skip_own()
        while self._seen < head.position and await self._read_foreign():
            self._skip_own()

    def _skip_own(self) -> None:
        while self._seen + 1 in self._own:
            self._seen = self._own.pop(self._seen + 1)

    async def _read_foreign(self) -> bool:
        """Take in one page; false if there is none (what stood there was removed)."""
        start = self._seen
        rows = await self._store.feed(start)
        if not rows:
            return False
        if foreign := [row for row in rows if not self._is_own(row.position)]:
            streams = {row.stream for row in foreign}
            self._states.drop(streams)
            changed = Query(changed_after=start, order="position", limit=1000)
            for summary in await self._store.summaries(changed):
                if summary.stream in streams:
                    self._index.apply(summary)
            for row in foreign:
                self.tell(row, self._codec.decode(row))
        self._seen = max(self._seen, rows[-1].position)
        self._own = {first: last for first, last in self._own.items() if last > self._seen}
        return True

    def _is_own(self, position: int) -> bool:
        """Tell whether a commit of this process recorded it, perhaps while the page was read."""
        return position <= self._seen or any(
            first <= position <= last for first, last in self._own.items()
        )
