"""Folded states by stream, with their version: what a decision starts from."""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from operator import attrgetter
from typing import Any, TypeVar

import attrs

from .codec import Codec
from .errors import NotFound, Rejected
from .ports import Store
from .streams import Decider, Erased, Unknown, kind_of

T = TypeVar("T")

CACHED = 20_000


@attrs.define
class Held:
    """A folded state with its version and public number; nobody changes it once it is kept."""

    state: Any
    version: int
    number: int


class States:
    """A cache in front of the store's `load`, bounded, the least used state goes first.

    The expected version at commit makes it safe: an outdated state leads to a conflict, never to a
    wrong record. Whoever refuses on a kept state asks `outdated` first.
    """

    def __init__(
        self, store: Store, codec: Codec, deciders: Iterable[Decider[Any, Any, Any]]
    ) -> None:
        self._store = store
        self._codec = codec
        self._deciders = {decider.kind: decider for decider in deciders}
        self._kept: OrderedDict[str, Held] = OrderedDict()
        self._loading: dict[str, object] = {}

    def decider(self, stream: str) -> Decider[Any, Any, Any]:
        """Return the rules of a stream.

        Raises:
            NotFound: There is no such kind of stream.
        """
        decider = self._deciders.get(kind_of(stream))
        if decider is None:
            raise NotFound
        return decider

    async def get(self, stream: str) -> Held:
        """Return the stream's state, from the cache or folded from its events.

        Raises:
            Rejected: ``unknown_event``: a newer version wrote it; it is read-only here (B88).
        """
        held = self._kept.get(stream)
        if held is not None:
            return held
        ours = self._loading[stream] = object()
        try:
            held = await self._load(stream)
            if self._loading.get(stream) is ours:
                self.keep(stream, held)
                return held
        finally:
            if self._loading.get(stream) is ours:
                del self._loading[stream]
        # Something was recorded while the rows were on their way: what is kept now is newer.
        return self._kept.get(stream) or held

    async def _load(self, stream: str) -> Held:
        decider = self.decider(stream)
        held = Held(decider.new(), 0, 0)
        for row in await self._store.load(stream):
            event = self._codec.decode(row)
            if isinstance(event, Unknown):
                raise Rejected("unknown_event", stream=stream, type=row.type)
            if not isinstance(event, Erased):
                decider.evolve(held.state, event, row.at)
            held.version = row.version
            held.number = held.number or row.position
        return held

    async def outdated(self, versions: Mapping[str, int]) -> bool:
        """Tell whether streams have grown beyond these versions; if so, forget their states."""
        grown = [stream for stream, at in versions.items() if await self._store.load(stream, at)]
        self.drop(grown)
        return bool(grown)

    def keep(self, stream: str, held: Held) -> None:
        """Remember a state that was just committed or loaded."""
        self._loading.pop(stream, None)
        self._kept[stream] = held
        self._kept.move_to_end(stream)
        if len(self._kept) > CACHED:
            self._kept.popitem(last=False)

    def drop(self, streams: Iterable[str]) -> None:
        """Forget states that are outdated."""
        for stream in streams:
            self._kept.pop(stream, None)
            self._loading.pop(stream, None)


def copied(value: T) -> T:
    """Return a copy of a state; its fields hold immutable values, so a shallow one is safe."""
    kind: Any = type(value)
    copy: T = kind.__new__(kind)
    names, read = _fields(kind)
    for name, one in zip(names, read(value), strict=False):
        setattr(copy, name, one)
    return copy


@cache
def _fields(kind: type[Any]) -> tuple[tuple[str, ...], Callable[[Any], Iterable[Any]]]:
    """Return the names of a state class's fields, and how to read them all at once."""
    names = tuple(field.name for field in attrs.fields(kind))
    return names, attrgetter(*names, "__class__")  # of a single name it would make no tuple
