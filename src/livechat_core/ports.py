"""Ports: one small async protocol for each thing outside the core, and the values they exchange.

Each port has a contract in `livechat_core.testing.contracts`: subclass it to prove an adapter.
Synchronous client libraries run in a worker thread, so that adapters work on asyncio and on trio.
"""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from enum import StrEnum
from typing import Any, Protocol, runtime_checkable

import attrs

from .streams import Commit, Committed, Guard, Query, Recorded, Summary

__all__ = ["Commit", "Committed", "Guard", "Query", "Recorded", "Summary"]


class Repeat(StrEnum):
    """What a job may do when the outcome of a call is unknown (lease over, answer lost).

    SAFE: simply do it again. PROBE: ask the outside system first. ASK: only a person may decide.
    """

    SAFE = "safe"
    PROBE = "probe"
    ASK = "ask"


class Clock(Protocol):
    """The only place where time comes from."""

    def now(self) -> int:
        """Return microseconds since 1970, UTC."""
        ...

    async def sleep(self, duration: int) -> None:
        """Wait for ``duration`` microseconds."""
        ...


# --- Store -------------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class Head:
    """Where the journal ends, and the store's clock."""

    position: int
    now: int


@attrs.frozen(kw_only=True)
class Search:
    """Which conversations: all words, all labels, begun in this span; newest first.

    Args:
        words: Whole words, whatever their case, in any of the stream's texts; other characters
            than letters and digits are taken literally (A5).
        kind: The kind of stream.
        labels: All of these; name the rarest first.
        since: Begun at or after this time.
        until: Begun before this time.
        limit: At most so many rows.
    """

    words: str = ""
    kind: str = "conversation"
    labels: tuple[str, ...] = ()
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


# --- Notifiers ---------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class Notice:
    """Something staff should see in a channel outside the chat.

    Args:
        key: The same for every try of this notice (a probe looks for it).
        kind: ``left_message``, ``enquiry``, ``waiting``, ``new_visitor``, ``reminder``,
            ``escalation``.
        text: The announcement, the same bytes in every channel and in the history note (S0-17).
        enquiry: Stream of the enquiry that may be claimed, or empty.
        version: Its version, for the claim button.
        facts: The six facts of S0-8 to S0-13 by name: kind, name, email, question, page, location;
            and site, reference.
        link: Address of the team page or console for staff.
        claimed_by: Name of who has claimed it, empty while nobody has.
        state: What has become of it since, in words (``Claimed by Ana``, ``Done``).
        place: Where an earlier sending put it (result of `Notifier.send`), empty the first time.
    """

    key: str
    kind: str
    text: str
    enquiry: str = ""
    version: int = 0
    facts: dict[str, str] = attrs.field(factory=dict)
    link: str = ""
    claimed_by: str = ""
    state: str = ""
    place: dict[str, str] = attrs.field(factory=dict)


class Notifier(Protocol):
    """A channel in which staff see notices.

    ``repeat`` says what may be done when a sending's outcome is unknown.
    """

    name: str
    repeat: Repeat

    async def send(self, notice: Notice) -> dict[str, str]:
        """Show the notice and return where it stands (kept and handed back as ``place``).

        Raises:
            DeliveryError: It was not shown, or nobody knows.
        """
        ...

    async def update(self, notice: Notice) -> dict[str, str]:
        """Show the present ``state`` on the notice at ``place``; doing so twice changes nothing."""
        ...

    async def probe(self, notice: Notice) -> dict[str, str] | None:
        """Return where the notice stands, as it is now; none if it does not. Only for PROBE."""
        return None


# --- ERM ---------------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class Customer:
    """One customer as the ERM knows him."""

    ref: str
    name: str = ""
    emails: tuple[str, ...] = ()
    phone: str = ""
    company: str = ""
    location: str = ""


@attrs.frozen(kw_only=True)
class Draft:
    """A customer to be created, filled as far as is known (S0-22)."""

    name: str
    email: str
    phone: str = ""
    company: str = ""
    location: str = ""


@attrs.frozen(kw_only=True)
class FollowUp:
    """A task for later on a customer (S0-20)."""

    title: str
    due_at: int
    assignee: str


class Erm(Protocol):
    """The company's customer system. Every writing call takes a key, the same for every try.

    ``repeat`` per call: how an unknown outcome is settled; with PROBE, `find` looks for the key or
    for the reference line in the text (levels L2 and L1 of G13); with ASK a person decides (L0).
    """

    name: str
    repeat: Repeat

    async def search(self, email: str) -> Sequence[Customer]:
        """Return customers with exactly this address, whatever its case; at most three (S0-27)."""
        ...

    async def create(self, draft: Draft, key: str) -> Customer:
        """Create and save a customer, or return the one that has the address already (S0-21)."""
        ...

    async def add_history(self, ref: str, text: str, author: str, key: str) -> str:
        """Save a history note with exactly this text and return its id (S0-16, S0-17)."""
        ...

    async def schedule(self, ref: str, follow_up: FollowUp, key: str) -> str:
        """Save a follow-up task and return its id (S0-20)."""
        ...

    async def find(self, kind: str, key: str, ref: str = "", text: str = "") -> str | None:
        """Return the id of the ``customer``, ``note`` or ``task`` made under this key, if any.

        Args:
            kind: What is looked for.
            key: The key it was made under.
            ref: The customer whose note or task it is.
            text: What an adapter without keys compares: the note's text or the task's title, by
                its last line; for a customer the address.
        """
        ...


# --- Mail --------------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class Mail:
    """One e-mail to one person.

    Args:
        key: The Message-ID is made from it, so that a rare double is recognised.
        to: One plain address (A46).
        sender: One plain address.
        subject: One line (A45).
        text: The body.
        automatic: Marks machine-made mail (RFC 3834); false for a person's reply.
        reply_to: One plain address or empty.
    """

    key: str
    to: str
    sender: str
    subject: str
    text: str
    automatic: bool = True
    reply_to: str = ""


class Mailer(Protocol):
    """Hands mail over to a mail host; SMTP cannot tell repeats apart, so it is ASK there."""

    name: str
    repeat: Repeat

    async def send(self, mail: Mail) -> str:
        """Hand the mail over and return its Message-ID.

        Raises:
            DeliveryError: Refused (permanent or not), or unknown after the text was sent.
        """
        ...


# --- Host --------------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class Request:
    """What identity and limits may look at, the same for every web framework.

    Args:
        headers: Lower-cased names.
        cookies: By name.
        peer: Address of the other end, from a trusted proxy if one is configured (A31).
    """

    headers: dict[str, str] = attrs.field(factory=dict)
    cookies: dict[str, str] = attrs.field(factory=dict)
    peer: str = ""


@runtime_checkable
class Identity(Protocol):
    """How the host application says who is calling; the library believes no header by itself."""

    async def agent(self, request: Request) -> str | None:
        """Return the staff id of the person signed in to the host, or none."""
        ...

    async def visitor(self, request: Request) -> dict[str, Any] | None:
        """Return the verified visitor (``id``, ``name``, ``email``), or none for a guest."""
        ...


class Geo(Protocol):
    """Where a visitor is, as coarse text; the host decides from what."""

    async def locate(self, request: Request) -> str:
        """Return for example ``Lisbon, Portugal``, or an empty text."""
        ...
