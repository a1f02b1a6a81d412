"""Streams: the ordered events of one thing, what is stored of them, and what may be asked of them.

A *stream* is named ``<kind>/<id>``, for example ``conversation/7f3a...``. Its *version* counts its
events from 1 without holes; its *position* in the one journal of the desk orders all streams. Every
commit also stores one *summary* per touched stream: the facts that others may look up without
replaying it. A store knows these values and nothing about chats.

Times are integers: microseconds since 1970, UTC.
"""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Generic, Literal, TypeAlias, TypeVar

import attrs

from .rules import Rules

T = TypeVar("T")
S = TypeVar("S")

GIVEN = "given"
"""Mark of a command's field that `Desk` fills; the wire schema does not have it."""
PERSONAL = "personal"
"""Mark of an event's field that erasure blanks."""
INTERNAL = "internal"
"""Mark of a field of a public event that visitors never receive (A16)."""

Facts: TypeAlias = Mapping[str, Any]
Given = Annotated[T, GIVEN]
Personal = Annotated[T, PERSONAL]
Internal = Annotated[T, INTERNAL]


class Role(StrEnum):
    """Who may act."""

    VISITOR = "visitor"
    AGENT = "agent"
    SUPERVISOR = "supervisor"
    BOT = "bot"
    SYSTEM = "system"
    PLUGIN = "plugin"


class Audience(StrEnum):
    """Who may see an event: the visitor too, staff only, or nobody but the desk itself."""

    PUBLIC = "public"
    STAFF = "staff"
    SYSTEM = "system"


@attrs.frozen(kw_only=True)
class Actor:
    """Who does something: a role, an id that is unique within the role, and a name to show."""

    role: Role
    id: str
    name: str = ""

    @property
    def label(self) -> str:
        """The actor as one word, for the journal."""
        return f"{self.role}:{self.id}"

    @property
    def is_staff(self) -> bool:
        """Whether this is a person who works at the desk."""
        return self.role in (Role.AGENT, Role.SUPERVISOR)


SYSTEM = Actor(role=Role.SYSTEM, id="desk")


@attrs.frozen(kw_only=True)
class Command:
    """What somebody wants; a decider says yes (with events) or no."""

    by: Given[Actor] = SYSTEM


@attrs.frozen(kw_only=True)
class Event:
    """What happened; recorded once and never changed."""

    audience: ClassVar[Audience] = Audience.SYSTEM


@attrs.frozen(kw_only=True)
class Unknown(Event):
    """A recorded event whose type this version does not know (B88)."""

    type: str
    data: bytes


@attrs.frozen(kw_only=True)
class Erased(Event):
    """What was personal in the stream's earlier events is blanked; allowed in every phase."""


@attrs.frozen(kw_only=True)
class Summary:
    """What others may look up about a stream without replaying it.

    Args:
        stream: The stream's name.
        phase: Where its state machine stands.
        version: Number of its events; set by the store.
        queue: The queue it waits or works in.
        rank: Place in that queue, smaller first: minus priority, waiting since.
        due_at: The earliest deadline, when the desk must look at it again.
        labels: ``key=value`` words to look it up by; personal values only as keyed hashes.
        facts: Plain values for lists and routing; never searched.
        begun_at: When its first event was recorded; set by the store.
        number: Journal position of its first event (the public number of a chat); set by the store.
        position: Journal position of its last event; set by the store.
    """

    stream: str
    phase: str
    version: int = 0
    queue: str | None = None
    rank: tuple[int, int] | None = None
    due_at: int | None = None
    labels: frozenset[str] = frozenset()
    facts: Facts = attrs.field(factory=dict)
    begun_at: int = 0
    number: int = 0
    position: int = 0

    @property
    def kind(self) -> str:
        """The kind of stream, the part of the name before the slash."""
        return kind_of(self.stream)

    def stamped(self, *, version: int, number: int, begun_at: int, position: int = 0) -> "Summary":
        """Return it with what its stream's decider does not know (`attrs.evolve`, but cheap)."""
        return Summary(
            stream=self.stream,
            phase=self.phase,
            version=version,
            queue=self.queue,
            rank=self.rank,
            due_at=self.due_at,
            labels=self.labels,
            facts=self.facts,
            begun_at=begun_at,
            number=number,
            position=position,
        )

    def labelled(self, key: str) -> str:
        """Return the value of the label with this key (the least of several), or an empty text."""
        start = key + "="
        found = (label.removeprefix(start) for label in self.labels if label.startswith(start))
        return min(found, default="")


@attrs.frozen(kw_only=True)
class Stored:
    """One event on its way to the store: type name, JSON, and nothing the store must understand."""

    type: str
    data: bytes


@attrs.frozen(kw_only=True)
class Recorded:
    """One event as the journal holds it."""

    position: int
    stream: str
    version: int
    at: int
    actor: str
    type: str
    data: bytes


