"""Following streams for one connection: every event this audience may see, once, in order, chained.

A frame carries the version as ``seq`` and, as ``prev``, the version of the event before it that
this audience may see. What comes out of order is loaded from the store; what came before is
dropped.
"""

from collections.abc import Callable, Coroutine
from typing import Any, TypeAlias

import attrs

from ..codec import dumps, told
from ..desk import Desk
from ..streams import Audience, Event, Recorded

Push: TypeAlias = Callable[[bytes], None]
Spawn: TypeAlias = Callable[[Callable[[], Coroutine[Any, Any, None]]], None]


@attrs.define
class Place:
    """How far a connection has got in one stream.

    Args:
        version: The last version looked at, visible or not.
        seen: The last version shown.
        missed: A version that came too early; 0 if none did.
        loading: Somebody is loading what is missing.
    """

    version: int
    seen: int
    missed: int = 0
    loading: bool = True


class Following:
    """The streams that one connection follows.

    Args:
        desk: The desk.
        public: Only what a visitor may see.
        push: Sends a frame; must not wait.
        spawn: Runs a coroutine function beside the connection.
    """

    def __init__(self, desk: Desk, *, public: bool, push: Push, spawn: Spawn) -> None:
        self._desk = desk
        self._public = public
        self._push = push
        self._spawn = spawn
        self._places: dict[str, Place] = {}

    async def follow(self, stream: str, after: int) -> dict[str, Any]:
        """Return the visible events after a version, and push the later ones from now on."""
        place = self._places[stream] = Place(after, after)
        self._desk.feed.listen(stream, self, self._heard)
        found = await self.history(stream, after)
        place.version = max(place.version, found.pop("version"))
        place.seen = max(place.seen, found["seq"])
        place.loading = False
        if place.missed > place.version:
            self._catch_up(stream)
        return found

    async def history(self, stream: str, after: int) -> dict[str, Any]:
        """Return the visible events after a version."""
        rows = await self._desk.history(stream, after)
        shown, seen = [], after
        for recorded, event in rows:
            if self._visible(event):
                shown.append(self._told(recorded, event, seen))
                seen = recorded.version
        version = rows[-1][0].version if rows else after
        return {"events": shown, "seq": seen, "version": version}

    @property
    def streams(self) -> tuple[str, ...]:
        """The streams that are followed."""
        return tuple(self._places)

    def drop(self, stream: str) -> None:
        """Follow a stream no more."""
        if self._places.pop(stream, None) is not None:
            self._desk.feed.leave(stream, self)

    def leave(self) -> None:
        """Follow nothing any more."""
        for stream in self._places:
            self._desk.feed.leave(stream, self)
        self._places.clear()

    def _heard(self, recorded: Recorded, event: Event) -> None:
        place = self._places.get(recorded.stream)
        if place is None or recorded.version <= place.version:  # left meanwhile, or known
            return
        if place.loading or recorded.version > place.version + 1:
            place.missed = max(place.missed, recorded.version)
            if not place.loading:
                self._catch_up(recorded.stream)
            return
        self._pass(place, recorded, event)

    def _pass(self, place: Place, recorded: Recorded, event: Event) -> None:
        place.version = recorded.version
        if self._visible(event):
            frame = self._told(recorded, event, place.seen)
            place.seen = recorded.version
            self._push(dumps({"jsonrpc": "2.0", "method": "event", "params": frame}))

    def _catch_up(self, stream: str) -> None:
        self._places[stream].loading = True

        async def load() -> None:
            place = self._places.get(stream)
            if place is None:
                return
            try:
                while place.missed > place.version and (
                    rows := await self._desk.history(stream, place.version)
                ):
                    for recorded, event in rows:
                        if recorded.version == place.version + 1:
                            self._pass(place, recorded, event)
            finally:
                place.loading = False

        self._spawn(load)

    def _visible(self, event: Event) -> bool:
        if self._public:
            return event.audience is Audience.PUBLIC
        return event.audience is not Audience.SYSTEM

    def _told(self, recorded: Recorded, event: Event, prev: int) -> dict[str, Any]:
        return {
            "stream": recorded.stream,
            "seq": recorded.version,
            "prev": prev,
            "type": type(event).__name__,
            "at": recorded.at,
            "by": recorded.actor if not self._public else recorded.actor.partition(":")[0],
            "data": told(event, public=self._public),
        }
