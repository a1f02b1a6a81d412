"""The store for tests and trials: keeps every promise but to outlive its process."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from heapq import nlargest, nsmallest
from itertools import chain, islice
from math import inf
from types import TracebackType
from typing import Self, TypeAlias

import anyio
import attrs

from ..errors import Conflict, Full, NotFound, StoreError
from ..hookspecs import hookimpl
from ..ports import Clock, Forgetting, Head, Rewrite, Search
from ..streams import Commit, Committed, Guard, Query, Recorded, Summary, Write
from ..words import folded, holds, terms

HOLDERS = 100

Mark: TypeAlias = str | tuple[str, str]

PLACES: dict[str, Callable[[Summary], tuple[float, ...]]] = {
    "position": lambda summary: (summary.position,),
    "rank": lambda summary: (*(summary.rank or (inf, inf)), summary.number),
    "due": lambda summary: (inf if summary.due_at is None else summary.due_at, summary.number),
}


@hookimpl
def livechat_store(url: str, clock: Clock) -> "MemoryStore | None":
    """Return a new store for the address ``memory:``."""
    return MemoryStore(clock) if url == "memory:" else None


@attrs.define
class Stream:
    """What is held of one stream.

    Args:
        summary: As it is handed out.
        events: In order.
        texts: Folded search texts.
        causes: By actor and id: digest, version and position.
    """

    summary: Summary
    events: list[Recorded] = attrs.field(factory=list)
    texts: list[str] = attrs.field(factory=list)
    causes: dict[tuple[str, str], tuple[str, int, int]] = attrs.field(factory=dict)


class MemoryStore:
    """Journal, summaries and texts in the memory of this process.

    Closed, it keeps what it holds, so that a test can open it again as if after a restart.

    Args:
        clock: Tells the time.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._open = False
        self._journal: list[Recorded | None] = []
        self._streams: dict[str, Stream] = {}
        self._marked: defaultdict[Mark, dict[str, Stream]] = defaultdict(dict)
        self._timed: dict[str, Stream] = {}
        self._gone: dict[str, Summary] = {}
        self._waiting: set[anyio.Event] = set()

    async def __aenter__(self) -> Self:
        """Open the store."""
        self._open = True
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the store."""
        self._open = False
        self._wake()

    async def load(self, stream: str, after: int = 0) -> Sequence[Recorded]:
        """Return the stream's events with versions above ``after``, in order."""
        self._require_open()
        held = self._streams.get(stream)
        return held.events[after:] if held else []

    async def commit(self, commit: Commit) -> Committed:
        """Record all writes in one transaction, or none.

        Raises:
            Conflict: A stream is not at the expected version (``version``), was removed (``gone``),
                or the cause came before with another digest (``client_id``).
            Full: A guard counts too many; it names the holders.
        """
        self._require_open()
        return self._commit(commit)

    async def summaries(self, query: Query) -> Sequence[Summary]:
        """Return the summaries that match, in the query's order."""
        self._require_open()
        place = PLACES[query.order]
        backwards = query.newest and query.order == "position"
        found = self._matching(query)
        if query.past is not None:
            past = place(query.past)
            found = (
                one for one in found if (place(one) < past if backwards else place(one) > past)
            )
        return (nlargest if backwards else nsmallest)(query.limit, found, key=place)

    async def feed(self, after: int, limit: int = 500) -> Sequence[Recorded]:
        """Return the journal behind a position, in order."""
        self._require_open()
        places = range(after, len(self._journal))
        events = (event for place in places if (event := self._journal[place]))
        return list(islice(events, limit))

    async def wait(self, after: int, timeout: int) -> Head:  # noqa: ASYNC109 - the port's word
        """Return as soon as the journal reaches beyond ``after``, or after ``timeout`` µs."""
        until = self._clock.now() + timeout
        self._require_open()
        while len(self._journal) <= after and (left := until - self._clock.now()) > 0:
            await self._rest(left)
            self._require_open()
        return Head(position=len(self._journal), now=self._clock.now())

    async def renew(self, stream: str, due_at: int) -> bool:
        """Move the deadline of a live process's summary; false if there is no such stream."""
        self._require_open()
        if held := self._streams.get(stream):
            self._mark(held, attrs.evolve(held.summary, due_at=due_at))
        return held is not None

    async def search(self, search: Search) -> Sequence[Summary]:
        """Return summaries of streams whose text holds all the words."""
        self._require_open()
        wanted = terms(search.words)
        query = Query(kind=search.kind, labels=search.labels, begun_since=search.since)
        found = (
            summary
            for summary in self._matching(query)
            if (search.until is None or summary.begun_at < search.until)
            and (not search.queues or summary.queue in search.queues)
            and (search.number is None or summary.number == search.number)
            and (search.before is None or summary.number < search.before)
            and all(
                any(holds(text, term) for text in self._streams[summary.stream].texts)
                for term in wanted
            )
        )
        return nlargest(search.limit, found, key=lambda summary: summary.number)

    async def forget(self, forgetting: Forgetting) -> None:
        """Erase for good.

        Raises:
            NotFound: There is no such event to rewrite.
            Conflict: What records the erasure does not fit any more; nothing was erased.
        """
        self._require_open()
        for rewrite in forgetting.rewrites:
            held = self._streams.get(rewrite.stream)
            if held is None or not 0 < rewrite.version <= len(held.events):
                raise NotFound(stream=rewrite.stream, version=rewrite.version)
        self._check(forgetting.writes)
        for rewrite in forgetting.rewrites:
            self._rewrite(rewrite)
        self._commit(forgetting.writes)
        for stream in forgetting.whole:
            self._remove(stream)

    def _commit(self, commit: Commit) -> Committed:
        first, now = len(self._journal) + 1, self._clock.now()
        if known := self._known(commit):
            return Committed(first=known[1], now=now, repeated=known)
        changed = self._check(commit)
        for write in commit.writes:
            self._append(write, changed[write.stream], commit)
        if changed:
            self._wake()
        return Committed(first=first, now=now)

    def _known(self, commit: Commit) -> tuple[int, int] | None:
        """Return version and position of the event that carries the commit's cause, if one does."""
        cause = commit.cause
        held = self._streams.get(cause.stream) if cause else None
        if cause is None or held is None or (cause.actor, cause.id) not in held.causes:
            return None
        digest, version, position = held.causes[cause.actor, cause.id]
        if digest != cause.digest:
            raise Conflict("client_id", stream=cause.stream, id=cause.id)
        return version, position

    def _check(self, commit: Commit) -> dict[str, Summary]:
        """Return the summaries after a commit that may be recorded."""
        if self._known(commit):
            return {}
        changed: dict[str, Summary] = {}
        begin = len(self._journal) + 1
        for write in commit.writes:
            changed[write.stream] = self._changed(write, begin, commit.at)
            begin += len(write.events)
        for stream, version in commit.unchanged.items():
            found = len(self._streams[stream].events) if stream in self._streams else 0
            if found != version:
                raise Conflict("version", stream=stream, expected=version, found=found)
        for guard in commit.guards if changed else ():
            self._count(guard, changed)
        return changed

    def _changed(self, write: Write, begin: int, at: int) -> Summary:
        stream, expected = write.stream, write.expected
        if gone := self._gone.get(stream):
            raise Conflict("gone", stream=stream, number=gone.number, position=gone.position)
        held = self._streams.get(stream)
        found = len(held.events) if held else 0
        if found != expected:
            raise Conflict("version", stream=stream, expected=expected, found=found)
        return write.summary.stamped(
            version=found + len(write.events),
            begun_at=held.summary.begun_at if held else at,
            number=held.summary.number if held else begin,
            position=begin + len(write.events) - 1,
        )

    def _count(self, guard: Guard, changed: dict[str, Summary]) -> None:
        others = [one for one in self._matching(guard.query) if one.stream not in changed]
        own = sum(matches(guard.query, summary) for summary in changed.values())
        if len(others) + own > guard.limit:
            others.sort(key=PLACES["position"])
            raise Full(guard.name, tuple(one.stream for one in others[:HOLDERS]))

    def _append(self, write: Write, summary: Summary, commit: Commit) -> None:
        held = self._streams.get(write.stream)
        if held is None:
            held = self._streams[write.stream] = Stream(summary)
        cause = commit.cause
        if cause and cause.stream == write.stream:
            known = (cause.digest, write.expected + 1, len(self._journal) + 1)
            held.causes[cause.actor, cause.id] = known
        for version, event in enumerate(write.events, start=write.expected + 1):
            recorded = Recorded(
                position=len(self._journal) + 1,
                stream=write.stream,
                version=version,
                at=commit.at,
                actor=commit.actor,
                type=event.type,
                data=event.data,
            )
            held.events.append(recorded)
            self._journal.append(recorded)
        if write.text:
            held.texts.append(folded(write.text))
        self._mark(held, summary)

    def _rewrite(self, rewrite: Rewrite) -> None:
        held = self._streams[rewrite.stream]
        event = attrs.evolve(held.events[rewrite.version - 1], data=rewrite.data)
        held.events[rewrite.version - 1] = self._journal[event.position - 1] = event
        held.texts.clear()

    def _remove(self, stream: str) -> None:
        if held := self._streams.pop(stream, None):
            self._gone[stream] = held.summary
            self._timed.pop(stream, None)
            self._unmark(_marks(held.summary), stream)
            for event in held.events:
                self._journal[event.position - 1] = None

    def _mark(self, held: Stream, summary: Summary) -> None:
        """Give a stream its summary and keep the ways to find it in step."""
        stream, before, after = summary.stream, held.summary, summary
        held.summary = after
        if after.due_at is None:
            self._timed.pop(stream, None)
        else:
            self._timed[stream] = held
        if before is after or before.phase != after.phase or before.labels != after.labels:
            self._unmark(_marks(before) - _marks(after), stream)
            for mark in _marks(after):
                self._marked[mark][stream] = held

    def _unmark(self, marks: frozenset[Mark], stream: str) -> None:
        for mark in marks:
            self._marked[mark].pop(stream, None)
            if not self._marked[mark]:
                del self._marked[mark]

    def _matching(self, query: Query) -> Iterator[Summary]:
        """Yield the summaries that match, looking at as few others as possible."""
        marked = self._marked
        held: Iterable[Stream]
        if query.labels:
            held = min((marked.get(label, {}) for label in query.labels), key=len).values()
        elif query.kind and query.phases:
            sets = [marked.get((query.kind, phase), {}).values() for phase in set(query.phases)]
            return (one.summary for one in chain(*sets) if matches(query, one.summary))
        elif query.changed_after is not None:
            names = {event.stream for event in self._journal[query.changed_after :] if event}
            held = [self._streams[name] for name in sorted(names)]
        else:
            held = (self._streams if query.due_before is None else self._timed).values()
        return (one.summary for one in held if matches(query, one.summary))

    def _require_open(self) -> None:
        if not self._open:
            raise StoreError("store_closed")

    def _wake(self) -> None:
        for event in self._waiting:
            event.set()

    async def _rest(self, duration: int) -> None:
        """Wait for the next commit, at most so long."""
        event = anyio.Event()
        self._waiting.add(event)
        try:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(self._ring, duration, event)
                await event.wait()
                tasks.cancel_scope.cancel()
        finally:
            self._waiting.discard(event)

    async def _ring(self, duration: int, event: anyio.Event) -> None:
        await self._clock.sleep(duration)
        event.set()


def matches(query: Query, summary: Summary) -> bool:
    """Tell whether a summary fulfils all conditions of a query."""
    return (
        (query.kind is None or summary.kind == query.kind)
        and (not query.phases or summary.phase in query.phases)
        and (query.queue is None or summary.queue == query.queue)
        and all(label in summary.labels for label in query.labels)
        and (query.begun_since is None or summary.begun_at >= query.begun_since)
        and (query.changed_after is None or summary.position > query.changed_after)
        and (
            query.due_before is None
            or (summary.due_at is not None and summary.due_at <= query.due_before)
        )
    )


def _marks(summary: Summary) -> frozenset[Mark]:
    """Return what a stream can be found by without looking at all of them."""
    return summary.labels | {(summary.kind, summary.phase)}
