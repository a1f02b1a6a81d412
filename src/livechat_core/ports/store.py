"""The port to the journal: where events, summaries and the text index are kept."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

import attrs

from ..streams import Commit, Committed, Query, Recorded, Summary


@attrs.frozen(kw_only=True)
class Head:
    """Where the journal ends, and the store's clock."""

    position: int
    now: int


@attrs.frozen(kw_only=True)
class Search:
    """Which conversations: all conditions given must hold; newest first, by number.

    Args:
        words: Whole words, whatever their case, in any of the stream's texts; other characters
            than letters and digits are taken literally (A5).
        kind: The kind of stream.
        labels: All of these; name the rarest first.
        queues: In any of these; empty for all, and for those in none.
        number: The public number.
        before: Only numbers below this one (of the last row of the page before).
        since: Begun at or after this time.
        until: Begun before this time.
        limit: At most so many rows.
    """

    words: str = ""
    kind: str = "conversation"
    labels: tuple[str, ...] = ()
    queues: tuple[str, ...] = ()
    number: int | None = None
    before: int | None = None
    since: int | None = None
    until: int | None = None
    limit: int = 50


@attrs.frozen(kw_only=True)
class Rewrite:
    """The blanked form of one recorded event, for erasure."""

    stream: str
    version: int
    data: bytes


@attrs.frozen(kw_only=True)
class Forgetting:
    """An erasure: blank these events, or remove these streams whole.

    Args:
        rewrites: Blanked events (search text of their streams is dropped).
        writes: What records the erasure, in the same transaction (the summaries change too).
        whole: Streams to remove altogether, leaving position and a tombstone.
    """

    rewrites: tuple[Rewrite, ...] = ()
    writes: Commit = attrs.field(factory=Commit)
    whole: tuple[str, ...] = ()


class Store(AbstractAsyncContextManager["Store"], Protocol):
    """One journal of events, one table of summaries, one text index; knows nothing about chats.

    Entering opens it (and brings its schema up to date, refusing a newer one), leaving closes it.
    A returned commit survives the death of the process at any later instant (G1).
    """

    async def load(self, stream: str, after: int = 0) -> Sequence[Recorded]:
        """Return the stream's events with versions above ``after``, in order."""
        ...

    async def commit(self, commit: Commit) -> Committed:
        """Record all writes in one transaction, or none.

        Positions are dense within the commit and in the order in which commits become visible: a
        follower that reads up to a position never misses one below it (G2).

        Commits of concurrent callers may share a transaction; one that fails harms no other. One
        that was begun is finished, or not recorded at all, even if its caller is cancelled.

        Raises:
            Conflict: A stream is not at the expected version (``version``), was removed whole
                (``gone``), or the cause came before with another digest (``client_id``).
            Full: A guard counts too many; it names the holders, of many the first.
            StoreError: The store could not do it or is closed. Whether the commit was recorded can
                be found out by its cause.
        """
        ...

    async def summaries(self, query: Query) -> Sequence[Summary]:
        """Return the summaries that match, in the query's order."""
        ...

    async def feed(self, after: int, limit: int = 500) -> Sequence[Recorded]:
        """Return the journal behind a position, in order."""
        ...

    async def wait(self, after: int, timeout: int) -> Head:  # noqa: ASYNC109 - of the store's clock
        """Return as soon as the journal reaches beyond ``after``, or after ``timeout`` µs."""
        ...

    async def renew(self, stream: str, due_at: int) -> bool:
        """Move the deadline of a live process's summary; false if there is no such stream."""
        ...

    async def search(self, search: Search) -> Sequence[Summary]:
        """Return summaries of streams whose texts hold all the words, the newest texts too."""
        ...

    async def forget(self, forgetting: Forgetting) -> None:
        """Erase for good: afterwards no byte of it is in the store's files.

        Of a stream removed whole nothing can be read any more, and no stream of that name begins
        again; positions are never used twice. Forgetting again what is gone changes nothing.

        Raises:
            NotFound: There is no such event to rewrite.
            Conflict: What records the erasure does not fit any more; nothing was erased.
        """
        ...