@attrs.frozen(kw_only=True)
class Write:
    """New events of one stream, the version they build on, and the summary after them.

    Args:
        stream: The stream's name.
        expected: The version the decision was made on; 0 for a stream that must not exist.
        events: At least one.
        summary: The summary after these events, but for what the store sets.
        text: Words to add to the text index.
    """

    stream: str
    expected: int
    events: tuple[Stored, ...]
    summary: Summary
    text: str = ""


@attrs.frozen(kw_only=True)
class Query:
    """Which summaries: all conditions given must hold.

    Args:
        kind: The kind of stream.
        phases: Any of these; empty for every phase.
        queue: This queue.
        labels: All of these; name the rarest first.
        begun_since: Begun at or after this time.
        due_before: With a deadline at or before this time.
        changed_after: Changed after this journal position.
        order: Smallest first, by rank, deadline, or last position; what has no rank or no deadline
            comes last, and of equals what began first comes first.
        newest: The other way round (only with order ``position``).
        limit: At most so many rows.
        past: Only rows behind this one in the order (the last row of the page before).
    """

    kind: str | None = None
    phases: tuple[str, ...] = ()
    queue: str | None = None
    labels: tuple[str, ...] = ()
    begun_since: int | None = None
    due_before: int | None = None
    changed_after: int | None = None
    order: Literal["rank", "due", "position"] = "position"
    newest: bool = False
    limit: int = 200
    past: Summary | None = None


@attrs.frozen(kw_only=True)
class Guard:
    """After this commit at most ``limit`` summaries match ``query``; counted inside the commit."""

    name: str
    query: Query
    limit: int


@attrs.frozen(kw_only=True)
class Cause:
    """Which command of which client a commit answers, so that a repeat changes nothing (G3).

    Args:
        stream: The stream the command names.
        actor: `Actor.label` of who sent it.
        id: The id the client made.
        digest: Keyed digest of the command, to tell a repeat from a misuse.
    """

    stream: str
    actor: str
    id: str
    digest: str


@attrs.frozen(kw_only=True)
class Commit:
    """All that one transaction records. Without writes it only asks whether the cause is known.

    Args:
        writes: One for each stream that gets events.
        guards: What must hold afterwards.
        cause: The command of a client that this answers.
        unchanged: Streams that were read and had nothing to add, with the versions they were read
            at: "already so" must still be so.
        actor: `Actor.label` of who caused it.
        at: When it was decided.

    Raises:
        ValueError: A stream is written twice or without events, or the cause names a stream that is
            not written.
    """

    writes: tuple[Write, ...] = ()
    guards: tuple[Guard, ...] = ()
    cause: Cause | None = None
    unchanged: Mapping[str, int] = attrs.field(factory=dict)
    actor: str = SYSTEM.label
    at: int = 0

    def __attrs_post_init__(self) -> None:
        streams: set[str] = set()
        for write in self.writes:
            if not write.events or write.stream in streams:
                raise ValueError(f"one write with events for each stream: {write.stream}")
            streams.add(write.stream)
        if streams and self.cause and self.cause.stream not in streams:
            raise ValueError(f"the cause names a stream that is not written: {self.cause.stream}")


@attrs.frozen(kw_only=True)
class Committed:
    """What became of a commit.

    Args:
        first: Position of its first event; the others follow without holes, in order of writing.
        now: The store's clock.
        repeated: The cause was known: version and position of the event it was stored with;
            nothing has been written now.
    """

    first: int
    now: int
    repeated: tuple[int, int] | None = None


C = TypeVar("C", bound=Command)
E = TypeVar("E", bound=Event)


@attrs.frozen(kw_only=True)
class Decider(Generic[S, C, E]):
    """The rules of one kind of stream, as a value.

    Args:
        kind: First part of its streams' names.
        new: Makes the state of a stream without events.
        decide: From state, command, time and rules to events; raises `Rejected` for no, returns
            nothing for "already so". Never changes the state.
        evolve: Applies one recorded event to a state nobody else holds; never refuses.
        summary: The summary of a state.
        commands: All command classes.
        events: All event classes.
        table: ``table[phase][event class]`` is the next phase.
        initial: Phase of a stream without events.
        final: Phases where a stream may rest for ever.
    """

    kind: str
    new: Callable[[], S]
    decide: Callable[[S, C, int, Rules], Sequence[E]]
    evolve: Callable[[S, E, int], None]
    summary: Callable[[str, S], Summary]
    commands: tuple[type[C], ...]
    events: tuple[type[E], ...]
    table: Mapping[Any, Mapping[type[E], str]]
    initial: str
    final: tuple[str, ...]


def kind_of(stream: str) -> str:
    """Return the kind of a stream, ``conversation`` for ``conversation/7f3a``."""
    return stream.partition("/")[0]


def id_of(stream: str) -> str:
    """Return the id of a stream, ``7f3a`` for ``conversation/7f3a``."""
    return stream.partition("/")[2]
